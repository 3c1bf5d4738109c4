using System.Collections.Generic;

namespace Importer.Bridge
{
    using Settings = SortedDictionary<string, object>;

    /// <summary>
    /// What the running editor can do; asked once before each look, since a look has a thread of its own.
    /// </summary>
    public sealed class Capabilities
    {
        public Pipeline Pipeline;
        public bool ReadsGlb;

        /// <summary>glTF extensions that its importer of GLB files reads.</summary>
        public HashSet<string> Extensions = new HashSet<string>();
    }

    /// <summary>What reports say of the editor; asked on the main thread, written by another.</summary>
    public sealed class EngineInfo
    {
        public readonly string Version;
        public readonly string Platform;
        public readonly string Renderer;

        public EngineInfo(IEngine engine)
        {
            Version = engine.Version;
            Platform = engine.Platform;
            Renderer = engine.Renderer;
        }
    }

    /// <summary>
    /// The few things that only Unity can do. Everything else is decided without it. Paths are from the project's
    /// folder, such as "Assets/Imported/chair/chair.glb". All calls come on the editor's main thread, one a slice.
    /// </summary>
    public interface IEngine
    {
        string Version { get; }
        string Platform { get; }

        /// <summary>Null where the editor cannot draw (-nographics).</summary>
        string Renderer { get; }

        Capabilities Capabilities { get; }

        /// <summary>Path of an asset, or an empty string.</summary>
        string PathOf(string guid);

        /// <summary>Check files out where version control keeps them read-only.</summary>
        /// <exception cref="BridgeException">FILE_IN_THE_WAY: a file stays read-only.</exception>
        void MakeEditable(IList<string> paths);

        /// <summary>Import a file or folder that is new or has changed.</summary>
        void Import(string path);

        /// <summary>
        /// Warnings and errors that Unity logged while it imported, since the last call: path, then text.
        /// </summary>
        IList<KeyValuePair<string, string>> TakeImportLog();

        /// <summary>Whether a model file has become a GameObject.</summary>
        bool IsModel(string path);

        /// <summary>
        /// Current values: of a texture's or model's importer by the property's name; of a material as "shader",
        /// "texture NAME" (a GUID), "float NAME", "keyword NAME"; of a prefab as "lod heights" and "colliders".
        /// Only strings, truth values and numbers.
        /// </summary>
        Settings ReadSettings(string path);

        /// <summary>Write some of those values of a texture, model or material.</summary>
        void WriteSettings(string path, Settings values);

        /// <summary>Put triangles into the mesh asset at a path.</summary>
        void SaveMesh(string path, TriangleMesh mesh);

        /// <summary>Put a humanoid Avatar for a model into the asset at a path.</summary>
        /// <param name="bones">Bone by trait name.</param>
        void SaveAvatar(string path, string model, IDictionary<string, string> bones);

        /// <summary>Bring a prefab up to date, leaving alone what artists added or replaced in it.</summary>
        void SavePrefab(PrefabRecipe recipe);

        Measurement Measure(PrefabRecipe recipe);

        /// <summary>Draw the prefab once for each view and keep the errors that were logged.</summary>
        Drawing Draw(string prefab, IList<string> views);
    }

    /// <summary>What the prefab of an asset has in it.</summary>
    public sealed class PrefabRecipe
    {
        /// <summary>What the names of GameObjects with the bridge's colliders end with.</summary>
        public const string ColliderSuffix = "_Collision";

        public string Path;
        public string Model;

        /// <summary>Names of the nodes with the levels, finest first.</summary>
        public List<string> Lods;

        /// <summary>
        /// Height below which each level gives way to the next; the last one is 0. Null: leave as they are.
        /// </summary>
        public List<double> Heights;

        /// <summary>Path of each material.</summary>
        public List<string> Materials;

        /// <summary>The manifest's name of each: artists may rename the file.</summary>
        public List<string> MaterialNames;

        /// <summary>Shader property by slot, for the tests.</summary>
        public SortedDictionary<string, string> Slots;

        public string ColliderName;

        /// <summary>Paths of the convex hulls' meshes. Null: leave the colliders as they are.</summary>
        public List<string> Hulls;

        /// <summary>Path of the Avatar, or null.</summary>
        public string Avatar;
    }
}
