using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Importer.Bridge
{
    /// <summary>Paths as they stand in manifests and configurations: relative, '/' between parts.</summary>
    public static class PlainPath
    {
        static readonly Regex Forbidden = new Regex("[\\x00-\\x1f<>:\"\\\\|?*]");
        static readonly Regex Device = new Regex(
            @"^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\.|$)",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

        /// <summary>
        /// Whether a path stays inside the folder that it is relative to, on every system, by its text alone.
        /// </summary>
        public static bool IsSafe(string path)
        {
            return path.Split('/').All(part => part != "" && part == part.TrimEnd(' ', '.')
                && !Forbidden.IsMatch(part) && !Device.IsMatch(part));
        }

        /// <summary>Whether a file, or a folder above it up to a root, is a link.</summary>
        public static bool IsLinked(string root, string path)
        {
            for (var part = path; part != ""; part = Parent(part))
            {
                var full = OnDisk(root, part);
                if ((File.Exists(full) || Directory.Exists(full))
                    && (File.GetAttributes(full) & FileAttributes.ReparsePoint) != 0)
                    return true;
            }
            return false;
        }

        /// <summary>Join parts with '/', leaving out empty ones.</summary>
        public static string Join(params string[] parts) => string.Join("/", parts.Where(part => part != ""));

        /// <summary>The part of a path below a folder, or the path itself where it is not below.</summary>
        public static string Below(string folder, string path)
        {
            return path.StartsWith(folder + "/", StringComparison.Ordinal) ? path.Substring(folder.Length + 1) : path;
        }

        /// <summary>What stands before the last '/'.</summary>
        public static string Parent(string path)
        {
            var cut = path.LastIndexOf('/');
            return cut < 0 ? "" : path.Substring(0, cut);
        }

        /// <summary>What stands after the last '/'.</summary>
        public static string Name(string path) => path.Substring(path.LastIndexOf('/') + 1);

        /// <summary>The path on this system of a plain path below a root.</summary>
        public static string OnDisk(string root, string path)
        {
            return Path.Combine(root, path.Replace('/', Path.DirectorySeparatorChar));
        }

        /// <summary>
        /// A folder as it is written into the configuration: from the project where it lies beside it.
        /// </summary>
        public static string FromProject(string project, string folder)
        {
            var parent = Path.GetDirectoryName(Path.GetFullPath(project));
            var full = Path.GetFullPath(folder);
            return parent != null && full != parent && IsInside(full, parent)
                ? "../" + full.Substring(WithEnd(parent).Length).Replace(Path.DirectorySeparatorChar, '/')
                : full;
        }

        /// <summary>Whether a folder on this system is another one or lies inside it.</summary>
        public static bool IsInside(string folder, string other)
        {
            var comparison = Path.DirectorySeparatorChar == '\\'
                ? StringComparison.OrdinalIgnoreCase
                : StringComparison.Ordinal;
            return WithEnd(folder).StartsWith(WithEnd(other), comparison);
        }

        static string WithEnd(string folder)
        {
            var full = Path.GetFullPath(folder);
            return full.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar)
                + Path.DirectorySeparatorChar;
        }
    }
}
