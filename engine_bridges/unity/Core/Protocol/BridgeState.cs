using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Importer.Bridge
{
    using Json = SortedDictionary<string, object>;
    using Texts = SortedDictionary<string, string>;

    /// <summary>
    /// What is imported: ProjectSettings/ImporterBridge.state.json, under version control like the assets.
    /// </summary>
    public sealed class BridgeState
    {
        public const string File = "ProjectSettings/ImporterBridge.state.json";
        const int Version = 1;

        public readonly SortedDictionary<string, AssetState> Assets =
            new SortedDictionary<string, AssetState>(StringComparer.Ordinal);

        readonly Dictionary<string, string> texts = new Dictionary<string, string>(StringComparer.Ordinal);

        /// <summary>Read the state; a damaged one is kept aside and an empty one returned.</summary>
        /// <exception cref="BridgeException">STATE_NEWER: a newer bridge wrote it.</exception>
        public static BridgeState Load(string path, Action<string> warn)
        {
            if (!System.IO.File.Exists(path))
                return new BridgeState();
            try
            {
                return Read(JsonReader.Parse(System.IO.File.ReadAllBytes(path)));
            }
            catch (FormatException error)
            {
                return PutAside(path, error.Message, warn);
            }
            catch (JsonException error)
            {
                return PutAside(path, error.Message, warn);
            }
        }

        static BridgeState PutAside(string path, string why, Action<string> warn)
        {
            var aside = path.Substring(0, path.Length - ".json".Length) + ".damaged.json";
            Disk.MoveOver(path, aside);
            warn(Path.GetFileName(path) + " is damaged (" + why + ") and was kept as " + Path.GetFileName(aside)
                + "; imported files are recognised by their hashes");
            return new BridgeState();
        }

        static BridgeState Read(object document)
        {
            var root = new Node(document, (key, what) => new FormatException(key + " " + what));
            if (root["state_version"].Whole() > Version)
                throw new BridgeException("STATE_NEWER", File, "was written by a newer bridge",
                                          "Update the package com.importer.bridge");
            var state = new BridgeState();
            foreach (var key in root["assets"].Keys)
                state.Assets[key] = AssetState.Read(root["assets"][key]);
            return state;
        }

        /// <summary>The file's text. Only what has changed is written anew, since there may be thousands.</summary>
        /// <param name="changed">The key of the asset that has changed since the last call.</param>
        public string ToJson(string changed)
        {
            texts.Remove(changed);
            foreach (var key in Assets.Keys.Where(key => !texts.ContainsKey(key)))
                texts[key] = "    " + Line(key) + ": " + Line(Assets[key].ToJson()).Replace("\n", "\n    ");
            var assets = Assets.Count == 0 ? "{}" : "{\n" + string.Join(",\n", Assets.Keys.Select(key => texts[key]))
                + "\n  }";
            return "{\n  \"assets\": " + assets + ",\n  \"state_version\": " + Version + "\n}\n";
        }

        static string Line(object value) => JsonWriter.Write(value).TrimEnd('\n');
    }

    /// <summary>One imported or refused asset.</summary>
    public sealed class AssetState
    {
        /// <summary>Folder below Assets.</summary>
        public string Folder = "";

        /// <summary>The inputs of what is imported; empty where nothing is.</summary>
        public string ManifestSha256 = "";
        public string Target = "";
        public string Format = "";
        public int Rules;

        /// <summary>passed, failed or refused.</summary>
        public string Status = "";

        public bool Importing;

        /// <summary>How often an import of AttemptedManifest was begun and not ended.</summary>
        public int Attempts;
        public string AttemptedManifest = "";

        /// <summary>SHA-256 of each file as it was written, by path in the folder.</summary>
        public Texts Files = NewTexts();

        /// <summary>What an import that has not ended was going to write.</summary>
        public Texts Pending = NewTexts();
        public Texts LeftOver = NewTexts();
        public string RefusedManifest = "";
        public string RefusedCode = "";

        /// <summary>GUID of each file and of what was made, by path in the folder.</summary>
        public Texts Guids = NewTexts();

        /// <summary>
        /// Every setting as the bridge last wrote it, by path in the folder: what differs is an artist's.
        /// </summary>
        public SortedDictionary<string, Json> Settings = new SortedDictionary<string, Json>(StringComparer.Ordinal);

        static Texts NewTexts() => new Texts(StringComparer.Ordinal);

        public static AssetState Read(Node node)
        {
            var refused = node.Optional("refused");
            var engine = node["engine"];
            return new AssetState
            {
                Folder = node["folder"].Text(),
                ManifestSha256 = node["manifest_sha256"].Text(),
                Target = node["target"].Text(),
                Format = node["format"].Text(),
                Rules = node["rules"].Whole(),
                Status = node["status"].Text(),
                Importing = node.Optional("importing").Truth(false),
                Files = node["files"].Dictionary(hash => hash.Text()),
                LeftOver = node.Optional("left_over").Dictionary(hash => hash.Text()),
                RefusedManifest = refused.IsNull ? "" : refused["manifest_sha256"].Text(),
                RefusedCode = refused.IsNull ? "" : refused["code"].Text(),
                Attempts = engine.Optional("attempts").Whole(0),
                AttemptedManifest = engine.Optional("attempted").Text(""),
                Pending = engine.Optional("pending").Dictionary(hash => hash.Text()),
                Guids = engine.Optional("guids").Dictionary(guid => guid.Text()),
                Settings = engine.Optional("settings").Dictionary(values => values.Dictionary(value => value.Plain())
                    .Aggregate(new Json(StringComparer.Ordinal), Added)),
            };
        }

        static Json Added(Json map, KeyValuePair<string, object> pair)
        {
            map[pair.Key] = pair.Value;
            return map;
        }

        public Json ToJson()
        {
            var engine = new Json { { "guids", Plain(Guids) }, { "settings", Plain(Settings) } };
            if (Pending.Count > 0)
                engine["pending"] = Plain(Pending);
            if (Attempts > 0)
            {
                engine["attempts"] = Attempts;
                engine["attempted"] = AttemptedManifest;
            }
            var found = new Json
            {
                { "folder", Folder },
                { "manifest_sha256", ManifestSha256 },
                { "target", Target },
                { "format", Format },
                { "rules", Rules },
                { "status", Status },
                { "files", Plain(Files) },
                { "left_over", Plain(LeftOver) },
                { "engine", engine },
            };
            if (Importing)
                found["importing"] = true;
            if (RefusedCode != "")
                found["refused"] = new Json { { "manifest_sha256", RefusedManifest }, { "code", RefusedCode } };
            return found;
        }

        static Json Plain<T>(SortedDictionary<string, T> map)
        {
            var found = new Json(StringComparer.Ordinal);
            foreach (var pair in map)
                found[pair.Key] = pair.Value;
            return found;
        }
    }
}
