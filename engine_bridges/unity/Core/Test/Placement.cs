using System;
using System.Collections.Generic;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>Names what happened to an asset that has not the box it should have.</summary>
    public static class Placement
    {
        static readonly KeyValuePair<string, Func<double[], double[]>>[] Mistakes =
        {
            Mistake("it is mirrored left to right", p => new[] { -p[0], p[1], p[2] }),
            Mistake("it looks backwards: turned by 180 degrees about Y", p => new[] { -p[0], p[1], -p[2] }),
            Mistake("it is mirrored front to back", p => new[] { p[0], p[1], -p[2] }),
            Mistake("it is turned by 90 degrees about Y", p => new[] { p[2], p[1], -p[0] }),
            Mistake("it is turned by -90 degrees about Y", p => new[] { -p[2], p[1], p[0] }),
            Mistake("it lies on its back: turned by -90 degrees about X", p => new[] { p[0], p[2], -p[1] }),
            Mistake("it lies on its face: turned by 90 degrees about X", p => new[] { p[0], -p[2], p[1] }),
        };

        static readonly double[] Scales = { 1, 100, 0.01, 1000, 0.001, 2.54, 1 / 2.54 };

        /// <summary>Say which turn, mirroring or scale explains the found box, or null.</summary>
        public static string Explain(
            double[] min, double[] max, double[] centroid, double[] foundMin, double[] foundMax, double[] foundCentroid)
        {
            var expected = new[] { min, max, centroid };
            var found = new[] { foundMin, foundMax, foundCentroid };
            foreach (var scale in Scales)
            {
                var size = scale == 1 ? null : "it is " + scale.ToString("0.###",
                    System.Globalization.CultureInfo.InvariantCulture) + " times as large";
                if (size != null && Matches(expected, found, p => p, scale))
                    return size;
                foreach (var mistake in Mistakes)
                    if (Matches(expected, found, mistake.Value, scale))
                        return size == null ? mistake.Key : size + ", and " + mistake.Key;
            }
            return null;
        }

        static KeyValuePair<string, Func<double[], double[]>> Mistake(string name, Func<double[], double[]> move)
        {
            return new KeyValuePair<string, Func<double[], double[]>>(name, move);
        }

        static bool Matches(double[][] expected, double[][] found, Func<double[], double[]> move, double scale)
        {
            var corners = new[] { move(expected[0]), move(expected[1]) };
            var moved = new[]
            {
                Each(i => Math.Min(corners[0][i], corners[1][i])), Each(i => Math.Max(corners[0][i], corners[1][i])),
                    move(expected[2]),
            };
            var tolerance = 0.01 * scale * Each(i => expected[1][i] - expected[0][i]).Max();
            return Enumerable.Range(0, 9).All(
                i => Math.Abs(moved[i / 3][i % 3] * scale - found[i / 3][i % 3]) <= tolerance);
        }

        static double[] Each(Func<int, double> value) => Enumerable.Range(0, 3).Select(value).ToArray();
    }
}
