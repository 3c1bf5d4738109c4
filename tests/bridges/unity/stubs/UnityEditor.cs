// Declarations of the members of UnityEditor that the bridge uses, written from Unity's Scripting API reference
// (2022.3 and 6000.0), with as little behaviour as it takes to walk through an import: files, GUIDs, prefabs.
using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using UnityEngine;
using Object = UnityEngine.Object;

// What Unity does not have is internal, so that the bridge cannot use it by mistake.
[assembly: InternalsVisibleTo("whole")]

#pragma warning disable 67, 414, 649

namespace UnityEditor
{
    // What is imported, by GUID. Paths are from the current directory, as in Unity.
    internal static class Library
    {
        public static readonly Dictionary<string, Object> Assets = new Dictionary<string, Object>();
        public static readonly Dictionary<string, AssetImporter> Importers = new Dictionary<string, AssetImporter>();

        // Reads a model file to a tree of GameObjects; the harness sets it.
        public static Func<string, GameObject> ReadModel;

        public static string Guid(string path)
        {
            var meta = path + ".meta";
            return File.Exists(meta) ? Regex.Match(File.ReadAllText(meta), "guid: ([0-9a-f]{32})").Groups[1].Value : "";
        }

        public static Object Make(string path, Object before)
        {
            if (path.EndsWith(".png"))
                return Picture(File.ReadAllBytes(path), before as Texture2D ?? new Texture2D());
            if (path.EndsWith(".glb") || path.EndsWith(".fbx"))
                return ReadModel(path);
            var text = File.ReadAllText(path);
            return before ? before : text.Contains("!u!21 ") ? new Material() : text.Contains("!u!43 ") ? new Mesh()
                : text.Contains("!u!90 ") ? new Avatar()
                    : (Object)new GameObject(Path.GetFileNameWithoutExtension(path));
        }

        static Texture2D Picture(byte[] png, Texture2D texture)
        {
            texture.width = png[18] << 8 | png[19];
            texture.height = png[22] << 8 | png[23];
            return texture;
        }
    }

    public class AssetDatabase
    {
        public static string GUIDToAssetPath(string guid)
        {
            var metas = Directory.GetFiles("Assets", "*.meta", SearchOption.AllDirectories);
            var found = metas.FirstOrDefault(meta => Library.Guid(meta.Substring(0, meta.Length - 5)) == guid);
            return found == null ? "" : found.Substring(0, found.Length - 5).Replace('\\', '/');
        }
        public static string AssetPathToGUID(string path) => Library.Guid(path);
        public static string GetAssetPath(Object assetObject)
        {
            var guid = Library.Assets.FirstOrDefault(pair => ReferenceEquals(pair.Value, assetObject)).Key;
            return guid == null ? "" : GUIDToAssetPath(guid);
        }
        public static void ImportAsset(string path)
        {
            if (Directory.Exists(path))
                return;
            var guid = Library.Guid(path);
            Object before;
            Library.Assets.TryGetValue(guid, out before);
            var made = Library.Make(path, before);
            made.name = Path.GetFileNameWithoutExtension(path);
            Library.Assets[guid] = made;
            if (!Library.Importers.ContainsKey(guid))
                Library.Importers[guid] = path.EndsWith(".png") ? new TextureImporter { assetPath = path }
                    : path.EndsWith(".fbx") ? new ModelImporter { assetPath = path }
                        : new AssetImporter { assetPath = path };
        }
        public static bool MakeEditable(string path) => true;
        public static T LoadAssetAtPath<T>(string assetPath) where T : Object
        {
            Object found;
            return File.Exists(assetPath) && Library.Assets.TryGetValue(Library.Guid(assetPath), out found)
                ? found as T : null;
        }
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
        public string assetPath { get; internal set; }
        public static AssetImporter GetAtPath(string path)
        {
            AssetImporter found;
            return Library.Importers.TryGetValue(Library.Guid(path), out found) ? found : null;
        }
        public void SaveAndReimport() => AssetDatabase.ImportAsset(assetPath);
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
        public bool sRGBTexture { get; set; } = true;
        public bool alphaIsTransparency { get; set; }
        public bool flipGreenChannel { get; set; }
        public int maxTextureSize { get; set; } = 2048;
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
        public static double timeSinceStartup => 0;
        public static bool isCompiling => false;
        public static bool isUpdating => false;
        public static bool isPlayingOrWillChangePlaymode => false;
        public static int? exitCode;
        public static void Exit(int returnValue) => exitCode = returnValue;
    }

