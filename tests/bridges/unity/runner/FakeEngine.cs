using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Importer.Bridge;

/// <summary>
/// A stand-in for the editor: it keeps import settings by GUID as .meta files do, finds GUIDs by reading all .meta
/// files,
/// and measures the GLB file that the bridge gave it. What Unity itself would do to a file it does not know.
/// </summary>
sealed class FakeEngine : IEngine
{
    public readonly List<object> Calls = new List<object>();
    public string FailingImport = "";
    public string DrawError = "";
    public string ImportWarning = "";

    readonly string project;
    readonly string libraryFile;
    readonly SortedDictionary<string, object> library;
    readonly Capabilities capabilities;

    public FakeEngine(string project, Capabilities capabilities)
    {
        this.project = project;
        this.capabilities = capabilities;
        libraryFile = Path.Combine(project, "fake-library.json");
        library = File.Exists(libraryFile)
            ? (SortedDictionary<string, object>)JsonReader.Parse(File.ReadAllBytes(libraryFile))
            : new SortedDictionary<string, object>();
    }

    public string Version => "2022.3.0f1";

    public string Platform => "LinuxEditor";

    public string Renderer => "none";

    public Capabilities Capabilities => capabilities;

    public string PathOf(string guid)
    {
        foreach (var meta in Directory.GetFiles(Path.Combine(project, "Assets"), "*.meta", SearchOption.AllDirectories))
        {
            var path = meta.Substring(0, meta.Length - ".meta".Length);
            if (Guids.OnDisk(path) == guid)
                return path.Substring(project.Length + 1).Replace('\\', '/');
        }
        return "";
    }

    public void MakeEditable(IList<string> paths) => paths.ToList().ForEach(path => File.SetAttributes(OnDisk(path),
        FileAttributes.Normal));

    public void Import(string path)
    {
        Call("import", path);
        if (FailingImport != "" && path.EndsWith(FailingImport))
            throw new InvalidOperationException("the importer failed");
        if (Guids.OnDisk(OnDisk(path)) == null)
            throw new InvalidOperationException(path + " has no .meta file yet: Unity would make up a GUID");
    }

    public IList<KeyValuePair<string, string>> TakeImportLog()
    {
        return ImportWarning == "" ? new KeyValuePair<string, string>[0]
            : new[] { new KeyValuePair<string, string>("Assets/x.glb", ImportWarning) };
    }

    public bool IsModel(string path) => path.EndsWith(".fbx") || path.EndsWith(".glb") && capabilities.ReadsGlb;

    public SortedDictionary<string, object> ReadSettings(string path)
    {
        var kept = Kept(path);
        var found = new SortedDictionary<string, object>(Defaults(path));
        foreach (var pair in kept)
            found[pair.Key] = pair.Value;
        return found;
    }

    public void WriteSettings(string path, SortedDictionary<string, object> values)
    {
        Call("settings", path);
        foreach (var pair in values)
            Kept(path)[pair.Key] = pair.Value;
        Save();
    }

    public void SaveMesh(string path, TriangleMesh mesh)
    {
        Call("mesh", path);
        Kept(path)["positions"] = mesh.Positions.Select(value => (object)(double)value).ToList();
        Kept(path)["triangles"] = (double)(mesh.Indices.Length / 3);
        Save();
    }

    public void SaveAvatar(string path, string model, IDictionary<string, string> bones)
    {
        Call("avatar", path);
        Kept(path)["bones"] = string.Join(";", bones.Select(pair => pair.Key + "=" + pair.Value));
        Save();
    }

    public void SavePrefab(PrefabRecipe recipe)
    {
        Call("prefab", recipe.Path);
        var kept = Kept(recipe.Path);
        if (recipe.Heights != null)
            kept["lod heights"] = LodHeights.Text(recipe.Heights);
        if (recipe.Hulls != null)
            kept["colliders"] = (double)recipe.Hulls.Count;
        kept["model"] = recipe.Model;
        kept["materials"] = string.Join(";", recipe.Materials);
        Save();
    }

    public Measurement Measure(PrefabRecipe recipe)
    {
        var found = new Measurement { IsHumanoid = recipe.Avatar != null };
        var glb = recipe.Model.EndsWith(".glb") ? new Glb(File.ReadAllBytes(OnDisk(recipe.Model)), recipe.Model) : null;
        foreach (var level in recipe.Lods.Where(_ => glb != null))
        {
            var mesh = glb.Mesh(level);
            if (found.Min == null)
                Box(found, mesh);
            found.LodTriangles.Add(mesh.Indices.Length / 3);
        }
        var heights = (string)ReadSettings(recipe.Path)["lod heights"];
        if (heights != "")
            found.LodHeights.AddRange(heights.Split(';').Select(double.Parse));
        found.Materials.AddRange(recipe.MaterialNames);
        found.Shader = recipe.Materials.Count == 0 ? "" : (string)ReadSettings(recipe.Materials[0])["shader"];
        foreach (var slot in recipe.Slots)
            found.Textures[slot.Key] = Texture(PathOf((string)ReadSettings(recipe.Materials[0])["texture "
                + slot.Value]));
        Colliders(found, recipe);
        return found;
    }

