using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Importer.Bridge;

using Json = System.Collections.Generic.SortedDictionary<string, object>;

/// <summary>
/// Runs the bridge without Unity: one JSON command a line on stdin, one JSON answer a line on stdout.
/// </summary>
static class Program
{
    static readonly List<object> Log = new List<object>();
    static FakeEngine engine;
    static Session session;
    static string project;
    static double clock;

    static void Main()
    {
        string line;
        while ((line = Console.In.ReadLine()) != null)
        {
            var command = new Node(JsonReader.Parse(line), (key, what) => new ArgumentException(key + " " + what));
            object answer;
            try
            {
                answer = Answer(command);
            }
            catch (BridgeException error)
            {
                answer = new Json { { "problem", error.Problem.ToJson() }, { "may_pass", error.Problem.MayPass } };
            }
            Console.Out.WriteLine(JsonWriter.Write(answer).Replace("\n", ""));
        }
    }

    static object Answer(Node command)
    {
        switch (command["do"].Text())
        {
            case "open":
                return Open(command);
            case "run":
                return Run(command);
            case "edit":
                engine.Edit(command["path"].Text(), (Json)command["values"].Plain());
                return null;
            case "settings":
                return engine.ReadSettings(command["path"].Text());
            case "fail":
                engine.FailingImport = command["import"].Text();
                engine.DrawError = command["draw"].Text();
                engine.ImportWarning = command.Optional("warn").Text("");
                return null;
            case "again":
                session.ImportAgain(command["key"].Text(), command["replace_edits"].Truth());
                return null;
            case "remove left over":
                session.RemoveLeftOver(command["key"].Text(), path => File.Delete(PlainPath.OnDisk(project, path)));
                return null;
            case "read":
                return Read(command);
            default:
                return Plain(command);
        }
    }

    static object Plain(Node command)
    {
        switch (command["do"].Text())
        {
            case "json":
                try
                {
                    return JsonWriter.Write(JsonReader.Parse(Convert.FromBase64String(command["base64"].Text())));
                }
                catch (JsonException error)
                {
                    return new Json { { "error", error.Message } };
                }
            case "safe":
                return command["paths"].List().Select(path => (object)PlainPath.IsSafe(path.Text())).ToList();
            case "guid":
                return Guids.For(command["key"].Text(), command["file"].Text());
            case "config":
                return BridgeConfig.Load(command["project"].Text(), command.Optional("out").Text(null)).ToJson();
            case "material":
                return MaterialRecipe.Settings((Pipeline)Enum.Parse(typeof(Pipeline), command["pipeline"].Text()),
                    new Dictionary<string, string> { { "base_color", "a" }, { "normal", "b" }, { "mask", "c" } });
            case "trait":
                return Humanoid.TraitName(command["role"].Text());
            case "explain":
                return Placement.Explain(command["min"].Vector(), command["max"].Vector(), command["centroid"].Vector(),
                    command["found_min"].Vector(), command["found_max"].Vector(), command["found_centroid"].Vector());
            case "hull":
                var mesh = new Glb(File.ReadAllBytes(command["file"].Text()), "test").Mesh(command["node"].Text());
                return new Json
                {
                    { "positions", mesh.Positions.Select(value => (object)(double)value).ToList() },
                    { "indices", mesh.Indices.Select(value => (object)value).ToList() },
                };
            default:
                throw new ArgumentException(command["do"].Text());
        }
    }

    static object Open(Node command)
    {
        project = command["project"].Text();
        clock = 0;
        var capabilities = new Capabilities
        {
            Pipeline = (Pipeline)Enum.Parse(typeof(Pipeline), command.Optional("pipeline").Text("Universal")),
            ReadsGlb = command.Optional("glb").Truth(true),
        };
        engine = new FakeEngine(project, capabilities);
        var config = BridgeConfig.Load(project, command.Optional("out").Text(null));
        session = new Session(project, engine, config, (level, text) => { lock (Log) Log.Add(level + ": " + text); },
                              () => DateTime.UtcNow.AddSeconds(clock));
        return null;
    }

    /// <summary>
    /// Look once and work until nothing is under way, or only for some steps, as if the editor died then.
    /// </summary>
    static object Run(Node command)
    {
        clock += command.Optional("advance").Number(0);
        var left = command.Optional("steps").Whole(int.MaxValue);
        engine.Calls.Clear();
        Log.Clear();
        session.LookNow();
        session.Step();
        while (!session.IsIdle && left > 0)
        {
            if (session.Step())
                left--;
            else
                Thread.Sleep(1);
        }
        var exitCode = session.IsIdle ? session.RunOnce(TimeSpan.Zero, () => Thread.Sleep(1)) : -1;
        var statuses = new Json();
        foreach (var pair in session.Statuses)
            statuses[pair.Key] = pair.Value;
        return new Json { { "calls", engine.Calls.ToList() }, { "log", Log.ToList() }, { "statuses", statuses },
            { "exit_code", exitCode } };
    }

    static object Read(Node command)
    {
        var folder = command["folder"].Text();
        var manifests = Directory.GetFiles(folder, "*" + Walk.ManifestSuffix);
        if (manifests.Length == 0)
            return new Json { { "status", "incomplete" }, { "code", "MANIFEST_MISSING" } };
        try
        {
            var manifest = ManifestReader.Read(File.ReadAllBytes(manifests[0]), Path.GetFileName(manifests[0]));
            var targets = new Json();
            foreach (var pair in manifest.Targets)
                targets[pair.Key] = Target(manifest, pair.Value, folder, pair.Key);
            return new Json
            {
                { "status", "ok" },
                { "asset", manifest.Asset },
                { "levels", manifest.Lods.Select(lod => (object)lod.Triangles).ToList() },
                { "targets", targets },
            };
        }
        catch (BridgeException error)
        {
            return new Json { { "status", error.Problem.MayPass ? "incomplete" : "refused" }, { "code",
                error.Problem.Code } };
        }
    }

    static Json Target(Manifest manifest, Target target, string folder, string name)
    {
        var engine = new Capabilities { ReadsGlb = true, Extensions = new HashSet<string> { "KHR_mesh_quantization" } };
        foreach (var file in Wholeness.Check(manifest, folder, name, "glb", engine))
            if (Disk.Sha256(PlainPath.OnDisk(folder, file.Path)) != file.Sha256)
                throw Wholeness.Mismatch(file.Path);
        var found = new Json
        {
            { "lods", target.Lods.Select((lod, i) => (object)new List<object> { i, lod.File, lod.Node }).ToList() },
            { "collision", target.Collision.Select(hull => (object)new List<object> { hull.File, hull.Node })
            .ToList() },
            { "textures", target.Textures.OrderBy(texture => texture.Slot, StringComparer.Ordinal)
                .Select(texture => (object)new List<object> { texture.Slot, texture.File, texture.IsSrgb ? "srgb"
                    : "linear" }).ToList() },
            { "in_engine", new Json { { "min", target.Min.ToList() }, { "max", target.Max.ToList() } } },
        };
        if (target.Fbx != null)
            found["fbx"] = target.Fbx.File;
        if (manifest.Skeleton != null)
            found["humanoid"] = Humanoid.Map(manifest, target).ToDictionary(pair => pair.Key,
                pair => (object)pair.Value);
        return found;
    }
}
