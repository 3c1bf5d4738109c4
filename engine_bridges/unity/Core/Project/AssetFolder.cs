using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>
    /// Where the files of an asset are in the Unity project, also after somebody has moved them there.
    /// </summary>
    public sealed class AssetFolder
    {
        readonly string project;
        readonly string key;
        readonly AssetState state;
        readonly Func<string, string> pathOfGuid;

        /// <param name="pathOfGuid">Path from the project's folder, or an empty string for an unknown GUID.</param>
        public AssetFolder(string project, string key, AssetState state, Func<string, string> pathOfGuid)
        {
            this.project = project;
            this.key = key;
            this.state = state;
            this.pathOfGuid = pathOfGuid;
        }

        /// <summary>The GUID of a file: the one it has, or the one it will have.</summary>
        public string Guid(string file)
        {
            string known;
            return state.Guids.TryGetValue(file, out known) ? known : Guids.For(key, file);
        }

        /// <summary>
        /// Path from the project's folder, '/' between parts: where the GUID is now, else in the asset's folder.
        /// </summary>
        public string PathOf(string file)
        {
            var found = pathOfGuid(Guid(file));
            return string.IsNullOrEmpty(found) || !File.Exists(OnDisk(found))
                ? PlainPath.Join("Assets", state.Folder, file)
                : found;
        }

        public string OnDisk(string path) => PlainPath.OnDisk(project, path);

        /// <summary>Make the folders above a file, with the .meta files of those that are new.</summary>
        /// <returns>The new ones, outermost first.</returns>
        public List<string> Make(string path)
        {
            var made = new List<string>();
            var folder = "";
            foreach (var part in PlainPath.Parent(path).Split('/'))
            {
                folder = PlainPath.Join(folder, part);
                if (Directory.Exists(OnDisk(folder)))
                    continue;
                Directory.CreateDirectory(OnDisk(folder));
                Guids.Write(OnDisk(folder), Guids.ForFolder(folder), true);
                made.Add(folder);
            }
            return made;
        }

        /// <summary>Give a file its GUID, if it has none, and remember it.</summary>
        public void Identify(string file, string path) => state.Guids[file] = Guids.Write(OnDisk(path), Guid(file));

        /// <summary>Follow the folder, if all files have been moved to another one together.</summary>
        public void Follow()
        {
            var suffixes = state.Files.Keys
                .Select(file => new { file, path = PathOf(file) })
                .Where(pair => File.Exists(OnDisk(pair.path)))
                .Select(pair => pair.path.EndsWith("/" + pair.file, StringComparison.Ordinal)
                    ? pair.path.Substring(0, pair.path.Length - pair.file.Length - 1) : "")
                .Distinct().ToList();
            if (suffixes.Count == 1 && suffixes[0].StartsWith("Assets/", StringComparison.Ordinal))
                state.Folder = suffixes[0].Substring("Assets/".Length);
        }
    }
}
