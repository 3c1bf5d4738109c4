// Declarations of the members of UnityEditor that the bridge uses, written from Unity's Scripting API reference
// (2022.3 and 6000.0). They are compiled against, never run.
using System;
using System.Collections;
using System.Collections.Generic;
using UnityEngine;
using Object = UnityEngine.Object;

#pragma warning disable 67, 414, 649

namespace UnityEditor
{
    public class AssetDatabase
    {
        public static string GUIDToAssetPath(string guid) => null;
        public static string AssetPathToGUID(string path) => null;
        public static string GetAssetPath(Object assetObject) => null;
        public static void ImportAsset(string path) { }
        public static bool MakeEditable(string path) => false;
        public static T LoadAssetAtPath<T>(string assetPath) where T : Object => null;
        public static void SaveAssetIfDirty(Object obj) { }
        public static void SaveAssets() { }
        public static bool MoveAssetToTrash(string path) => false;
        public static bool DeleteAsset(string path) => false;
        public static string MoveAsset(string oldPath, string newPath) => null;
        public static bool IsAssetImportWorkerProcess() => false;
        public static bool IsValidFolder(string path) => false;
        public static string[] FindAssets(string filter, string[] searchInFolders) => null;
    }

    public class AssetImporter : Object
    {
        public string assetPath => null;
        public static AssetImporter GetAtPath(string path) => null;
        public void SaveAndReimport() { }
    }

    public enum TextureImporterType { Default = 0, NormalMap = 1 }

    public enum TextureImporterNPOTScale { None = 0, ToNearest = 1 }

    public enum TextureImporterAlphaSource { None = 0, FromInput = 1 }

    public sealed class TextureImporter : AssetImporter
    {
        public TextureImporterType textureType { get; set; }
        public TextureImporterNPOTScale npotScale { get; set; }
        public TextureImporterAlphaSource alphaSource { get; set; }
        public TextureWrapMode wrapMode { get; set; }
        public bool mipmapEnabled { get; set; }
        public bool sRGBTexture { get; set; }
        public bool alphaIsTransparency { get; set; }
        public bool flipGreenChannel { get; set; }
        public int maxTextureSize { get; set; }
    }

    public enum ModelImporterNormals { Import = 0 }

    public enum ModelImporterTangents { Import = 0 }

    public enum ModelImporterMeshCompression { Off = 0 }

    public enum ModelImporterMaterialImportMode { None = 0 }

    public enum ModelImporterAnimationType { None = 0, Legacy = 1, Generic = 2, Human = 3 }

    public enum ModelImporterAvatarSetup { NoAvatar = 0, CreateFromThisModel = 1 }

    public class ModelImporter : AssetImporter
    {
        public float globalScale { get; set; }
        public bool useFileScale { get; set; }
        public bool bakeAxisConversion { get; set; }
        public bool importCameras { get; set; }
        public bool importLights { get; set; }
        public bool importAnimation { get; set; }
        public ModelImporterNormals importNormals { get; set; }
        public ModelImporterTangents importTangents { get; set; }
        public ModelImporterMeshCompression meshCompression { get; set; }
        public ModelImporterMaterialImportMode materialImportMode { get; set; }
        public ModelImporterAnimationType animationType { get; set; }
        public ModelImporterAvatarSetup avatarSetup { get; set; }
        public HumanDescription humanDescription { get; set; }
    }

    public class EditorApplication
    {
        public delegate void CallbackFunction();
        public static CallbackFunction update;
        public static CallbackFunction delayCall;
        public static bool isCompiling => false;
        public static bool isUpdating => false;
        public static bool isPlayingOrWillChangePlaymode => false;
        public static void Exit(int returnValue) { }
    }

    public class EditorUtility
    {
        public static void SetDirty(Object target) { }
        public static void CopySerialized(Object source, Object dest) { }
        public static bool DisplayDialog(string title, string message, string ok) => false;
        public static bool DisplayDialog(string title, string message, string ok, string cancel) => false;
        public static string OpenFolderPanel(string title, string folder, string defaultName) => null;
    }

    public static class PrefabUtility
    {
        public static GameObject LoadPrefabContents(string assetPath) => null;
        public static void UnloadPrefabContents(GameObject contentsRoot) { }
        public static GameObject SaveAsPrefabAsset(GameObject instanceRoot, string assetPath, out bool success)
        {
            success = false;
            return null;
        }
        public static Object InstantiatePrefab(Object assetComponentOrGameObject) => null;
        public static Object InstantiatePrefab(Object assetComponentOrGameObject, Transform parent) => null;
        public static bool IsAnyPrefabInstanceRoot(GameObject gameObject) => false;
        public static string GetPrefabAssetPathOfNearestInstanceRoot(Object instanceComponentOrGameObject) => null;
        public static TObject GetCorrespondingObjectFromSource<TObject>(TObject componentOrGameObject) where TObject
            : Object => null;
    }

