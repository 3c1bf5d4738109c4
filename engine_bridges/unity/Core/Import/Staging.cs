using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>
    /// A copy of the published files beside the project's content, made and hashed before anything is replaced.
    /// </summary>
    public sealed class Staging
    {
        /// <summary>SHA-256 by path in the asset's folder.</summary>
        public readonly SortedDictionary<string, string> Files = new SortedDictionary<string,
            string>(StringComparer.Ordinal);

        readonly string folder;

        // Library is on the project's disk, so that a file moves in one step, and Unity looks at nothing in it.
        const string Parent = "Library/ImporterBridge";

        /// <summary>A folder of its own: the copy of a session that has ended may still be going on.</summary>
        public Staging(string project)
        {
            folder = PlainPath.OnDisk(project, Parent + "/" + Guid.NewGuid().ToString("N"));
        }

        /// <summary>Remove what sessions that died have left.</summary>
        public static void Sweep(string project)
        {
            var parent = PlainPath.OnDisk(project, Parent);
            try
            {
                if (Directory.Exists(parent))
                    Directory.Delete(parent, true);
            }
            catch (IOException)
            {
                // Its last copy is still being written: the next session removes it.
            }
        }

        /// <summary>
        /// Copy the files of a target and compare what was copied with the manifest. Runs on any thread.
        /// </summary>
        /// <exception cref="BridgeException">HASH_MISMATCH or FILE_MISSING, which may pass.</exception>
        public void Copy(Published published, Target target, IEnumerable<PublishedFile> files)
        {
            foreach (var file in files)
            {
                var name = PlainPath.Below(target.Folder, file.Path);
                try
                {
                    if (Disk.CopyHashed(PlainPath.OnDisk(published.Folder, file.Path), OnDisk(name)) != file.Sha256)
                        throw Wholeness.Mismatch(file.Path);
                }
                catch (Exception error) when (error is FileNotFoundException || error is DirectoryNotFoundException)
                {
                    throw new BridgeException("FILE_MISSING", file.Path, "is not there", "Copy the whole folder again",
                        true);
                }
                catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
                {
                    throw new BridgeException(Judge.Unreadable(file.Path, error));
                }
                Files[name] = file.Sha256;
            }
        }

        /// <summary>The copy of a file; none is left once it has been moved into place.</summary>
        public string OnDisk(string file) => PlainPath.OnDisk(folder, file);

        public void Remove()
        {
            Files.Clear();
            if (Directory.Exists(folder))
                Directory.Delete(folder, true);
        }
    }
}
