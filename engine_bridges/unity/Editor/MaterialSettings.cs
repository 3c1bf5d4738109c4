using System;
using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace Importer.Bridge.Editor
{
    using Settings = SortedDictionary<string, object>;

    /// <summary>Values of a material: "shader", "texture NAME" (a GUID), "float NAME", "keyword NAME".</summary>
    static class MaterialSettings
    {
        public static Settings Read(Material material)
        {
            var found = new Settings(StringComparer.Ordinal)
            {
                { "shader", material.shader == null ? "" : material.shader.name },
            };
            foreach (var name in material.GetTexturePropertyNames())
                found["texture " + name] = GuidOf(material.GetTexture(name));
            foreach (var name in new[] { "_Smoothness", "_GlossMapScale" })
                if (material.HasProperty(name))
                    found["float " + name] = material.GetFloat(name);
            foreach (var keyword in material.shaderKeywords)
                found["keyword " + keyword] = true;
            return found;
        }

        /// <exception cref="BridgeException">IMPORT_FAILED: the project has no such shader.</exception>
        public static void Write(Material material, Settings values)
        {
            object shader;
            if (values.TryGetValue("shader", out shader))
                material.shader = Shader.Find((string)shader) ?? throw new BridgeException("IMPORT_FAILED",
                    (string)shader,
                    "the project has no such shader",
                    "Install the render pipeline that Project Settings > Graphics names");
            foreach (var pair in values)
            {
                var cut = pair.Key.IndexOf(' ');
                if (cut > 0)
                    Write(material, pair.Key.Substring(0, cut), pair.Key.Substring(cut + 1), pair.Value);
            }
        }

        static void Write(Material material, string kind, string name, object value)
        {
            if (kind == "texture")
                material.SetTexture(name, EditorEngine.Load<Texture>(AssetDatabase.GUIDToAssetPath((string)value)));
            else if (kind == "float")
                material.SetFloat(name, Convert.ToSingle(value));
            else if (kind == "keyword")
                material.EnableKeyword(name);
        }

        static string GuidOf(Texture texture)
        {
            return texture == null ? "" : AssetDatabase.AssetPathToGUID(AssetDatabase.GetAssetPath(texture));
        }
    }
}
