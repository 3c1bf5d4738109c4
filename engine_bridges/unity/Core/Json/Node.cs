using System;
using System.Collections.Generic;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>A value of a JSON document with its path in it, for reading with messages that name the key.</summary>
    public struct Node
    {
        readonly object value;
        readonly string path;
        readonly Func<string, string, Exception> fault;

        /// <param name="fault">Makes the exception from the key's path and what is wrong with it.</param>
        public Node(object value, Func<string, string, Exception> fault, string path = "")
        {
            this.value = value;
            this.path = path;
            this.fault = fault;
        }

        public string Path => path == "" ? "the document" : path;

        public bool IsNull => value == null;

        SortedDictionary<string, object> Map =>
            value as SortedDictionary<string, object> ?? throw Wrong("must be an object");

        public IEnumerable<string> Keys => Map.Keys;

        /// <summary>The value of a key, which must be there.</summary>
        public Node this[string key]
        {
            get
            {
                var found = Optional(key);
                if (found.IsNull)
                    throw fault(found.path, "is missing");
                return found;
            }
        }

        /// <summary>The value of a key, null where it is not there.</summary>
        public Node Optional(string key)
        {
            object found;
            Map.TryGetValue(key, out found);
            return new Node(found, fault, path == "" ? key : path + "." + key);
        }

        public List<Node> List()
        {
            var items = value as List<object> ?? throw Wrong("must be a list");
            var self = this;
            return items.Select((item, i) => new Node(item, self.fault, self.path + "[" + i + "]")).ToList();
        }

        /// <summary>An object's values by key; nothing where the object is not there.</summary>
        public SortedDictionary<string, T> Dictionary<T>(Func<Node, T> read)
        {
            var found = new SortedDictionary<string, T>(StringComparer.Ordinal);
            if (!IsNull)
                foreach (var key in Map.Keys)
                    found[key] = read(this[key]);
            return found;
        }

        public string Text() => value as string ?? throw Wrong("must be a string");

        public string Text(string otherwise) => IsNull ? otherwise : Text();

        public bool Truth() => value is bool ? (bool)value : throw Wrong("must be true or false");

        public bool Truth(bool otherwise) => IsNull ? otherwise : Truth();

        public double Number() => value is double ? (double)value : throw Wrong("must be a number");

        public double Number(double otherwise) => IsNull ? otherwise : Number();

        public int Whole()
        {
            var number = Number();
            if (number != Math.Floor(number) || Math.Abs(number) > int.MaxValue)
                throw Wrong("must be a whole number");
            return (int)number;
        }

        public int Whole(int otherwise) => IsNull ? otherwise : Whole();

        public double[] Vector()
        {
            var items = List();
            if (items.Count != 3)
                throw Wrong("must have three numbers");
            return items.Select(item => item.Number()).ToArray();
        }

        public object Plain() => value;

        public Exception Wrong(string what) => fault(Path, what);
    }
}
