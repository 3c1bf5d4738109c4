using System;
using System.Collections.Generic;
using System.Linq;
using UnityEditor;
using UnityEditor.AssetImporters;
using UnityEngine.Rendering;

namespace Importer.Bridge.Editor
{
    /// <summary>Render pipeline and importers of this project.</summary>
    static class ProjectCapabilities
    {
        static readonly string[] Always =
        {
            "KHR_lights_punctual", "KHR_materials_clearcoat", "KHR_materials_unlit", "KHR_materials_variants",
            "KHR_mesh_quantization", "KHR_texture_transform",
        };

        // glTFast reads these where another package is installed, of which this is the assembly.
        static readonly Dictionary<string, string> WithAssembly = new Dictionary<string, string>
        {
            { "EXT_meshopt_compression", "Unity.Meshopt.Decompress" },
            { "KHR_draco_mesh_compression", "Draco" },
            { "KHR_texture_basisu", "Ktx" },
        };

        public static Capabilities Find()
        {
            var found = new Capabilities { Pipeline = CurrentPipeline(), ReadsGlb = ReadsGlb() };
            var assemblies = new HashSet<string>(AppDomain.CurrentDomain.GetAssemblies().Select(one => one.GetName().Name));
            if (found.ReadsGlb)
                found.Extensions.UnionWith(Always.Concat(
                    WithAssembly.Where(pair => assemblies.Contains(pair.Value)).Select(pair => pair.Key)));
            return found;
        }

        static Pipeline CurrentPipeline()
        {
            var asset = GraphicsSettings.currentRenderPipeline;
            if (asset == null)
                return Pipeline.BuiltIn;
            return asset.GetType().Name.StartsWith("HD", StringComparison.Ordinal) ? Pipeline.HighDefinition : Pipeline.Universal;
        }

        // Any importer will do: glTFast, or UnityGLTF in its place.
        static bool ReadsGlb()
        {
            return TypeCache.GetTypesWithAttribute<ScriptedImporterAttribute>()
                .SelectMany(type => type.GetCustomAttributes(typeof(ScriptedImporterAttribute), false))
                .Cast<ScriptedImporterAttribute>()
                .Any(attribute => attribute.fileExtensions != null
                    && attribute.fileExtensions.Contains("glb", StringComparer.OrdinalIgnoreCase));
        }
    }
}
