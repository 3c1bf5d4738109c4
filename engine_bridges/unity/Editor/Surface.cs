using System;
using System.Linq;
using Unity.Collections;
using UnityEditor;
using UnityEngine;

namespace Importer.Bridge.Editor
{
    /// <summary>The triangles of a renderer, in metres from the scene's origin.</summary>
    sealed class Surface
    {
        readonly Mesh mesh;
        readonly Matrix4x4 toWorld;

        public Surface(Renderer renderer)
        {
            var skin = renderer as SkinnedMeshRenderer;
            var filter = renderer.GetComponent<MeshFilter>();
            mesh = skin != null ? skin.sharedMesh : filter != null ? filter.sharedMesh : null;
            toWorld = skin != null ? Rest(skin) : renderer.transform.localToWorldMatrix;
        }

        /// <summary>
        /// Count the triangles and, for level 0, add box and weighted centre (made a mean by Finish).
        /// </summary>
        public int Add(Measurement found, bool isFinest)
        {
            if (mesh == null)
                return 0;
            var count = 0;
            // Reads meshes that are not readable in a player too.
            using (var data = MeshUtility.AcquireReadOnlyMeshData(mesh))
            using (var vertices = new NativeArray<Vector3>(data[0].vertexCount, Allocator.Temp))
            {
                data[0].GetVertices(vertices);
                for (var part = 0; part < data[0].subMeshCount; part++)
                {
                    if (data[0].GetSubMesh(part).topology != MeshTopology.Triangles)
                        continue;
                    using (var indices = new NativeArray<int>(data[0].GetSubMesh(part).indexCount, Allocator.Temp))
                    {
                        data[0].GetIndices(indices, part);
                        count += indices.Length / 3;
                        for (var i = 0; isFinest && i + 2 < indices.Length; i += 3)
                            AddTriangle(found, toWorld.MultiplyPoint3x4(vertices[indices[i]]),
                                        toWorld.MultiplyPoint3x4(vertices[indices[i + 1]]),
                                        toWorld.MultiplyPoint3x4(vertices[indices[i + 2]]));
                    }
                }
            }
            return count;
        }

        /// <summary>Divide the weighted sum that Add left in Centroid by the area.</summary>
        public static void Finish(Measurement found)
        {
            if (found.Centroid != null)
                found.Centroid = found.Centroid.Take(3).Select(sum => sum / Math.Max(found.Centroid[3], 1e-12))
                    .ToArray();
        }

        public static void Grow(ref double[] min, ref double[] max, double[] point)
        {
            min = min == null ? point : min.Zip(point, Math.Min).ToArray();
            max = max == null ? point : max.Zip(point, Math.Max).ToArray();
        }

        static void AddTriangle(Measurement found, Vector3 a, Vector3 b, Vector3 c)
        {
            var area = Vector3.Cross(b - a, c - a).magnitude / 2;
            var middle = (a + b + c) / 3;
            if (found.Centroid == null)
                found.Centroid = new double[4];
            found.Centroid[0] += area * middle.x;
            found.Centroid[1] += area * middle.y;
            found.Centroid[2] += area * middle.z;
            found.Centroid[3] += area;
            foreach (var point in new[] { a, b, c })
                Grow(ref found.Min, ref found.Max, Ruler.Array(point));
        }

        // A skin ignores its own transform: vertices are where the bones carry them, at rest bone * bind pose.
        static Matrix4x4 Rest(SkinnedMeshRenderer skin)
        {
            var bones = skin.bones;
            return bones.Length > 0 && bones[0] != null && skin.sharedMesh.bindposes.Length > 0
                ? bones[0].localToWorldMatrix * skin.sharedMesh.bindposes[0]
                : skin.transform.localToWorldMatrix;
        }
    }
}
