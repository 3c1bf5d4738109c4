using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Importer.Bridge
{
    /// <summary>Text that is no JSON, with the place.</summary>
    public sealed class JsonException : Exception
    {
        public JsonException(string what, int line, int column)
            : base(what + " in line " + line + ", column " + column)
        {
        }
    }

    /// <summary>
    /// Strict JSON (RFC 8259) to plain values: SortedDictionary, List, string, double, bool and null.
    /// Unity's JsonUtility knows no dictionaries, and a package for so little would be one more version to agree on.
    /// </summary>
    public sealed class JsonReader
    {
        const int DeepestNesting = 64;

        readonly string text;
        int at;

        JsonReader(string text)
        {
            this.text = text;
        }

        /// <summary>Read one value. A key that is given twice has its last value.</summary>
        /// <exception cref="JsonException">The text is no JSON, or nested deeper than 64.</exception>
        public static object Parse(string text)
        {
            var reader = new JsonReader(text);
            reader.SkipSpace();
            var value = reader.Value(0);
            reader.SkipSpace();
            if (reader.at < text.Length)
                throw reader.Fault("something follows the value");
            return value;
        }

        /// <summary>Read UTF-8 bytes, with or without a byte order mark.</summary>
        /// <exception cref="JsonException">As for text, or the bytes are no UTF-8.</exception>
        public static object Parse(byte[] bytes)
        {
            var start = bytes.Length >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0;
            try
            {
                return Parse(new UTF8Encoding(false, true).GetString(bytes, start, bytes.Length - start));
            }
            catch (ArgumentException)
            {
                throw new JsonException("bytes that are no UTF-8", 1, 1);
            }
        }

        object Value(int depth)
        {
            if (depth > DeepestNesting)
                throw Fault("too deep nesting");
            switch (Peek())
            {
                case '{':
                    return Object(depth);
                case '[':
                    return List(depth);
                case '"':
                    return String();
                case 't':
                    return Word("true", true);
                case 'f':
                    return Word("false", false);
                case 'n':
                    return Word("null", null);
                default:
                    return Number();
            }
        }

        SortedDictionary<string, object> Object(int depth)
        {
            var found = new SortedDictionary<string, object>(StringComparer.Ordinal);
            at++;
            SkipSpace();
            if (Taken('}'))
                return found;
            while (true)
            {
                SkipSpace();
                if (Peek() != '"')
                    throw Fault("a key is missing");
                var key = String();
                SkipSpace();
                Expect(':');
                SkipSpace();
                found[key] = Value(depth + 1);
                SkipSpace();
                if (Taken('}'))
                    return found;
                Expect(',');
            }
        }

        List<object> List(int depth)
        {
            var found = new List<object>();
            at++;
            SkipSpace();
            if (Taken(']'))
                return found;
            while (true)
            {
                SkipSpace();
                found.Add(Value(depth + 1));
                SkipSpace();
                if (Taken(']'))
                    return found;
                Expect(',');
            }
        }

        string String()
        {
            var found = new StringBuilder();
            at++;
            while (true)
            {
                var c = Peek();
                if (c < ' ')
                    throw Fault("a control character in a string");
                at++;
                if (c == '"')
                    return found.ToString();
                found.Append(c == '\\' ? Escaped() : c);
            }
        }

        char Escaped()
        {
            var c = Peek();
            at++;
            switch (c)
            {
                case '"':
                case '\\':
                case '/':
                    return c;
                case 'b':
                    return '\b';
                case 'f':
                    return '\f';
                case 'n':
                    return '\n';
                case 'r':
                    return '\r';
                case 't':
                    return '\t';
                case 'u':
                    return Unicode();
                default:
                    at--;
                    throw Fault("an unknown escape");
            }
        }

        char Unicode()
        {
            ushort code;
            if (at + 4 > text.Length
                || !ushort.TryParse(text.Substring(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                                    out code))
                throw Fault("four hexadecimal digits are missing");
            at += 4;
            return (char)code;
        }

        object Number()
        {
            var start = at;
            Taken('-');
            if (!Taken('0') && !Digits())
                throw Fault("a value is missing");
            if (Taken('.') && !Digits())
                throw Fault("digits are missing");
            if (at < text.Length && (text[at] == 'e' || text[at] == 'E'))
            {
                at++;
                if (!Taken('+'))
                    Taken('-');
                if (!Digits())
                    throw Fault("digits are missing");
            }
            double found;
            var read = double.TryParse(text.Substring(start, at - start), NumberStyles.Float,
                                       CultureInfo.InvariantCulture, out found);
            if (!read || double.IsInfinity(found))
                throw Fault("a number is too large");
            return found;
        }

        object Word(string word, object value)
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
                throw Fault("a value is missing");
            at += word.Length;
            return value;
        }

        bool Digits()
        {
            var start = at;
            while (at < text.Length && text[at] >= '0' && text[at] <= '9')
                at++;
            return at > start;
        }

        void SkipSpace()
        {
            while (at < text.Length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r'))
                at++;
        }

        char Peek()
        {
            if (at >= text.Length)
                throw Fault("the text ends too early");
            return text[at];
        }

        bool Taken(char c)
        {
            if (at >= text.Length || text[at] != c)
                return false;
            at++;
            return true;
        }

        void Expect(char c)
        {
            if (!Taken(c))
                throw Fault("'" + c + "' is missing");
        }

        JsonException Fault(string what)
        {
            int line = 1, column = 1;
            for (var i = 0; i < at && i < text.Length; i++)
            {
                column = text[i] == '\n' ? 1 : column + 1;
                line += text[i] == '\n' ? 1 : 0;
            }
            return new JsonException(what, line, column);
        }
    }
}
