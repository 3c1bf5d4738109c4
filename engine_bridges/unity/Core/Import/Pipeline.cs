using System;
using System.Collections.Generic;

namespace Importer.Bridge
{
    public enum Pipeline
    {
        BuiltIn,
        Universal,
        HighDefinition,
    }

    /// <summary>
    /// The material of each render pipeline. All three take the manifest's mask map (R metallic, G occlusion,
    /// A smoothness) as it is: HDRP in one slot, URP and the built-in pipeline in the metallic and the occlusion slot.
    /// </summary>
    public static class MaterialRecipe
    {
        /// <summary>The target of the manifest that a pipeline takes.</summary>
        public static string Target(Pipeline pipeline)
        {
            return pipeline == Pipeline.HighDefinition ? "unity-hdrp" : "unity-urp";
        }

        /// <summary>
        /// The target that an asset has for Unity: the pipeline's, or where it was published for the other one only,
        /// that. Both are packed alike, and the material is made for the project's pipeline in any case.
        /// </summary>
        public static string Target(Pipeline pipeline, Manifest manifest)
        {
            var wanted = Target(pipeline);
            var other = wanted == "unity-urp" ? "unity-hdrp" : "unity-urp";
            return !manifest.Targets.ContainsKey(wanted) && manifest.Targets.ContainsKey(other) ? other : wanted;
        }

        /// <summary>
        /// The property of the pipeline's shader that shows a slot of the manifest; null for an unknown slot.
        /// </summary>
        public static string Property(Pipeline pipeline, string slot)
        {
            switch (slot)
            {
                case "base_color":
                    return Choose(pipeline, "_MainTex", "_BaseMap", "_BaseColorMap");
                case "normal":
                    return Choose(pipeline, "_BumpMap", "_BumpMap", "_NormalMap");
                case "mask":
                    return Choose(pipeline, "_MetallicGlossMap", "_MetallicGlossMap", "_MaskMap");
                case "emissive":
                    return Choose(pipeline, "_EmissionMap", "_EmissionMap", "_EmissiveColorMap");
                default:
                    return null;
            }
        }

        /// <summary>Everything to set on a material; textures as GUIDs. Keys: see IEngine.ReadSettings.</summary>
        /// <param name="guids">GUID of the texture in each slot.</param>
        public static SortedDictionary<string, object> Settings(Pipeline pipeline, IDictionary<string, string> guids)
        {
            var found = new SortedDictionary<string, object>(StringComparer.Ordinal)
            {
                { "shader", Choose(pipeline, "Standard", "Universal Render Pipeline/Lit", "HDRP/Lit") },
            };
            foreach (var pair in guids)
            {
                var property = Property(pipeline, pair.Key);
                if (property == null)
                    continue;
                found["texture " + property] = pair.Value;
                AddWith(found, pipeline, pair.Key, pair.Value);
            }
            return found;
        }

        static void AddWith(IDictionary<string, object> found, Pipeline pipeline, string slot, string guid)
        {
            if (slot == "normal")
            {
                found["keyword _NORMALMAP"] = true;
                if (pipeline == Pipeline.HighDefinition)
                    found["keyword _NORMALMAP_TANGENT_SPACE"] = true;
            }
            else if (slot == "mask" && pipeline == Pipeline.HighDefinition)
            {
                found["keyword _MASKMAP"] = true;
            }
            else if (slot == "mask")
            {
                found["keyword " + Choose(pipeline, "_METALLICGLOSSMAP", "_METALLICSPECGLOSSMAP", "")] = true;
                found["float " + Choose(pipeline, "_GlossMapScale", "_Smoothness", "")] = 1.0;
                found["texture _OcclusionMap"] = guid;
                if (pipeline == Pipeline.Universal)
                    found["keyword _OCCLUSIONMAP"] = true;
            }
            else if (slot == "emissive")
            {
                found[pipeline == Pipeline.HighDefinition ? "keyword _EMISSIVE_COLOR_MAP" : "keyword _EMISSION"] = true;
            }
        }

        static string Choose(Pipeline pipeline, string builtIn, string universal, string highDefinition)
        {
            return pipeline == Pipeline.BuiltIn ? builtIn : pipeline == Pipeline.Universal ? universal : highDefinition;
        }
    }
}
