using System;
using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace Importer.Bridge.Editor
{
    using Settings = SortedDictionary<string, object>;

    /// <summary>Import settings of a texture by the names of TextureImporter's properties.</summary>
    static class TextureSettings
    {
        public static Settings Read(TextureImporter importer)
        {
            return new Settings(StringComparer.Ordinal)
            {
                { "textureType", importer.textureType.ToString() },
                { "wrapMode", importer.wrapMode.ToString() },
                { "mipmapEnabled", importer.mipmapEnabled },
                { "npotScale", importer.npotScale.ToString() },
                { "maxTextureSize", importer.maxTextureSize },
                { "flipGreenChannel", importer.flipGreenChannel },
                { "sRGBTexture", importer.sRGBTexture },
                { "alphaSource", importer.alphaSource.ToString() },
                { "alphaIsTransparency", importer.alphaIsTransparency },
            };
        }

        public static void Write(TextureImporter importer, Settings values)
        {
            // The type first: it brings its own values of the others with it.
            if (values.ContainsKey("textureType"))
                importer.textureType = Parse<TextureImporterType>(values["textureType"]);
            foreach (var pair in values)
                Write(importer, pair.Key, pair.Value);
        }

        static void Write(TextureImporter importer, string name, object value)
        {
            switch (name)
            {
                case "wrapMode":
                    importer.wrapMode = Parse<TextureWrapMode>(value);
                    break;
                case "mipmapEnabled":
                    importer.mipmapEnabled = (bool)value;
                    break;
                case "npotScale":
                    importer.npotScale = Parse<TextureImporterNPOTScale>(value);
                    break;
                case "maxTextureSize":
                    importer.maxTextureSize = Convert.ToInt32(value);
                    break;
                case "flipGreenChannel":
                    importer.flipGreenChannel = (bool)value;
                    break;
                case "sRGBTexture":
                    importer.sRGBTexture = (bool)value;
                    break;
                case "alphaSource":
                    importer.alphaSource = Parse<TextureImporterAlphaSource>(value);
                    break;
                case "alphaIsTransparency":
                    importer.alphaIsTransparency = (bool)value;
                    break;
            }
        }

        public static T Parse<T>(object name) => (T)Enum.Parse(typeof(T), (string)name);
    }
}
