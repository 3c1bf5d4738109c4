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

        // Importers come and go with assemblies, and then all statics are new.
        static readonly bool readsGlb = ReadsGlb();
        static readonly HashSet<string> extensions = Extensions();

        public static Capabilities Find()
        {
            return new Capabilities { Pipeline = CurrentPipeline(), ReadsGlb = readsGlb, Extensions = extensions };
        }

        static HashSet<string> Extensions()
        {
            var assemblies = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name)
                .ToList();
            var more = WithAssembly.Where(pair => assemblies.Contains(pair.Value)).Select(pair => pair.Key);
            return new HashSet<string>(readsGlb ? Always.Concat(more) : new string[0]);
        }

        static Pipeline CurrentPipeline()
        {
            var asset = GraphicsSettings.currentRenderPipeline;
            if (asset == null)
                return Pipeline.BuiltIn;
            return asset.GetType().Name.StartsWith("HD", StringComparison.Ordinal) ? Pipeline.HighDefinition
                : Pipeline.Universal;
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
