using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>Whether a published folder can be imported, checked in the order of docs/bridges.md.</summary>
    public static class Wholeness
    {
        const string CopyAgain = "Copy the whole folder again, or publish the asset again";

        /// <summary>Check everything but hashes.</summary>
        /// <returns>The files that the target names.</returns>
        /// <exception cref="BridgeException">The first problem found.</exception>
        public static List<PublishedFile> Check(
            Manifest manifest, string folder, string target, string format, Capabilities engine)
        {
            var files = Named(manifest, target, format, engine);
            var hulls = manifest.Targets[target].CollisionIn(format).Select(node => node.File).ToList();
            foreach (var file in files)
            {
                                var unreadable = file.Requires
                    .Where(extension => !(hulls.Contains(file.Path) ? Glb.CanRead(extension)
                    : engine.Extensions.Contains(extension))).ToList();
                if (unreadable.Count > 0)
                    throw new BridgeException("EXTENSION_UNSUPPORTED", file.Path,
                        "needs " + string.Join(", ", unreadable),
                        "Leave the extension out of the profile's export section");
            }
            foreach (var file in files)
                if (PlainPath.IsLinked(folder, file.Path))
                    throw new BridgeException("PATH_UNSAFE", file.Path, "is a link, or lies below one",
                        "Put the file itself there");
            foreach (var file in files)
                if (!File.Exists(PlainPath.OnDisk(folder, file.Path)))
                    throw new BridgeException("FILE_MISSING", file.Path, "is not there", CopyAgain, true);
            foreach (var file in files)
            {
                var bytes = new FileInfo(PlainPath.OnDisk(folder, file.Path)).Length;
                if (bytes != file.Bytes)
                    throw new BridgeException("FILE_SIZE", file.Path, "has " + bytes + " bytes in place of "
                        + file.Bytes, CopyAgain, true);
            }
            return files;
        }

        /// <summary>The problem of a file that is not the one that was published.</summary>
        public static BridgeException Mismatch(string path)
        {
            return new BridgeException("HASH_MISMATCH", path, "is not the file that was published", CopyAgain, true);
        }

        /// <summary>
        /// What a copy in progress changes: presence, size and time of the manifest and all named files.
        /// </summary>
        public static string Signature(Published published, Manifest manifest, string target)
        {
            var paths = new List<string> { published.ManifestPath };
            if (manifest != null && manifest.Targets.ContainsKey(target))
                paths.AddRange(manifest.Targets[target].AllFiles.Select(file => PlainPath.OnDisk(published.Folder,
                    file)));
            return string.Join("|", paths.Select(Stamp));
        }

        /// <summary>Size and time of a file, as text.</summary>
        public static string Stamp(string path)
        {
            var info = new FileInfo(path);
            return info.Exists
                ? string.Format(CultureInfo.InvariantCulture, "{0}:{1}", info.Length, info.LastWriteTimeUtc.Ticks)
                : "none";
        }

        static List<PublishedFile> Named(Manifest manifest, string targetName, string format, Capabilities engine)
        {
            Target target;
            if (!manifest.Targets.TryGetValue(targetName, out target))
                throw new BridgeException("TARGET_MISSING", manifest.Asset,
                    "was not published for " + targetName + ", only for " + string.Join(", ", manifest.Targets.Keys),
                    "Add " + targetName + " to export.targets in the profile and publish the asset again");
            if (format == "fbx" ? target.Fbx == null : !engine.ReadsGlb)
                throw new BridgeException("FORMAT_UNREADABLE", manifest.Asset,
                    format == "fbx" ? "has no FBX file" : "is a GLB file, and this project has no importer of those",
                    "Install the package com.unity.cloud.gltfast, or publish with export.formats: [glb, fbx]");
            return target.AllFiles.Select(path => manifest.Files[path]).ToList();
        }
    }
}
