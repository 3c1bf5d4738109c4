using System.Linq;
using UnityEditor;
using UnityEditor.SceneManagement;
using UnityEngine;

/// <summary>Puts all prefabs below a selected folder into a row, each beside the one before.</summary>
static class LineUp
{
    const float Gap = 0.25f;

    [MenuItem("Tools/Importer/Line Up Selected Folder")]
    static void Run()
    {
        var folders = Selection.assetGUIDs.Select(AssetDatabase.GUIDToAssetPath).Where(AssetDatabase.IsValidFolder)
            .ToArray();
        if (folders.Length == 0)
        {
            EditorUtility.DisplayDialog("Line-up",
                "Select a folder in the Project window first, such as Assets/Imported.", "OK");
            return;
        }
        EditorSceneManager.NewScene(NewSceneSetup.DefaultGameObjects, NewSceneMode.Single);
        var right = 0f;
        foreach (var guid in AssetDatabase.FindAssets("t:Prefab", folders))
        {
            var prefab = AssetDatabase.LoadAssetAtPath<GameObject>(AssetDatabase.GUIDToAssetPath(guid));
            var placed = (GameObject)PrefabUtility.InstantiatePrefab(prefab);
            var boxes = placed.GetComponentsInChildren<Renderer>().Select(renderer => renderer.bounds).ToList();
            if (boxes.Count == 0)
                continue;
            var box = boxes[0];
            foreach (var other in boxes)
                box.Encapsulate(other);
            placed.transform.position = new Vector3(right - box.min.x, 0, 0);
            right += box.size.x + Gap;
        }
    }
}
