using System.Collections.Generic;
using System.Linq;
using UnityEditor;

namespace Importer.Bridge.Editor
{
    /// <summary>The menu Importer.</summary>
    static class BridgeMenu
    {
        const string Menu = "Tools/Importer/";

        [MenuItem(Menu + "Look Now", priority = 0)]
        static void LookNow() => BridgeLoop.Session.LookNow();

        [MenuItem(Menu + "Import Again", priority = 20)]
        static void ImportAgain() => ImportSelected(false);

        [MenuItem(Menu + "Import Again, Replacing Edits", priority = 21)]
        static void ImportReplacing()
        {
            var keys = Selected();
            var question = "Edited files are replaced; a copy \"name.edited-1\" stays beside each.\n\n"
                + string.Join("\n", keys);
            if (EditorUtility.DisplayDialog("Import again, replacing edits?", question, "Replace", "Cancel"))
                ImportSelected(true);
        }

        [MenuItem(Menu + "Remove Left-over Files", priority = 40)]
        static void RemoveLeftOver()
        {
            var keys = BridgeLoop.Session.WithLeftOver.ToList();
            var question = "Files of earlier versions go to the trash, unless somebody changed them.\n\n"
                + string.Join("\n", keys);
            if (!EditorUtility.DisplayDialog("Remove left-over files?", question, "Remove", "Cancel"))
                return;
            foreach (var key in keys)
                BridgeLoop.Session.RemoveLeftOver(key, path => AssetDatabase.MoveAssetToTrash(path));
        }

        [MenuItem(Menu + "Settings...", priority = 60)]
        static void Settings() => SettingsService.OpenProjectSettings(BridgeSettingsProvider.Path);

        [MenuItem(Menu + "Look Now", true)]
        [MenuItem(Menu + "Import Again", true)]
        [MenuItem(Menu + "Import Again, Replacing Edits", true)]
        static bool IsWatching() => BridgeLoop.Session != null;

        [MenuItem(Menu + "Remove Left-over Files", true)]
        static bool HasLeftOver() => BridgeLoop.Session != null && BridgeLoop.Session.WithLeftOver.Any();

        static void ImportSelected(bool replaceEdits)
        {
            foreach (var key in Selected())
                BridgeLoop.Session.ImportAgain(key, replaceEdits);
        }

        /// <summary>The assets of what is selected in the Project window; all of them where that is none.</summary>
        static List<string> Selected()
        {
            var paths = Selection.assetGUIDs.Select(AssetDatabase.GUIDToAssetPath).ToList();
            var chosen = BridgeLoop.Session.KeysAt(paths);
            return chosen.Count > 0 ? chosen : BridgeLoop.Session.Statuses.Keys.ToList();
        }
    }
}
