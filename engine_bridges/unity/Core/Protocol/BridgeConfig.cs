using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>One watched folder.</summary>
    public sealed class WatchEntry
    {
        /// <summary>Absolute, or from the project's folder.</summary>
        public string Out;

        /// <summary>Folder below Assets.</summary>
        public string Into = "Imported";
    }

    /// <summary>ProjectSettings/ImporterBridge.json; docs/bridges.md lists the keys.</summary>
    public sealed class BridgeConfig
    {
        public const string File = "ProjectSettings/ImporterBridge.json";
        public const string OutVariable = "IMPORTER_BRIDGE_OUT";

        public List<WatchEntry> Watch = new List<WatchEntry>();
        public string Target = "auto";
        public string Format = "auto";
        public double PollSeconds = 2;
        public bool Report = true;
        public bool Screenshots = true;

        /// <summary>Keys that this bridge does not know, with their values; they are kept.</summary>
        public SortedDictionary<string, object> Unknown = new SortedDictionary<string, object>();

        static readonly string[] Known = { "config_version", "watch", "target", "format", "poll_s", "report",
            "screenshots" };

        /// <summary>Read the configuration; nothing is watched where there is none.</summary>
        /// <param name="outVariable">The value of IMPORTER_BRIDGE_OUT, or null.</param>
        /// <exception cref="BridgeException">CONFIG_INVALID: a value is wrong; nothing may be imported.</exception>
        public static BridgeConfig Load(string project, string outVariable)
        {
            var path = PlainPath.OnDisk(project, File);
            var config = System.IO.File.Exists(path) ? Read(System.IO.File.ReadAllBytes(path)) : new BridgeConfig();
            var instead = (outVariable ?? "").Split(Path.PathSeparator).Where(part => part != "").ToList();
            for (var i = 0; i < instead.Count; i++)
            {
                if (i == config.Watch.Count)
                    config.Watch.Add(new WatchEntry());
                config.Watch[i].Out = instead[i];
            }
            foreach (var entry in config.Watch)
                if (PlainPath.IsInside(Folder(project, entry), Path.Combine(project, "Assets")))
                    throw Wrong("watch", "\"" + entry.Out
                        + "\" lies inside Assets, so Unity would import the files of all targets",
                                "Publish into a folder outside of Assets, for example beside the project");
            return config;
        }

        /// <summary>The folder that an entry watches, absolute.</summary>
        public static string Folder(string project, WatchEntry entry)
        {
            var path = entry.Out.Replace('\\', '/');
            return Path.GetFullPath(Path.Combine(project, path.Replace('/', Path.DirectorySeparatorChar)));
        }

        static BridgeConfig Read(byte[] bytes)
        {
            object document;
            try
            {
                document = JsonReader.Parse(bytes);
            }
            catch (JsonException error)
            {
                throw Wrong("", "is not JSON: " + error.Message, "Correct the file");
            }
            var root = new Node(document, (key, what) => Wrong(key, what,
                "Correct the file, or set it under Project Settings > Importer"));
            if (root["config_version"].Whole() != 1)
                throw root["config_version"].Wrong("must be 1");
            var config = new BridgeConfig
            {
                Watch = root.Optional("watch").IsNull ? new List<WatchEntry>() : root["watch"].List().Select(Entry)
                    .ToList(),
                Target = root.Optional("target").Text("auto"),
                Format = Choice(root.Optional("format"), "auto", "glb", "fbx"),
                PollSeconds = root.Optional("poll_s").Number(2),
                Report = root.Optional("report").Truth(true),
                Screenshots = root.Optional("screenshots").Truth(true),
            };
            foreach (var key in root.Keys.Except(Known))
                config.Unknown[key] = root.Optional(key).Plain();
            if (config.PollSeconds < 0.5 || config.PollSeconds > 3600)
                throw root["poll_s"].Wrong("must be from 0.5 to 3600");
            return config;
        }

        static WatchEntry Entry(Node entry)
        {
            var into = entry.Optional("into").Text("Imported");
            if (!PlainPath.IsSafe(into) || into.Split('/').Any(part => part.StartsWith(".") || part.EndsWith("~")))
                throw entry["into"].Wrong("must be a folder below Assets that Unity imports, '/' between parts");
            if (entry["out"].Text() == "")
                throw entry["out"].Wrong("must not be empty");
            return new WatchEntry { Out = entry["out"].Text(), Into = into };
        }

        static string Choice(Node node, params string[] choices)
        {
            var given = node.Text(choices[0]);
            if (!choices.Contains(given))
                throw node.Wrong("must be one of " + string.Join(", ", choices));
            return given;
        }

        static BridgeException Wrong(string key, string what, string fix)
        {
            return new BridgeException("CONFIG_INVALID", File + (key == "" ? "" : ": " + key), what, fix);
        }

        public string ToJson()
        {
            var found = new SortedDictionary<string, object>(Unknown)
            {
                { "config_version", 1 },
                { "watch", Watch.Select(ToJson).ToList() },
                { "target", Target },
                { "format", Format },
                { "poll_s", PollSeconds },
                { "report", Report },
                { "screenshots", Screenshots },
            };
            return JsonWriter.Write(found);
        }

        static SortedDictionary<string, object> ToJson(WatchEntry entry)
        {
            return new SortedDictionary<string, object> { { "out", entry.Out }, { "into", entry.Into } };
        }
    }
}
