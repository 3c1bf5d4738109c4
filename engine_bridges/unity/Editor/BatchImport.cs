using System;
using System.Threading;
using UnityEditor;

namespace Importer.Bridge.Editor
{
    /// <summary>
    /// For build servers: Unity -batchmode -projectPath P -executeMethod Importer.Bridge.Editor.BatchImport.Run
    /// Imports what is published, writes the reports and ends: 0 all passed, 1 an asset was refused or failed a test,
    /// 2 nothing could be imported (the configuration is wrong, or an error in the bridge).
    /// </summary>
    public static class BatchImport
    {
        static readonly TimeSpan Longest = TimeSpan.FromMinutes(60);

        public static void Run()
        {
            EditorApplication.Exit(Import());
        }

        static int Import()
        {
            try
            {
                var config = BridgeConfig.Load(BridgeLoop.Project,
                    Environment.GetEnvironmentVariable(BridgeConfig.OutVariable));
                if (config.Watch.Count == 0)
                    throw new BridgeException("CONFIG_INVALID", BridgeConfig.File, "no folder is watched",
                                              "Add one to \"watch\", or set " + BridgeConfig.OutVariable);
                var session = new Session(BridgeLoop.Project, new EditorEngine(), config, BridgeLoop.Log,
                    () => DateTime.UtcNow);
                var exitCode = session.RunOnce(Longest, () => Thread.Sleep(20));
                AssetDatabase.SaveAssets();
                return exitCode;
            }
            catch (Exception error)
            {
                BridgeLoop.Log("error", error is BridgeException ? error.Message : error.ToString());
                return 2;
            }
        }
    }
}
