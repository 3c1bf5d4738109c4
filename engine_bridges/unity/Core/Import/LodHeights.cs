using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>
    /// A LODGroup has for each level the height at which it ends, the manifest the one at which it begins. The last
    /// level ends at 0: an asset never vanishes unless an artist wants it to.
    /// </summary>
    public static class LodHeights
    {
        /// <param name="levels">Number of levels that the target carries.</param>
        public static List<double> Wanted(Manifest manifest, int levels)
        {
            return manifest.Lods.Take(levels).Skip(1).Select(lod => lod.ScreenSize).Concat(new[] { 0.0 }).ToList();
        }

        /// <summary>Heights as one value that can be compared.</summary>
        public static string Text(IEnumerable<double> heights)
        {
            return string.Join(";", heights.Select(height => height.ToString("0.####", CultureInfo.InvariantCulture)));
        }
    }
}
