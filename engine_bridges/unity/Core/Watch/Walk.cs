using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>From watched folders to the published folders in them.</summary>
    public static class Walk
    {
        public const string ManifestSuffix = ".manifest.json";
        const int Deepest = 16;

        /// <summary>
        /// Find all assets, in order; of two with one key the later one carries the problem NAME_TAKEN.
        /// </summary>
        /// <param name="missing">Called with each watched folder that is not there.</param>
        public static List<Published> Find(string project, BridgeConfig config, Action<string> missing)
        {
            var found = new List<Published>();
            foreach (var entry in config.Watch)
            {
                var folder = BridgeConfig.Folder(project, entry);
                if (Directory.Exists(folder))
                    found.AddRange(Below(folder, entry.Into).OrderBy(item => item.Key, StringComparer.Ordinal));
                else
                    missing(folder);
            }
            var taken = new Dictionary<string, Published>(StringComparer.OrdinalIgnoreCase);
            foreach (var item in found)
            {
                if (taken.ContainsKey(item.Key))
                    item.Problem = new Problem("NAME_TAKEN", item.Folder,
                        "has the place " + item.Key + " of " + taken[item.Key].Folder,
                        "Give one of the two another name, or another \"into\" in " + BridgeConfig.File);
                else
                    taken[item.Key] = item;
            }
            return found;
        }

        static List<Published> Below(string root, string into)
        {
            var found = new List<Published>();
            var open = new Stack<KeyValuePair<string, string>>();
            open.Push(new KeyValuePair<string, string>(root, into));
            while (open.Count > 0)
            {
                var next = open.Pop();
                var depth = next.Value.Split('/').Length - into.Split('/').Length;
                try
                {
                    var asset = depth > 0 ? Asset(next.Key, next.Value) : null;
                    if (asset != null)
                        found.Add(asset);
                    else if (depth < Deepest)
                        foreach (var folder in new DirectoryInfo(next.Key).GetDirectories().Where(IsOrdinary))
                            open.Push(new KeyValuePair<string, string>(folder.FullName, next.Value + "/"
                                + folder.Name));
                }
                catch (IOException)
                {
                    // The importer or somebody else is just exchanging this folder: the next look sees it.
                }
                catch (UnauthorizedAccessException)
                {
                    // As above on Windows, where a folder that is being removed cannot be opened.
                }
            }
            return found;
        }

        static bool IsOrdinary(DirectoryInfo folder)
        {
            return !folder.Name.StartsWith(".", StringComparison.Ordinal)
                && (folder.Attributes & FileAttributes.ReparsePoint) == 0;
        }

        static Published Asset(string folder, string key)
        {
            var manifests = Directory.GetFiles(folder, "*" + ManifestSuffix)
                .Where(path => !Path.GetFileName(path).StartsWith(".", StringComparison.Ordinal))
                .OrderBy(path => path, StringComparer.Ordinal).ToList();
            if (manifests.Count == 0)
                return null;
            return new Published
            {
                Key = key,
                Folder = folder,
                ManifestPath = manifests.Count == 1 ? manifests[0] : null,
                Problem = manifests.Count == 1 ? null : new Problem("MANIFEST_INVALID", folder,
                    "has " + manifests.Count + " manifests", "Remove all but one"),
            };
        }
    }
}
