using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Importer.Bridge.Editor;
using UnityEditor;

namespace Importer.Bridge.Tests
{
    /// <summary>A published folder to import from, and a session of its own beside the project's.</summary>
    sealed class PublishedCart : IDisposable
    {
        public const string Key = "ImporterBridgeTest/cart";
        public const string Prefab = "Assets/ImporterBridgeTest/cart/cart.prefab";
        public const string Material = "Assets/ImporterBridgeTest/cart/cart.mat";
        const string StateFile = "Temp/ImporterBridgeTest.state.json";

        readonly string folder = Path.Combine(Path.GetTempPath(), "importer-bridge-" + Guid.NewGuid().ToString("N"));

        public PublishedCart()
        {
            Copy(Path.GetFullPath("Packages/com.importer.bridge/Tests/Editor/Published~"), folder);
            File.Delete(StateFile);
        }

        string ManifestPath => Path.Combine(folder, "cart", "cart.manifest.json");

        /// <summary>Import once, as a build server does, and return what the bridge logged.</summary>
        public List<string> Import()
        {
            var log = new List<string>();
            var config = new BridgeConfig
            {
                Target = "unity-urp",
                Watch = { new WatchEntry { Out = folder, Into = "ImporterBridgeTest" } },
            };
            var session = new Session(BridgeLoop.Project, new EditorEngine(), config, (level, text) => log.Add(level
                + ": " + text),
                                      () => DateTime.UtcNow, StateFile);
            session.RunOnce(TimeSpan.FromMinutes(1), () => System.Threading.Thread.Sleep(10));
            return log;
        }

        /// <summary>Publish the same files again with another height for the second level.</summary>
        public void PublishAgain()
        {
            var text = File.ReadAllText(ManifestPath, Encoding.UTF8);
            File.WriteAllText(ManifestPath, text.Replace("\"screen_size\": 0.5", "\"screen_size\": 0.25"));
        }

        /// <summary>
        /// The checks of the report that failed, as text; "refused" with the problem where nothing was imported.
        /// </summary>
        public string Failures()
        {
            var report = (SortedDictionary<string, object>)JsonReader.Parse(
                File.ReadAllBytes(Path.Combine(folder, "cart", "reports", "unity.json")));
            if ((string)report["status"] == "refused")
                return JsonWriter.Write(report["problems"]);
            var failed = ((List<object>)report["checks"]).Cast<SortedDictionary<string, object>>()
                .Where(check => (string)check["status"] == "failed");
            return string.Concat(failed.Select(JsonWriter.Write));
        }

        public void Dispose()
        {
            AssetDatabase.DeleteAsset("Assets/ImporterBridgeTest");
            Directory.Delete(folder, true);
        }

        static void Copy(string from, string to)
        {
            foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            {
                var target = to + path.Substring(from.Length);
                Directory.CreateDirectory(Path.GetDirectoryName(target));
                File.Copy(path, target);
            }
        }
    }
}
