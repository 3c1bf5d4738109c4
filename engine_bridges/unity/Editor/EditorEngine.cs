using System;
using System.Collections.Generic;
using System.IO;
using UnityEditor;
using UnityEngine;

namespace Importer.Bridge.Editor
{
    using Settings = SortedDictionary<string, object>;

    /// <summary>Unity's editor, as the bridge needs it. What is done where: ImportJob.</summary>
    public sealed class EditorEngine : IEngine
    {
        readonly List<KeyValuePair<string, string>> importLog = new List<KeyValuePair<string, string>>();

        public string Version => Application.unityVersion;

        public string Platform => Application.platform.ToString();

        public string Renderer => Painter.CanDraw ? SystemInfo.graphicsDeviceType.ToString() : null;

        public Capabilities Capabilities => ProjectCapabilities.Find();

        public string PathOf(string guid) => AssetDatabase.GUIDToAssetPath(guid);

        public void MakeEditable(IList<string> paths)
        {
            foreach (var path in paths)
                if (!AssetDatabase.MakeEditable(path))
                    throw new BridgeException("FILE_IN_THE_WAY", path, "is read-only and cannot be checked out",
                                              "Check it out, or look who has locked it");
        }

        public void Import(string path) => Listening(path, () => AssetDatabase.ImportAsset(path));

        public IList<KeyValuePair<string, string>> TakeImportLog()
        {
            var taken = importLog.ToArray();
            importLog.Clear();
            return taken;
        }

        public bool IsModel(string path) => AssetDatabase.LoadAssetAtPath<GameObject>(path) != null;

        public Settings ReadSettings(string path)
        {
            switch (Path.GetExtension(path))
            {
                case ".mat":
                    return MaterialSettings.Read(Load<Material>(path));
                case ".prefab":
                    return PrefabBuilder.Read(Load<GameObject>(path));
                default:
                    var texture = AssetImporter.GetAtPath(path) as TextureImporter;
                    return texture != null ? TextureSettings.Read(texture) : ModelSettings.Read(Importer(path));
            }
        }

        public void WriteSettings(string path, Settings values)
        {
            if (Path.GetExtension(path) == ".mat")
            {
                var material = Load<Material>(path);
                MaterialSettings.Write(material, values);
                EditorUtility.SetDirty(material);
                AssetDatabase.SaveAssetIfDirty(material);
                return;
            }
            var importer = AssetImporter.GetAtPath(path);
            if (importer is TextureImporter)
                TextureSettings.Write((TextureImporter)importer, values);
            else
                ModelSettings.Write(Importer(path), values);
            Listening(path, importer.SaveAndReimport);
        }

        public void SaveMesh(string path, TriangleMesh mesh) => NativeAssets.Fill(Load<Mesh>(path), mesh);

        public void SaveAvatar(string path, string model, IDictionary<string, string> bones)
        {
            NativeAssets.Fill(Load<Avatar>(path), Load<GameObject>(model), bones);
        }

        public void SavePrefab(PrefabRecipe recipe) => PrefabBuilder.Write(recipe);

        public Measurement Measure(PrefabRecipe recipe) => Ruler.Measure(recipe);

        public Drawing Draw(string prefab, IList<string> views) => Painter.Draw(Load<GameObject>(prefab), views);

        /// <summary>Load an asset that must be there.</summary>
        /// <exception cref="BridgeException">IMPORT_FAILED: Unity has not made that of the file.</exception>
        public static T Load<T>(string path) where T : UnityEngine.Object
        {
            var found = AssetDatabase.LoadAssetAtPath<T>(path);
            if (found != null)
                return found;
            throw new BridgeException("IMPORT_FAILED", path, "Unity has made no " + typeof(T).Name + " of it",
                                      "Look into the Console for what its importer says");
        }

        void Listening(string path, Action import)
        {
            Application.LogCallback listen = (text, trace, type) =>
            {
                if (type != LogType.Log)
                    importLog.Add(new KeyValuePair<string, string>(path, text));
            };
            Application.logMessageReceived += listen;
            try
            {
                import();
            }
            finally
            {
                Application.logMessageReceived -= listen;
            }
        }

        static ModelImporter Importer(string path)
        {
            return AssetImporter.GetAtPath(path) as ModelImporter
                ?? throw new BridgeException("IMPORT_FAILED", path,
                "Unity reads it neither as a texture nor as a model",
                                             "Look into the Console for what its importer says");
        }
    }
}
