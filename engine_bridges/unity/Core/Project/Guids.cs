using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Importer.Bridge
{
    /// <summary>
    /// GUIDs made from names, so that two people who import the same asset get the same references, and .meta files
    /// that are written once: before Unity sees the file, and never again.
    /// </summary>
    public static class Guids
    {
        static readonly Regex Line = new Regex("^guid: ([0-9a-f]{32})\\s*$", RegexOptions.Multiline);

        /// <summary>The GUID of a file, or of something made, of an asset.</summary>
        /// <param name="key">The asset's key.</param>
        /// <param name="file">Path in the asset's folder.</param>
        public static string For(string key, string file) => FromText("com.importer.bridge/asset/" + key + "/" + file);

        /// <summary>The GUID of a folder below Assets that the bridge makes.</summary>
        public static string ForFolder(string folder) => FromText("com.importer.bridge/folder/" + folder);

        static string FromText(string text)
        {
            using (var hash = SHA256.Create())
                return Disk.Hex(hash.ComputeHash(Encoding.UTF8.GetBytes(text))).Substring(0, 32);
        }

        /// <summary>The GUID in the .meta file of a path on disk, null where there is none.</summary>
        public static string OnDisk(string path)
        {
            if (!File.Exists(path + ".meta"))
                return null;
            var match = Line.Match(File.ReadAllText(path + ".meta"));
            return match.Success ? match.Groups[1].Value : null;
        }

        /// <summary>
        /// Write the .meta file of a path, unless it has one. Unity adds the importer's settings to it.
        /// </summary>
        /// <returns>The GUID that the path has now.</returns>
        public static string Write(string path, string guid, bool isFolder = false)
        {
            var found = OnDisk(path);
            if (found != null)
                return found;
            var text = "fileFormatVersion: 2\nguid: " + guid + "\n" + (isFolder ? "folderAsset: yes\n" : "");
            Disk.WriteWhole(path + ".meta", text);
            return guid;
        }
    }
}
