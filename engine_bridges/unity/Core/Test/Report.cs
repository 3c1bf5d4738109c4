using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace Importer.Bridge
{
    using Json = SortedDictionary<string, object>;

    /// <summary>reports/unity.json of a published folder; docs/report.schema.json has its form.</summary>
    public sealed class Report
    {
        const string Name = "unity";
        static readonly TimeSpan OldTemporary = TimeSpan.FromMinutes(10);

        public string Asset;
        public string Target;
        public string Format;
        public string ManifestSha256;
        public TimeSpan Duration;
        public List<Check> Checks = new List<Check>();
        public List<Problem> Problems = new List<Problem>();
        public List<Problem> Warnings = new List<Problem>();
        public Drawing Drawing = new Drawing();

        public string Status =>
            Problems.Count > 0 ? "refused" : Checks.Any(check => check.Status == "failed") ? "failed" : "passed";

        /// <summary>
        /// Write screenshots and report; where the folder cannot be written, into the project's ImporterReports.
        /// </summary>
        /// <returns>The folder that has the report. Runs on any thread.</returns>
        public string Write(string project, Published published, EngineInfo engine, DateTime now)
        {
            try
            {
                return WriteInto(Path.Combine(published.Folder, "reports"), project, engine, now);
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException)
            {
                var instead = PlainPath.OnDisk(project, "ImporterReports/" + published.Key + "/reports");
                return WriteInto(instead, project, engine, now);
            }
        }

        string WriteInto(string folder, string project, EngineInfo engine, DateTime now)
        {
            Directory.CreateDirectory(folder);
            foreach (var old in Directory.GetFiles(folder, "." + Name + ".*.tmp"))
                if (now - File.GetLastWriteTimeUtc(old) > OldTemporary)
                    File.Delete(old);
            var temporary = Path.Combine(folder, "." + Name + "." + Process.GetCurrentProcess().Id + ".tmp");
            foreach (var picture in Drawing.Pictures)
                Disk.WriteWhole(Path.Combine(folder, Name + "-" + picture.Key + ".png"), picture.Value, temporary);
            var text = JsonWriter.Write(ToJson(Path.GetFileName(Path.GetFullPath(project).TrimEnd('/', '\\')), engine,
                now));
            Disk.WriteWhole(Path.Combine(folder, Name + ".json"), new UTF8Encoding(false).GetBytes(text), temporary);
            return folder;
        }

        Json ToJson(string project, EngineInfo engine, DateTime now)
        {
            return new Json
            {
                { "schema_version", "1.0" },
                { "engine", Engine(engine) },
                { "bridge", new Json { { "version", BridgeVersion.Text }, { "rules", BridgeVersion.Rules } } },
                { "project", project },
                { "asset", Asset },
                { "target", Target },
                { "format", Format },
                { "manifest_sha256", ManifestSha256 },
                { "time", now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) },
                { "duration_s", Math.Round(Math.Max(0, Duration.TotalSeconds), 3) },
                { "status", Status },
                { "checks", Checks.Select(check => check.ToJson()).ToList() },
                { "problems", Problems.Select(problem => problem.ToJson()).ToList() },
                { "warnings", Warnings.Select(warning => warning.ToJson()).ToList() },
                { "screenshots", Drawing.Pictures.Keys.Select(Screenshot).ToList() },
            };
        }

        static Json Engine(EngineInfo engine)
        {
            return new Json
            {
                { "name", Name },
                { "version", engine.Version },
                { "platform", engine.Platform },
                { "renderer", engine.Renderer },
            };
        }

        Json Screenshot(string view)
        {
            return new Json
            {
                { "file", Name + "-" + view + ".png" },
                { "view", view },
                { "width", Drawing.Side },
                { "height", Drawing.Side },
            };
        }
    }
}
