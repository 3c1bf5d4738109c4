using System;
using System.Collections.Generic;
using System.Linq;

namespace Importer.Bridge
{
    using Settings = SortedDictionary<string, object>;

    /// <summary>
    /// What the manifest says about Unity's importers; names are those of TextureImporter and ModelImporter.
    /// </summary>
    public static class WantedSettings
    {
        const int SmallestLimit = 2048, LargestLimit = 16384;

        public static Settings Texture(TextureFile texture)
        {
            var found = new Settings(StringComparer.Ordinal)
            {
                { "textureType", texture.NormalConvention != null ? "NormalMap" : "Default" },
                { "wrapMode", "Clamp" },
                { "mipmapEnabled", true },
                { "npotScale", "None" },
                { "maxTextureSize", Limit(texture.Side) },
            };
            if (texture.NormalConvention != null)
            {
                found["flipGreenChannel"] = texture.NormalConvention == "directx";
                return found;
            }
            found["sRGBTexture"] = texture.IsSrgb;
            found["alphaSource"] = texture.Channels.ContainsKey("a") ? "FromInput" : "None";
            // Unity must not spread colours below transparent texels where alpha is smoothness.
            found["alphaIsTransparency"] = texture.Channels.ContainsKey("a") && texture.IsSrgb;
            return found;
        }

        /// <summary>
        /// For an FBX file: units and axes as in the file, geometry as it was published, no materials.
        /// </summary>
        /// <param name="humanoid">Bone by trait name; empty for all that is no humanoid.</param>
        public static Settings Model(IDictionary<string, string> humanoid, bool isRigged)
        {
            return new Settings(StringComparer.Ordinal)
            {
                { "globalScale", 1.0 },
                { "useFileScale", true },
                { "bakeAxisConversion", true },
                { "importNormals", "Import" },
                { "importTangents", "Import" },
                { "meshCompression", "Off" },
                { "importCameras", false },
                { "importLights", false },
                { "materialImportMode", "None" },
                { "animationType", humanoid.Count > 0 ? "Human" : isRigged ? "Generic" : "None" },
                { "humanoid", HumanoidText(humanoid) },
                { "importAnimation", isRigged },
            };
        }

        /// <summary>A map of bones as one value that can be compared.</summary>
        public static string HumanoidText(IDictionary<string, string> humanoid)
        {
            return string.Join(";", humanoid.Select(pair => pair.Key + "=" + pair.Value).OrderBy(text => text,
                StringComparer.Ordinal));
        }

        // Unity's own default is 2048, which would make a 4k texture smaller without a word.
        static int Limit(int side)
        {
            var limit = SmallestLimit;
            while (limit < side && limit < LargestLimit)
                limit *= 2;
            return limit;
        }
    }
}
