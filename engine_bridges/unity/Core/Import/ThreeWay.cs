using System;
using System.Collections.Generic;

namespace Importer.Bridge
{
    using Settings = SortedDictionary<string, object>;

    /// <summary>
    /// What to write and what an artist has changed, from three sides: wanted, current, last written.
    /// </summary>
    public sealed class ThreeWay
    {
        public readonly Settings ToWrite = new Settings(StringComparer.Ordinal);

        /// <summary>Wanted values that give way to an artist's.</summary>
        public readonly Settings Kept = new Settings(StringComparer.Ordinal);

        /// <summary>To be remembered as last written.</summary>
        public readonly Settings Last = new Settings(StringComparer.Ordinal);

        /// <param name="last">Null where the bridge has never written these.</param>
        public ThreeWay(Settings wanted, Settings current, Settings last)
        {
            foreach (var pair in wanted)
            {
                object now, before = null;
                current.TryGetValue(pair.Key, out now);
                var written = last != null && last.TryGetValue(pair.Key, out before);
                if (Same(now, pair.Value))
                {
                    Last[pair.Key] = pair.Value;
                }
                else if (written && !Same(now, before))
                {
                    Kept[pair.Key] = pair.Value;
                    Last[pair.Key] = before;
                }
                else
                {
                    ToWrite[pair.Key] = pair.Value;
                    Last[pair.Key] = pair.Value;
                }
            }
        }

        /// <summary>
        /// Whether two values are one: numbers within a millionth, since single precision lies between.
        /// </summary>
        public static bool Same(object one, object other)
        {
            if (one == null || other == null)
                return one == other;
            if (one is string || one is bool || other is string || other is bool)
                return one.Equals(other);
            return Math.Abs(Convert.ToDouble(one) - Convert.ToDouble(other)) <= 1e-6 * Math.Max(1,
                Math.Abs(Convert.ToDouble(one)));
        }
    }
}
