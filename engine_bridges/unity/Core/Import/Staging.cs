using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>A copy of the published files beside the project's content, made and hashed before anything is replaced.</summary>
    public sealed class Staging
    {
        /// <summary>SHA-256 by path in the asset's folder.</summary>
        public readonly SortedDictionary<string, string> Files = new SortedDictionary<string, string>(StringComparer.Ordinal);

        readonly string folder;

        /// <param name="key">The asset's key.</param>
        public Staging(string project, string key)
        {
            // Library is on the project's disk, so that a file moves in one step, and Unity looks at nothing in it.
            folder = PlainPath.OnDisk(project, "Library/ImporterBridge/" + Guids.For(key, ""));
        }

        /// <summary>Copy the files of a target and compare what was copied with the manifest. Runs on any thread.</summary>
        /// <exception cref="BridgeException">HASH_MISMATCH or FILE_MISSING, which may pass.</exception>
        public void Copy(Published published, Target target, IEnumerable<PublishedFile> files)
        {
            Remove();
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
                    throw new BridgeException("FILE_MISSING", file.Path, "is not there", "Copy the whole folder again", true);
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
