using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Importer.Bridge
{
    /// <summary>From a manifest's bytes to its record, or to the problem that docs/bridges.md names.</summary>
    public static class ManifestReader
    {
        public const int KnownMajor = 1;
        public const int KnownMinor = 0;
        public const int MostBytes = 64 * 1024 * 1024;

        const string PublishAgain = "Publish the asset again";
        static readonly string[] Required =
        {
            "generator", "asset", "frame", "pivot", "bounds", "lods", "collision", "files", "targets", "guesses",
                "quality",
            "provenance", "warnings",
        };

        static readonly Regex Version = new Regex(@"^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$");
        static readonly Regex Sha256 = new Regex("^[0-9a-f]{64}$");

        /// <param name="where">The manifest's file name, for messages.</param>
        /// <exception cref="BridgeException">The bytes are no manifest that this bridge can read.</exception>
        public static Manifest Read(byte[] bytes, string where)
        {
            if (bytes.Length > MostBytes)
                throw Invalid(where, "is larger than 64 MiB");
            object document;
            try
            {
                document = JsonReader.Parse(bytes);
            }
            catch (JsonException error)
            {
                throw new BridgeException("MANIFEST_NOT_JSON", where, "is not JSON: " + error.Message, PublishAgain,
                    true);
            }
            if (!(document is SortedDictionary<string, object>))
                throw Invalid(where, "is not a JSON object");
            var root = new Node(document, (key, what) => Invalid(where + ": " + key, what));
            var minor = Minor(root, where);
            var manifest = Document(root);
            manifest.Minor = minor;
            Consistency.Check(manifest, where);
            return manifest;
        }

        static BridgeException Invalid(string where, string what)
        {
            return new BridgeException("MANIFEST_INVALID", where, what, PublishAgain);
        }

        static int Minor(Node root, string where)
        {
            var given = root.Optional("schema_version").Plain() as string;
            var match = Version.Match(given ?? "");
            if (!match.Success)
                throw Invalid(where + ": schema_version", "is no version such as \"1.0\"");
            var major = int.Parse(match.Groups[1].Value);
            if (major != KnownMajor)
                throw new BridgeException("SCHEMA_VERSION", where,
                    "has version " + given + ", from " + (major > KnownMajor ? "a newer" : "an older")
                    + " importer; this bridge reads " + KnownMajor + ".x",
                    major > KnownMajor ? "Update the package com.importer.bridge"
                    : "Publish the asset again with a current importer");
            return int.Parse(match.Groups[2].Value);
        }

        static Manifest Document(Node root)
        {
            foreach (var key in Required)
                root[key].Plain();
            return new Manifest
            {
                Asset = root["asset"]["name"].Text(),
                Kind = root["asset"]["kind"].Text(),
                Lods = Levels(root["lods"]),
                Files = Files(root["files"]),
                Targets = root["targets"].Dictionary(Target),
                Skeleton = Skeleton(root.Optional("skeleton")),
            };
        }

        static List<LodLevel> Levels(Node lods)
        {
            var found = lods.List().Select(lod => new LodLevel
            {
                Triangles = lod["triangles"].Whole(),
                ScreenSize = lod["screen_size"].Number(),
            }).ToList();
            if (found.Count == 0)
                throw lods.Wrong("must have a level");
            CountUp(lods);
            if (found.Any(lod => lod.ScreenSize <= 0) || found.Any(lod => lod.Triangles < 1))
                throw lods.Wrong("must have positive triangles and screen sizes");
            return found;
        }

        static void CountUp(Node lods)
        {
            var numbers = lods.List().Select(lod => lod["level"].Whole()).ToList();
            if (!numbers.SequenceEqual(Enumerable.Range(0, numbers.Count)))
                throw lods.Wrong("must count up from 0 without a gap");
        }

        static SortedDictionary<string, PublishedFile> Files(Node files)
        {
            var found = new SortedDictionary<string, PublishedFile>(StringComparer.Ordinal);
            foreach (var entry in files.List())
            {
                var file = new PublishedFile
                {
                    Path = entry["path"].Text(),
                    Sha256 = entry["sha256"].Text(),
                    Bytes = (long)entry["bytes"].Number(),
                    Requires = Texts(entry.Optional("requires")),
                };
                if (!Sha256.IsMatch(file.Sha256))
                    throw entry["sha256"].Wrong("must be 64 hexadecimal digits");
                if (found.ContainsKey(file.Path))
                    throw entry["path"].Wrong("is listed twice");
                found[file.Path] = file;
            }
            return found;
        }

        static Skeleton Skeleton(Node skeleton)
        {
            if (skeleton.IsNull)
                return null;
            return new Skeleton
            {
                Bones = skeleton["bones"].List().Select(bone => bone["name"].Text()).ToList(),
                Parents = skeleton["bones"].List().Select(bone => bone.Optional("parent").Text(null)).ToList(),
                Humanoid = skeleton.Optional("humanoid").Dictionary(bone => bone.Text()),
            };
        }

        static Target Target(Node target)
        {
            var engine = target["in_engine"];
            return new Target
            {
                Folder = target["folder"].Text(),
                Lods = LevelNodes(target["lods"]),
                Collision = MeshNodes(target["collision"]),
                Fbx = Fbx(target.Optional("fbx")),
                Materials = target["materials"].List().Select(Material).ToList(),
                Textures = target["textures"].List().Select(Texture).ToList(),
                BoneNames = target.Optional("bone_names").Dictionary(name => name.Text()),
                MetersPerUnit = engine["frame"]["meters_per_unit"].Number(),
                Min = engine["min"].Vector(),
                Max = engine["max"].Vector(),
                Centroid = engine["centroid"].Vector(),
            };
        }

        static List<MeshNode> MeshNodes(Node nodes)
        {
            return nodes.List()
                .Select(node => new MeshNode { File = node["file"].Text(), Node = node["node"].Text() }).ToList();
        }

        static List<MeshNode> LevelNodes(Node nodes)
        {
            CountUp(nodes);
            return nodes.List().Count > 0 ? MeshNodes(nodes) : throw nodes.Wrong("must have a level");
        }

        static FbxFile Fbx(Node fbx)
        {
            if (fbx.IsNull)
                return null;
            return new FbxFile
            {
                File = fbx["file"].Text(),
                Lods = LevelNodes(fbx["lods"]),
                Collision = MeshNodes(fbx["collision"]),
            };
        }

        static MaterialSlot Material(Node material)
        {
            return new MaterialSlot
            {
                Name = material["name"].Text(),
                Textures = material["textures"].Dictionary(file => file.Text()),
            };
        }

        static TextureFile Texture(Node texture)
        {
            var space = texture["color_space"];
            if (space.Text() != "srgb" && space.Text() != "linear")
                throw space.Wrong("must be srgb or linear");
            return new TextureFile
            {
                File = texture["file"].Text(),
                Slot = texture["slot"].Text(),
                IsSrgb = space.Text() == "srgb",
                Channels = texture["channels"].Dictionary(meaning => meaning.Text()),
                NormalConvention = texture.Optional("normal_convention").Text(null),
                Side = Math.Max(texture.Optional("width").Whole(0), texture.Optional("height").Whole(0)),
            };
        }

        static List<string> Texts(Node items)
        {
            return items.IsNull ? new List<string>() : items.List().Select(item => item.Text()).ToList();
        }
    }
}
