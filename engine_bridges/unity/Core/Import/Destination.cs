using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>
    /// What may be replaced in the project: files that the bridge wrote and nobody has changed since.
    /// </summary>
    public sealed class Destination
    {
        /// <summary>Path from the project's folder by path in the asset's folder.</summary>
        public readonly SortedDictionary<string, string> Paths = new SortedDictionary<string,
            string>(StringComparer.Ordinal);

        /// <summary>Files whose content is another one than the new.</summary>
        public readonly List<string> Changed = new List<string>();

        readonly AssetFolder folder;
        readonly AssetState state;
        readonly List<string> made;

        /// <summary>Look up where everything is; on the main thread, since Unity tells of GUIDs only there.</summary>
        /// <param name="files">Paths in the asset's folder of the published files.</param>
        /// <param name="made">The same of what the bridge makes: prefab, materials, hulls, avatar.</param>
        public Destination(AssetFolder folder, AssetState state, IEnumerable<string> files, IEnumerable<string> made)
        {
            this.folder = folder;
            this.state = state;
            this.made = made.ToList();
            foreach (var file in files.Concat(this.made))
                Paths[file] = folder.PathOf(file);
        }

        /// <summary>Compare with the new files' hashes. Runs on any thread.</summary>
        /// <returns>FILE_EDITED or FILE_IN_THE_WAY for each file that is not the bridge's to replace.</returns>
        public List<Problem> Compare(IDictionary<string, string> hashes)
        {
            var problems = new List<Problem>();
            foreach (var pair in hashes)
            {
                var path = folder.OnDisk(Paths[pair.Key]);
                var found = File.Exists(path) ? Disk.Sha256(path) : null;
                if (found == pair.Value)
                    continue;
                Changed.Add(pair.Key);
                if (found != null && !IsOwn(pair.Key, found))
                    problems.Add(NotOurs(pair.Key));
            }
            problems.AddRange(made.Where(IsForeign).Select(InTheWay));
            return problems;
        }

        /// <summary>Paths of what is there and will be written.</summary>
        public List<string> Written =>
            Changed.Concat(made).Select(file => Paths[file]).Where(path => File.Exists(folder.OnDisk(path))).ToList();

        /// <summary>Size and time of everything there, as text.</summary>
        public string Stamp() => string.Join("|", Paths.Values.Select(path => Wholeness.Stamp(folder.OnDisk(path))));

        /// <summary>Put what would be replaced beside itself as "name.edited-1.ext".</summary>
        public void KeepCopies(IEnumerable<Problem> problems)
        {
            foreach (var problem in problems)
            {
                var path = folder.OnDisk(problem.Where);
                var number = 1;
                string copy;
                do
                    copy = Path.ChangeExtension(path, null) + ".edited-" + number++ + Path.GetExtension(path);
                while (File.Exists(copy));
                if (problem.Code == "FILE_EDITED")
                    File.Copy(path, copy);
                else
                    MoveWithMeta(path, copy);
            }
        }

        static void MoveWithMeta(string path, string copy)
        {
            File.Move(path, copy);
            if (File.Exists(path + ".meta"))
                File.Move(path + ".meta", copy + ".meta");
        }

        bool IsOwn(string file, string hash)
        {
            return new[] { state.Files, state.Pending, state.LeftOver }
                .Any(known => known.ContainsKey(file) && known[file] == hash);
        }

        // What was made is filled by Unity and edited by artists: its GUID tells whose it is.
        bool IsForeign(string file)
        {
            var path = folder.OnDisk(Paths[file]);
            return File.Exists(path) && Guids.OnDisk(path) != folder.Guid(file);
        }

        Problem NotOurs(string file)
        {
            if (!state.Files.ContainsKey(file) && !state.LeftOver.ContainsKey(file))
                return InTheWay(file);
            return new Problem("FILE_EDITED", Paths[file],
                "was changed in the project, and an update would overwrite it",
                "Rename or move the edited file, or choose Tools > Importer > Import Again, Replacing Edits");
        }

        Problem InTheWay(string file)
        {
            return new Problem("FILE_IN_THE_WAY", Paths[file], "is there already, and the bridge did not write it",
                "Rename or move that file, or choose another \"into\" in " + BridgeConfig.File);
        }
    }
}
