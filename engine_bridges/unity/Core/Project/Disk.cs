using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace Importer.Bridge
{
    /// <summary>Files that are there whole or not at all, and their hashes.</summary>
    public static class Disk
    {
        const int BlockBytes = 1 << 20;

        /// <summary>SHA-256 of a file, 64 lower-case hexadecimal digits.</summary>
        public static string Sha256(string path)
        {
            using (var hash = SHA256.Create())
            using (var stream = Open(path))
                return Hex(hash.ComputeHash(stream));
        }

        public static string Sha256(byte[] bytes)
        {
            using (var hash = SHA256.Create())
                return Hex(hash.ComputeHash(bytes));
        }

        /// <summary>Copy a file and return the SHA-256 of what was copied.</summary>
        public static string CopyHashed(string source, string target)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target));
            var block = new byte[BlockBytes];
            using (var hash = SHA256.Create())
            using (var from = Open(source))
            using (var to = new FileStream(target, FileMode.Create, FileAccess.Write))
            {
                int count;
                while ((count = from.Read(block, 0, block.Length)) > 0)
                {
                    hash.TransformBlock(block, 0, count, null, 0);
                    to.Write(block, 0, count);
                }
                hash.TransformFinalBlock(block, 0, 0);
                return Hex(hash.Hash);
            }
        }

        /// <summary>Write a text file in one step: readers see the old one or the new one.</summary>
        public static void WriteWhole(string path, string text)
        {
            WriteWhole(path, new UTF8Encoding(false).GetBytes(text), path + ".tmp");
        }

        /// <param name="temporary">A path in the same folder.</param>
        public static void WriteWhole(string path, byte[] bytes, string temporary)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path));
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                stream.Write(bytes, 0, bytes.Length);
                stream.Flush(true);
            }
            MoveOver(temporary, path);
        }

        /// <summary>Rename a file over another; where the system cannot, the other one is removed first.</summary>
        public static void MoveOver(string source, string target)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target));
            if (!File.Exists(target))
            {
                File.Move(source, target);
                return;
            }
            try
            {
                File.Replace(source, target, null);
            }
            catch (IOException)
            {
                File.Delete(target);
                File.Move(source, target);
            }
        }

        public static string Hex(byte[] bytes) => BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();

        // The importer may exchange the folder at any moment: nothing here may hold a file against it.
        static FileStream Open(string path)
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
                BlockBytes);
        }
    }
}
