using System.Collections.Generic;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;

namespace Importer.Bridge.Editor
{
    /// <summary>Fills meshes and avatars in place, so that whatever refers to them goes on doing so.</summary>
    static class NativeAssets
    {
        public static void Fill(Mesh mesh, TriangleMesh from)
        {
            var vertices = new Vector3[from.Positions.Length / 3];
            for (var i = 0; i < vertices.Length; i++)
                vertices[i] = new Vector3(from.Positions[3 * i], from.Positions[3 * i + 1], from.Positions[3 * i + 2]);
            mesh.Clear();
            mesh.indexFormat = vertices.Length > 65535 ? IndexFormat.UInt32 : IndexFormat.UInt16;
            mesh.SetVertices(vertices);
            mesh.SetTriangles(from.Indices, 0);
            mesh.RecalculateNormals();
            mesh.RecalculateBounds();
            Save(mesh);
        }

        /// <summary>
        /// Make a humanoid of a model's bones; the check "humanoid" tells whether Unity takes it for one.
        /// </summary>
        public static void Fill(Avatar avatar, GameObject model, IDictionary<string, string> bones)
        {
            // An asset cannot be posed; its copy in the scene can.
            var copy = Object.Instantiate(model);
            try
            {
                copy.name = model.name;
                var built = AvatarBuilder.BuildHumanAvatar(copy, HumanMap.Describe(copy, bones));
                built.name = avatar.name;
                EditorUtility.CopySerialized(built, avatar);
                Object.DestroyImmediate(built);
                Save(avatar);
            }
            finally
            {
                Object.DestroyImmediate(copy);
            }
        }

        static void Save(Object asset)
        {
            EditorUtility.SetDirty(asset);
            AssetDatabase.SaveAssetIfDirty(asset);
        }
    }
}