    public class MeshUtility
    {
        public static Mesh.MeshDataArray AcquireReadOnlyMeshData(Mesh mesh) => default(Mesh.MeshDataArray);
    }

    public class ShaderUtil
    {
        public static bool ShaderHasError(Shader shader) => false;
    }

    public class PreviewRenderUtility
    {
        public Camera camera => null;
        public Light[] lights => null;
        public Color ambientColor { get; set; }
        public GameObject InstantiatePrefabInScene(GameObject prefab) => null;
        public void BeginStaticPreview(Rect r) { }
        public Texture2D EndStaticPreview() => null;
        public void Render(bool allowScriptableRenderPipeline = false, bool updatefov = true) { }
        public void Cleanup() { }
    }

    public static class TypeCache
    {
        public struct TypeCollection : IList<Type>
        {
            public Type this[int index] { get => null; set { } }
            public int Count => 0;
            public bool IsReadOnly => true;
            public void Add(Type item) { }
            public void Clear() { }
            public bool Contains(Type item) => false;
            public void CopyTo(Type[] array, int arrayIndex) { }
            public int IndexOf(Type item) => 0;
            public void Insert(int index, Type item) { }
            public bool Remove(Type item) => false;
            public void RemoveAt(int index) { }
            IEnumerator<Type> IEnumerable<Type>.GetEnumerator() => null;
            IEnumerator IEnumerable.GetEnumerator() => null;
        }

        public static TypeCollection GetTypesWithAttribute<T>() where T : Attribute => default(TypeCollection);
    }

    [AttributeUsage(AttributeTargets.Class)]
    public class InitializeOnLoadAttribute : Attribute { }

    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class MenuItem : Attribute
    {
        public int priority;
        public MenuItem(string itemName) { }
        public MenuItem(string itemName, bool isValidateFunction) { }
    }

    public sealed class Selection
    {
        public static string[] assetGUIDs => null;
    }

    public enum SettingsScope { User, Project }

    public class SettingsProvider
    {
        public SettingsProvider(string path, SettingsScope scopes, IEnumerable<string> keywords = null) { }
        public string label { get; set; }
        public Action<string> guiHandler { get; set; }
        public Action<string, UnityEngine.UIElements.VisualElement> activateHandler { get; set; }
    }

    [AttributeUsage(AttributeTargets.Method)]
    public class SettingsProviderAttribute : Attribute { }

    public static class SettingsService
    {
        public static void OpenProjectSettings(string settingsPath) { }
    }

    public enum MessageType { None, Info, Warning, Error }

    public sealed class EditorStyles
    {
        public static GUIStyle boldLabel => null;
    }

    public class EditorGUI
    {
        public static void BeginChangeCheck() { }
        public static bool EndChangeCheck() => false;
    }

    public class EditorGUILayout
    {
        public static void HelpBox(string message, MessageType type) { }
        public static void Space() { }
        public static void LabelField(string label, params GUILayoutOption[] options) { }
        public static void LabelField(string label, GUIStyle style, params GUILayoutOption[] options) { }
        public static void LabelField(string label, string label2, params GUILayoutOption[] options) { }
        public static string DelayedTextField(string text, params GUILayoutOption[] options) => null;
        public static float Slider(GUIContent label, float value, float leftValue, float rightValue,
            params GUILayoutOption[] options) => 0;
        public static bool Toggle(string label, bool value, params GUILayoutOption[] options) => false;
        public static bool Toggle(GUIContent label, bool value, params GUILayoutOption[] options) => false;
        public static int Popup(GUIContent label, int selectedIndex, GUIContent[] displayedOptions,
            params GUILayoutOption[] options) => 0;
        public static Rect BeginHorizontal(params GUILayoutOption[] options) => default(Rect);
        public static void EndHorizontal() { }
    }
}

namespace UnityEditor.SceneManagement
{
    public enum NewSceneSetup { EmptyScene, DefaultGameObjects }

    public enum NewSceneMode { Single, Additive }

    public sealed class EditorSceneManager
    {
        public static UnityEngine.SceneManagement.Scene NewScene(NewSceneSetup setup, NewSceneMode mode)
        {
            return default(UnityEngine.SceneManagement.Scene);
        }
    }
}

namespace UnityEditor.AssetImporters
{
    [AttributeUsage(AttributeTargets.Class)]
    public class ScriptedImporterAttribute : Attribute
    {
        public string[] fileExtensions { get; private set; }
    }
}

namespace UnityEditor.PackageManager
{
    public static class Client
    {
        public static Requests.AddRequest Add(string identifier) => null;
    }
}

namespace UnityEditor.PackageManager.Requests
{
    public sealed class AddRequest { }
}
