using System;
using System.Collections.Generic;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>
    /// Which checks an artist's own setting decides: they are skipped where they would fail, for it is meant so.
    /// </summary>
    public static class KeptSettings
    {
        static readonly string[] Looks =
        {
            "textures", "texture_size_px", "texture_color_space", "texture_normal_map", "unity_shader",
        };

        /// <param name="kept">Names of settings that were changed in the project; the report warns of each.</param>
        public static Check Excuse(Check check, ICollection<string> kept, Measurement found)
        {
            var why = found.HasOtherMaterials && (check.Name == "materials" || Looks.Contains(check.Name))
                ? "another material was put into the prefab, and is kept"
                : kept.Any(setting => Decides(setting).Contains(check.Name))
                ? "a setting was changed in the project, and is kept" : null;
            return check.Status == "failed" && why != null ? Check.Skipped(check.Name, why) : check;
        }

        static string[] Decides(string setting)
        {
            switch (setting.Split(' ')[0])
            {
                case "lod":
                    return new[] { "lod_screen_sizes" };
                case "colliders":
                    return new[] { "collision", "collision_size_m" };
                case "textureType":
                    return new[] { "texture_color_space", "texture_normal_map" };
                case "flipGreenChannel":
                    return new[] { "texture_normal_map" };
                case "sRGBTexture":
                    return new[] { "texture_color_space" };
                case "maxTextureSize":
                case "npotScale":
                    return new[] { "texture_size_px" };
                case "shader":
                case "texture":
                    return Looks;
                default:
                    return new string[0];
            }
        }
    }
}
