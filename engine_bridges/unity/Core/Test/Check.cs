using System;
using System.Collections.Generic;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>One check of a report: what was expected and what was found.</summary>
    public sealed class Check
    {
        public readonly string Name;

        /// <summary>passed, failed or skipped.</summary>
        public readonly string Status;

        readonly string unit;
        readonly object expected;
        readonly object found;
        readonly object tolerance;
        readonly string message;

        Check(string name, string status, string unit, object expected, object found, object tolerance, string message)
        {
            Name = name;
            Status = status;
            this.unit = unit;
            this.expected = expected;
            this.found = found;
            this.tolerance = tolerance;
            this.message = message;
        }

        public static Check Skipped(string name, string why) => new Check(name, "skipped", null, null, null, null, why);

        /// <summary>Compare values that must be the same: texts, truth values, lists and maps of them.</summary>
        public static Check Exact(string name, string unit, object expected, object found, string message = null)
        {
            return Of(name, unit, expected, found, null, found != null && Text(expected) == Text(found), message);
        }

        public static Check Number(string name, string unit, double expected, double found, double tolerance,
            string message = null)
        {
            var passes = Math.Abs(expected - found) <= tolerance;
            return Of(name, unit, Round(expected), Round(found), Round(tolerance), passes, message);
        }

        /// <param name="found">Null where there was nothing to measure.</param>
        public static Check Numbers(
            string name, string unit, IList<double> expected, IList<double> found, double tolerance,
            string message = null)
        {
            return Numbers(name, unit, expected, found, expected.Select(_ => tolerance).ToList(), message,
                Round(tolerance));
        }

        /// <param name="tolerances">One for each number.</param>
        public static Check Numbers(
            string name, string unit, IList<double> expected, IList<double> found, IList<double> tolerances,
            string message = null, object shown = null)
        {
            var passes = found != null && found.Count == expected.Count
                && Enumerable.Range(0, found.Count).All(i => Math.Abs(found[i] - expected[i]) <= tolerances[i]);
            return Of(name, unit, Rounded(expected), found == null ? null : Rounded(found),
                      shown ?? Rounded(tolerances),
                      passes, message);
        }

        static Check Of(
            string name, string unit, object expected, object found, object tolerance, bool passes, string message)
        {
            return new Check(name, passes ? "passed" : "failed", unit, expected, found, tolerance,
                             passes ? null : message);
        }

        static List<object> Rounded(IEnumerable<double> values) => values.Select(Round).ToList();

        static object Round(double value) => Math.Round(value, 6);

        static string Text(object value) => JsonWriter.Write(value);

        public SortedDictionary<string, object> ToJson()
        {
            var found = new SortedDictionary<string, object> { { "name", Name }, { "status", Status } };
            if (message != null)
                found["message"] = message;
            if (Status == "skipped")
                return found;
            found["unit"] = unit;
            found["expected"] = expected;
            found["found"] = this.found;
            found["tolerance"] = tolerance;
            return found;
        }
    }
}