    public class EditorUtility
    {
        public static void SetDirty(Object target) { }
        public static void CopySerialized(Object source, Object dest) => ((Avatar)dest).isValid = ((Avatar)source)
            .isValid;
        public static bool DisplayDialog(string title, string message, string ok) => false;
        public static bool DisplayDialog(string title, string message, string ok, string cancel) => false;
        public static string OpenFolderPanel(string title, string folder, string defaultName) => null;
    }

    public static class PrefabUtility
    {
        public static GameObject LoadPrefabContents(string assetPath)
        {
            var root = new Copy(AssetDatabase.LoadAssetAtPath<GameObject>(assetPath)).Root;
            // A nested model follows the last import of its file.
            foreach (var filter in root.GetComponentsInChildren<MeshFilter>(true).Where(one
                => one.GetComponent<Renderer>().source != null))
            {
                var model = AssetDatabase.LoadAssetAtPath<GameObject>(InstanceRoot(filter.gameObject).instanceOf);
                var same = model.GetComponentsInChildren<MeshFilter>(true).FirstOrDefault(one
                    => one.name == filter.name);
                filter.sharedMesh = same == null ? null : same.sharedMesh;
            }
            return root;
        }
        public static void UnloadPrefabContents(GameObject contentsRoot) { }
        public static GameObject SaveAsPrefabAsset(GameObject instanceRoot, string assetPath, out bool success)
        {
            success = File.Exists(assetPath);
            var saved = new Copy(instanceRoot).Root;
            Library.Assets[Library.Guid(assetPath)] = saved;
            return saved;
        }
        public static Object InstantiatePrefab(Object assetComponentOrGameObject)
            => InstantiatePrefab(assetComponentOrGameObject, null);
        public static Object InstantiatePrefab(Object assetComponentOrGameObject, Transform parent)
        {
            var made = new Copy((GameObject)assetComponentOrGameObject, true).Root;
            made.instanceOf = AssetDatabase.GetAssetPath(assetComponentOrGameObject);
            made.transform.SetParent(parent, false);
            return made;
        }
        public static bool IsAnyPrefabInstanceRoot(GameObject gameObject) => gameObject.instanceOf != null;
        public static string GetPrefabAssetPathOfNearestInstanceRoot(Object instanceComponentOrGameObject)
        {
            var root = InstanceRoot((GameObject)instanceComponentOrGameObject);
            return root == null ? "" : root.instanceOf;
        }
        public static TObject GetCorrespondingObjectFromSource<TObject>(TObject componentOrGameObject) where TObject
            : Object
        {
            return ((Renderer)(Object)componentOrGameObject).source as TObject;
        }
        static GameObject InstanceRoot(GameObject one)
        {
            while (one != null && one.instanceOf == null)
                one = one.transform.parent == null ? null : one.transform.parent.gameObject;
            return one;
        }
    }

    public class MeshUtility
    {
        public static Mesh.MeshDataArray AcquireReadOnlyMeshData(Mesh mesh) => new Mesh.MeshDataArray { mesh = mesh };
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
            static readonly List<Type> Importers = new List<Type> { typeof(AssetImporters.GlbImporter) };
            public Type this[int index] { get => Importers[index]; set { } }
            public int Count => Importers.Count;
            public bool IsReadOnly => true;
            public void Add(Type item) { }
            public void Clear() { }
            public bool Contains(Type item) => Importers.Contains(item);
            public void CopyTo(Type[] array, int arrayIndex) => Importers.CopyTo(array, arrayIndex);
            public int IndexOf(Type item) => Importers.IndexOf(item);
            public void Insert(int index, Type item) { }
            public bool Remove(Type item) => false;
            public void RemoveAt(int index) { }
            IEnumerator<Type> IEnumerable<Type>.GetEnumerator() => Importers.GetEnumerator();
            IEnumerator IEnumerable.GetEnumerator() => Importers.GetEnumerator();
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
        public ScriptedImporterAttribute(int version, string[] exts) { fileExtensions = exts; }
        public string[] fileExtensions { get; private set; }
    }

    // Stands for glTFast.
    [ScriptedImporter(1, new[] { "gltf", "glb" })]
    internal class GlbImporter { }
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
