using System.Collections.Generic;
using System.IO;
using System.Linq;
using UnityEditor;
using UnityEditor.PackageManager;
using UnityEngine;

namespace Importer.Bridge.Editor
{
    /// <summary>Project Settings > Importer: edits ProjectSettings/ImporterBridge.json.</summary>
    static class BridgeSettingsProvider
    {
        public const string Path = "Project/Importer";
        const string GltFast = "com.unity.cloud.gltfast";

        static readonly string[] Targets = { "auto", "unity-urp", "unity-hdrp" };
        static readonly string[] Formats = { "auto", "glb", "fbx" };
        static BridgeConfig config;
        static string problem;

        [SettingsProvider]
        static SettingsProvider Create()
        {
            return new SettingsProvider(Path, SettingsScope.Project, new[] { "Importer", "glTF", "FBX", "out",
                "watch" })
            {
                label = "Importer",
                activateHandler = (search, root) => Load(),
                guiHandler = search => Draw(),
            };
        }

        static void Load()
        {
            try
            {
                problem = null;
                config = BridgeConfig.Load(BridgeLoop.Project, null);
            }
            catch (BridgeException error)
            {
                problem = error.Message;
                config = null;
            }
        }

        static void Draw()
        {
            if (problem != null || BridgeLoop.Problem != null)
                EditorGUILayout.HelpBox(problem ?? BridgeLoop.Problem, MessageType.Error);
            if (config == null)
                return;
            EditorGUI.BeginChangeCheck();
            DrawWatch();
            EditorGUILayout.Space();
            config.Target = Popup("Target", "Part of a published folder; auto: by the render pipeline", config.Target,
                Targets);
            config.Format = Popup("Format", "auto: GLB where the project reads it, else FBX", config.Format, Formats);
            config.PollSeconds = EditorGUILayout.Slider(new GUIContent("Look Every (s)"), (float)config.PollSeconds,
                0.5f, 60);
            config.Report = EditorGUILayout.Toggle(new GUIContent("Write Reports",
                "reports/unity.json beside each asset"), config.Report);
            config.Screenshots = EditorGUILayout.Toggle("Screenshots", config.Screenshots);
            if (EditorGUI.EndChangeCheck())
                Save();
            DrawGltFast();
            DrawStatuses();
        }

        static void DrawWatch()
        {
            EditorGUILayout.LabelField("Watched Folders", EditorStyles.boldLabel);
            foreach (var entry in config.Watch.ToList())
            {
                EditorGUILayout.BeginHorizontal();
                entry.Out = EditorGUILayout.DelayedTextField(entry.Out);
                EditorGUILayout.LabelField("into Assets/", GUILayout.Width(80));
                entry.Into = EditorGUILayout.DelayedTextField(entry.Into, GUILayout.Width(140));
                if (GUILayout.Button("Remove", GUILayout.Width(70)))
                {
                    config.Watch.Remove(entry);
                    GUI.changed = true;
                }
                EditorGUILayout.EndHorizontal();
            }
            if (!GUILayout.Button("Watch a Folder...", GUILayout.Width(140)))
                return;
            var chosen = EditorUtility.OpenFolderPanel("The importer's out folder", BridgeLoop.Project, "");
            if (string.IsNullOrEmpty(chosen))
                return;
            config.Watch.Add(new WatchEntry { Out = PlainPath.FromProject(BridgeLoop.Project, chosen) });
            GUI.changed = true;
        }

        static string Popup(string label, string tip, string value, string[] choices)
        {
            var all = choices.Contains(value) ? choices : choices.Concat(new[] { value }).ToArray();
            var contents = all.Select(choice => new GUIContent(choice)).ToArray();
            return all[EditorGUILayout.Popup(new GUIContent(label, tip), System.Array.IndexOf(all, value), contents)];
        }

        static void Save()
        {
            Disk.WriteWhole(PlainPath.OnDisk(BridgeLoop.Project, BridgeConfig.File), config.ToJson());
            Load();
            BridgeLoop.Restart();
        }

        static void DrawGltFast()
        {
            if (config.Format == "fbx" || ProjectCapabilities.Find().ReadsGlb)
                return;
            EditorGUILayout.HelpBox("This project has no importer of GLB files: it takes only assets published with FBX.",
                                    MessageType.Warning);
            if (GUILayout.Button("Install glTFast", GUILayout.Width(140)))
                Client.Add(GltFast);
        }

        static void DrawStatuses()
        {
            if (BridgeLoop.Session == null)
                return;
            EditorGUILayout.Space();
            EditorGUILayout.LabelField("Assets", EditorStyles.boldLabel);
            foreach (var pair in new SortedDictionary<string, string>(BridgeLoop.Session.Statuses))
                EditorGUILayout.LabelField(pair.Key, pair.Value);
        }
    }
}
