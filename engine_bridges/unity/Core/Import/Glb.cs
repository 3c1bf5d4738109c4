using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Importer.Bridge
{
    /// <summary>Triangles in Unity's frame: left-handed, X mirrored, clockwise from outside.</summary>
    public sealed class TriangleMesh
    {
        /// <summary>x, y, z of each vertex, metres.</summary>
        public float[] Positions;
        public int[] Indices;
    }

    /// <summary>
    /// The shapes in a GLB file without their looks, by node. Collision hulls are read with it, so that an FBX import
    /// has them where no importer of GLB files is installed.
    /// </summary>
    public sealed class Glb
    {
        const uint Magic = 0x46546C67, JsonChunk = 0x4E4F534A, BinaryChunk = 0x004E4942;

        readonly string name;
        readonly Node json;
        readonly byte[] binary;

        /// <param name="name">The file's name, for messages.</param>
        /// <exception cref="BridgeException">IMPORT_FAILED: the bytes are no GLB file.</exception>
        public Glb(byte[] bytes, string name)
        {
            this.name = name;
            var chunks = Chunks(bytes);
            if (!chunks.ContainsKey(JsonChunk))
                throw Broken("has no JSON chunk");
            try
            {
                json = new Node(JsonReader.Parse(chunks[JsonChunk]), (key, what) => Broken(key + " " + what));
            }
            catch (JsonException error)
            {
                throw Broken("has a JSON chunk that is none: " + error.Message);
            }
            binary = chunks.ContainsKey(BinaryChunk) ? chunks[BinaryChunk] : new byte[0];
        }

        /// <summary>Whether this reader understands an extension that a file requires.</summary>
        public static bool CanRead(string extension) => extension == "KHR_mesh_quantization";

        /// <summary>
        /// The triangles of a node at the top, moved and scaled by it as quantised positions need it.
        /// </summary>
        public TriangleMesh Mesh(string node)
        {
            var found = json["nodes"].List().Where(item => item.Optional("name").Text("") == node).ToList();
            if (found.Count != 1 || found[0].Optional("mesh").IsNull)
                throw Broken("has no mesh called " + node);
            var positions = new List<float>();
            var indices = new List<int>();
            var scale = found[0].Optional("scale").IsNull ? new[] { 1.0, 1, 1 } : found[0]["scale"].Vector();
            var offset = found[0].Optional("translation").IsNull ? new double[3] : found[0]["translation"].Vector();
            foreach (var primitive in At("meshes", found[0]["mesh"].Whole())["primitives"].List())
            {
                if (primitive.Optional("mode").Whole(4) != 4)
                    throw Broken("has something else than triangles");
                var first = positions.Count / 3;
                var points = Accessor(primitive["attributes"]["POSITION"].Whole(), 3);
                var corners = primitive.Optional("indices").IsNull
                    ? Enumerable.Range(0, points.Length / 3).Select(i => (double)i).ToArray()
                    : Accessor(primitive["indices"].Whole(), 1);
                for (var i = 0; i < points.Length; i++)
                    positions.Add((float)((points[i] * scale[i % 3] + offset[i % 3]) * (i % 3 == 0 ? -1 : 1)));
                for (var i = 0; i + 2 < corners.Length; i += 3)
                    indices.AddRange(new[] { i, i + 2, i + 1 }.Select(k => first + Index(corners[k],
                        points.Length / 3)));
            }
            return new TriangleMesh { Positions = positions.ToArray(), Indices = indices.ToArray() };
        }

        Node At(string list, int number)
        {
            var items = json[list].List();
            return number >= 0 && number < items.Count ? items[number] : throw Broken("has no " + list + "[" + number
                + "]");
        }

        int Index(double corner, int count)
        {
            if (corner >= count)
                throw Broken("has an index beyond its vertices");
            return (int)corner;
        }

        Dictionary<uint, byte[]> Chunks(byte[] bytes)
        {
            var found = new Dictionary<uint, byte[]>();
            if (bytes.Length < 12 || BitConverter.ToUInt32(bytes, 0) != Magic)
                throw Broken("is no GLB file");
            var at = 12L;
            while (at + 8 <= bytes.Length)
            {
                var length = (long)BitConverter.ToUInt32(bytes, (int)at);
                var kind = BitConverter.ToUInt32(bytes, (int)at + 4);
                if (at + 8 + length > bytes.Length)
                    throw Broken("ends too early");
                found[kind] = bytes.Skip((int)at + 8).Take((int)length).ToArray();
                at += 8 + length;
            }
            return found;
        }

        double[] Accessor(int number, int width)
        {
            var accessor = At("accessors", number);
            var view = At("bufferViews", accessor["bufferView"].Whole());
            var type = accessor["componentType"].Whole();
            var size = Size(type);
            var stride = view.Optional("byteStride").Whole(size * width);
            var start = view.Optional("byteOffset").Whole(0) + accessor.Optional("byteOffset").Whole(0);
            var count = accessor["count"].Whole();
            if (start < 0 || count < 0 || start + (long)stride * (count - 1) + size * width > binary.Length)
                throw Broken("has an accessor beyond its data");
            var divisor = accessor.Optional("normalized").Truth(false) ? Largest(type) : 1.0;
            var found = new double[count * width];
            for (var i = 0; i < found.Length; i++)
                found[i] = Component(type, start + stride * (i / width) + size * (i % width)) / divisor;
            return found;
        }

        int Size(int type)
        {
            switch (type)
            {
                case 5120:
                case 5121:
                    return 1;
                case 5122:
                case 5123:
                    return 2;
                case 5125:
                case 5126:
                    return 4;
                default:
                    throw Broken("has components of the unknown type " + type);
            }
        }

        static double Largest(int type)
        {
            return type == 5120 ? 127.0 : type == 5121 ? 255.0 : type == 5122 ? 32767.0 : 65535.0;
        }

        double Component(int type, int at)
        {
            switch (type)
            {
                case 5120:
                    return (sbyte)binary[at];
                case 5121:
                    return binary[at];
                case 5122:
                    return BitConverter.ToInt16(binary, at);
                case 5123:
                    return BitConverter.ToUInt16(binary, at);
                case 5125:
                    return BitConverter.ToUInt32(binary, at);
                default:
                    return BitConverter.ToSingle(binary, at);
            }
        }

        BridgeException Broken(string what)
        {
            return new BridgeException("IMPORT_FAILED", name, what, "Publish the asset again");
        }
    }
}