    public Drawing Draw(string prefab, IList<string> views)
    {
        var drawing = new Drawing { Side = 512 };
        if (DrawError != "")
            drawing.Errors.Add(DrawError);
        foreach (var view in views)
            drawing.Pictures[view] = new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' };
        return drawing;
    }

    /// <summary>What an artist does in the Inspector.</summary>
    public void Edit(string path, SortedDictionary<string, object> values)
    {
        foreach (var pair in values)
            Kept(path)[pair.Key] = pair.Value;
        Save();
    }

    static void Box(Measurement found, TriangleMesh mesh)
    {
        var used = mesh.Indices.Select(i => new[] { 0, 1, 2 }.Select(axis => (double)mesh.Positions[3 * i + axis])
            .ToArray()).ToList();
        found.Min = new[] { 0, 1, 2 }.Select(axis => used.Min(point => point[axis])).ToArray();
        found.Max = new[] { 0, 1, 2 }.Select(axis => used.Max(point => point[axis])).ToArray();
        var total = 0.0;
        var sum = new double[3];
        for (var i = 0; i < used.Count; i += 3)
        {
            var area = Area(used[i], used[i + 1], used[i + 2]);
            total += area;
            for (var axis = 0; axis < 3; axis++)
                sum[axis] += area * (used[i][axis] + used[i + 1][axis] + used[i + 2][axis]) / 3;
        }
        found.Centroid = sum.Select(value => value / total).ToArray();
    }

    static double Area(double[] a, double[] b, double[] c)
    {
        double[] u = { b[0] - a[0], b[1] - a[1], b[2] - a[2] }, v = { c[0] - a[0], c[1] - a[1], c[2] - a[2] };
        double x = u[1] * v[2] - u[2] * v[1], y = u[2] * v[0] - u[0] * v[2], z = u[0] * v[1] - u[1] * v[0];
        return Math.Sqrt(x * x + y * y + z * z) / 2;
    }

    MeasuredTexture Texture(string path)
    {
        var settings = ReadSettings(path);
        var side = PngSide(OnDisk(path));
        return new MeasuredTexture
        {
            Side = Math.Min(side, (int)Convert.ToDouble(settings["maxTextureSize"])),
            IsSrgb = (string)settings["textureType"] != "NormalMap" && (bool)settings["sRGBTexture"],
            IsNormalMap = (string)settings["textureType"] == "NormalMap",
            FlipsGreen = (bool)settings["flipGreenChannel"],
        };
    }

    static int PngSide(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return Math.Max(bytes[18] << 8 | bytes[19], bytes[22] << 8 | bytes[23]);
    }

    void Colliders(Measurement found, PrefabRecipe recipe)
    {
        found.Colliders = (int)Convert.ToDouble(ReadSettings(recipe.Path)["colliders"]);
        if (recipe.Hulls == null || recipe.Hulls.Count == 0)
            return;
        var points = recipe.Hulls.SelectMany(path => (List<object>)Kept(path)["positions"]).Cast<double>().ToList();
        found.ColliderMin = new[] { 0, 1, 2 }.Select(axis => points.Where((_, i) => i % 3 == axis).Min()).ToArray();
        found.ColliderMax = new[] { 0, 1, 2 }.Select(axis => points.Where((_, i) => i % 3 == axis).Max()).ToArray();
    }

    static SortedDictionary<string, object> Defaults(string path)
    {
        var found = new SortedDictionary<string, object>();
        if (path.EndsWith(".png"))
        {
            foreach (var name in new[] { "flipGreenChannel", "alphaIsTransparency" })
                found[name] = false;
            foreach (var name in new[] { "sRGBTexture", "mipmapEnabled" })
                found[name] = true;
            found["textureType"] = "Default";
            found["wrapMode"] = "Repeat";
            found["npotScale"] = "ToNearest";
            found["alphaSource"] = "FromInput";
            found["maxTextureSize"] = 2048.0;
        }
        if (path.EndsWith(".prefab"))
        {
            found["lod heights"] = "";
            found["colliders"] = 0.0;
        }
        return found;
    }

    SortedDictionary<string, object> Kept(string path)
    {
        var guid = Guids.OnDisk(OnDisk(path));
        if (guid == null || !File.Exists(OnDisk(path)))
            throw new InvalidOperationException(path + " is not in the project");
        if (!library.ContainsKey(guid))
            library[guid] = new SortedDictionary<string, object>();
        return (SortedDictionary<string, object>)library[guid];
    }

    void Save() => Disk.WriteWhole(libraryFile, JsonWriter.Write(library));

    string OnDisk(string path) => PlainPath.OnDisk(project, path);

    void Call(string what, string path) => Calls.Add(what + " " + path);
}
