using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Importer.Bridge
{
    /// <summary>
    /// Plain values to JSON with sorted keys, one value a line, so that it merges, and a final line feed.
    /// </summary>
    public static class JsonWriter
    {
        /// <summary>Write dictionaries, lists, strings, numbers, truth values and null.</summary>
        /// <exception cref="ArgumentException">A number is not finite, or a value is of another type.</exception>
        public static string Write(object value)
        {
            var text = new StringBuilder();
            Append(text, value, 0);
            return text.Append('\n').ToString();
        }

        static void Append(StringBuilder text, object value, int depth)
        {
            var map = value as IDictionary<string, object>;
            if (value == null)
                text.Append("null");
            else if (value is bool)
                text.Append((bool)value ? "true" : "false");
            else if (value is string)
                AppendString(text, (string)value);
            else if (map != null)
                AppendItems(text, "{}", map.Keys.OrderBy(key => key, StringComparer.Ordinal).ToList(), depth, key =>
                {
                    AppendString(text, key);
                    text.Append(": ");
                    Append(text, map[key], depth + 1);
                });
            else if (value is IEnumerable)
                AppendItems(text, "[]", ((IEnumerable)value).Cast<object>().ToList(), depth,
                            item => Append(text, item, depth + 1));
            else
                text.Append(Number(value));
        }

        static void AppendItems<T>(StringBuilder text, string brackets, List<T> items, int depth, Action<T> append)
        {
            text.Append(brackets[0]);
            for (var i = 0; i < items.Count; i++)
            {
                text.Append(i == 0 ? "\n" : ",\n").Append(' ', 2 * depth + 2);
                append(items[i]);
            }
            if (items.Count > 0)
                text.Append('\n').Append(' ', 2 * depth);
            text.Append(brackets[1]);
        }

        static void AppendString(StringBuilder text, string words)
        {
            text.Append('"');
            foreach (var c in words)
            {
                if (c == '"' || c == '\\')
                    text.Append('\\').Append(c);
                else if (c == '\n')
                    text.Append("\\n");
                else if (c < ' ' || char.IsSurrogate(c) || c == '\u2028' || c == '\u2029')
                    text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                else
                    text.Append(c);
            }
            text.Append('"');
        }

        static string Number(object value)
        {
            if (value is int || value is long)
                return Convert.ToInt64(value).ToString(CultureInfo.InvariantCulture);
            if (!(value is double || value is float))
                throw new ArgumentException("JSON has no " + value.GetType());
            var number = Convert.ToDouble(value);
            if (double.IsNaN(number) || double.IsInfinity(number))
                throw new ArgumentException("JSON has no " + number);
            return number == Math.Floor(number) && Math.Abs(number) < 1e15
                ? ((long)number).ToString(CultureInfo.InvariantCulture)
                : number.ToString("R", CultureInfo.InvariantCulture);
        }
    }
}
