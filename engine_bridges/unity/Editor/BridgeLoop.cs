using System;
using System.Diagnostics;
using System.IO;
using UnityEditor;
using UnityEngine;
using Debug = UnityEngine.Debug;

namespace Importer.Bridge.Editor
{
    /// <summary>Runs the session beside the artist's work: a few milliseconds each time the editor is idle.</summary>
    [InitializeOnLoad]
    public static class BridgeLoop
    {
        const double SliceMilliseconds = 8;

        const double ConfigSeconds = 2;

        static readonly Stopwatch Clock = new Stopwatch();
        static string configStamp;
        static double nextConfig;

        /// <summary>Null while there is nothing to watch, or the configuration is wrong.</summary>
        public static Session Session { get; private set; }

        /// <summary>Why nothing is imported, or null.</summary>
        public static string Problem { get; private set; }

        public static string Project => Path.GetDirectoryName(Application.dataPath);

        static BridgeLoop()
        {
            // A build server calls BatchImport itself, and import workers run this constructor too.
            if (Application.isBatchMode || AssetDatabase.IsAssetImportWorkerProcess())
                return;
            EditorApplication.delayCall += Restart;
            EditorApplication.update += Update;
        }

        /// <summary>Read the configuration again.</summary>
        public static void Restart()
        {
            Problem = null;
            Session = null;
            configStamp = Wholeness.Stamp(PlainPath.OnDisk(Project, BridgeConfig.File));
            try
            {
                var config = BridgeConfig.Load(Project, Environment.GetEnvironmentVariable(BridgeConfig.OutVariable));
                if (config.Watch.Count > 0)
                    Session = new Session(Project, new EditorEngine(), config, Log, () => DateTime.UtcNow);
            }
            catch (BridgeException error)
            {
                Problem = error.Message;
                Log("error", Problem);
            }
        }

        /// <summary>Write to the Console; from any thread.</summary>
        public static void Log(string level, string text)
        {
            text = "Importer: " + text;
            if (level == "error")
                Debug.LogError(text);
            else if (level == "warning")
                Debug.LogWarning(text);
            else
                Debug.Log(text);
        }

        // The file may be edited by hand, or come with an update from version control.
        static void FollowConfig()
        {
            if (EditorApplication.timeSinceStartup < nextConfig || configStamp == null)
                return;
            nextConfig = EditorApplication.timeSinceStartup + ConfigSeconds;
            var isIdle = Session == null || Session.IsIdle;
            if (isIdle && configStamp != Wholeness.Stamp(PlainPath.OnDisk(Project, BridgeConfig.File)))
                Restart();
        }

        static void Update()
        {
            FollowConfig();
            if (Session == null || EditorApplication.isCompiling || EditorApplication.isUpdating
                || EditorApplication.isPlayingOrWillChangePlaymode)
                return;
            Clock.Reset();
            Clock.Start();
            // One import of one file cannot be cut; everything smaller shares a slice.
            try
            {
                while (Session.Step() && Clock.Elapsed.TotalMilliseconds < SliceMilliseconds)
                {
                }
            }
            catch (Exception error)
            {
                // A full disk, say. Once in the Console, not sixty times a second; the settings page starts it again.
                Problem = error.Message;
                Session = null;
                Log("error", error.ToString());
            }
        }
    }
}
