using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Importer.Bridge;
using Importer.Bridge.Editor;
using UnityEditor;
using UnityEngine;

using Json = System.Collections.Generic.SortedDictionary<string, object>;

/// <summary>
/// Runs the whole bridge, its editor part too, on the stubs' little behaviour: one JSON command a line on stdin, one
/// JSON
/// answer a line on stdout.
/// </summary>
static class Program
{
    static void Main()
    {
        Library.ReadModel = Model.Read;
        string line;
        while ((line = Console.In.ReadLine()) != null)
        {
            var command = new Node(JsonReader.Parse(line), (key, what) => new ArgumentException(key + " " + what));
            Console.Out.WriteLine(JsonWriter.Write(Answer(command)).Replace("\n", ""));
        }
    }

    static object Answer(Node command)
    {
        switch (command["do"].Text())
        {
            case "open":
                Directory.SetCurrentDirectory(command["project"].Text());
                Application.dataPath = Path.Combine(command["project"].Text(), "Assets");
                Library.Assets.Clear();
                Library.Importers.Clear();
                return null;
            case "run":
                return Run();
            case "batch":
                EditorApplication.exitCode = null;
                BatchImport.Run();
                return EditorApplication.exitCode;
            case "idle":
                return Idle();
            case "prefab":
                return Tree(PrefabUtility.LoadPrefabContents(command["path"].Text()));
            case "importer":
                return new EditorEngine().ReadSettings(command["path"].Text());
            default:
                return Edit(command["do"].Text(), command["path"].Text());
        }
    }

    static object Run()
    {
        var log = new List<object>();
        var config = BridgeConfig.Load(BridgeLoop.Project, null);
        var session = new Session(BridgeLoop.Project, new EditorEngine(), config, (level, text) => log.Add(level + ": "
            + text),
                                  () => DateTime.UtcNow);
        var exitCode = session.RunOnce(TimeSpan.Zero, () => Thread.Sleep(1));
        return new Json { { "log", log }, { "exit_code", exitCode } };
    }

    /// <summary>The editor is open and idles until the bridge has done what there is to do.</summary>
    static object Idle()
    {
        BridgeLoop.Restart();
        var statuses = new Json();
        for (var i = 0; i < 1000 && BridgeLoop.Session != null; i++)
        {
            EditorApplication.update();
            foreach (var pair in BridgeLoop.Session.Statuses)
                statuses[pair.Key] = pair.Value;
            if (statuses.Count > 0 && BridgeLoop.Session.IsIdle && !BridgeLoop.Session.IsWaiting)
                break;
            Thread.Sleep(2);
        }
        return new Json { { "problem", BridgeLoop.Problem }, { "statuses", statuses } };
    }

    /// <summary>What an artist does in prefab mode or in the Inspector.</summary>
    static object Edit(string what, string path)
    {
        if (what == "tint")
        {
            AssetDatabase.LoadAssetAtPath<Material>(path).SetFloat("_Smoothness", 0.25f);
            return null;
        }
        var root = PrefabUtility.LoadPrefabContents(path);
        var group = root.GetComponentInChildren<LODGroup>(true);
        if (what == "add light")
            new GameObject("Light").transform.SetParent(root.transform, false);
        else if (what == "add renderer to level 0")
            AddRenderer(root, group);
        else if (what == "halve heights")
            group.SetLODs(group.GetLODs().Select(lod => new LOD(lod.screenRelativeTransitionHeight / 2, lod.renderers))
                .ToArray());
        else if (what == "own material")
            foreach (var renderer in group.GetLODs().SelectMany(lod => lod.renderers))
                renderer.sharedMaterials = new[] { new Material { name = "Mine", shader = Shader.Find("Mine") } };
        else if (what == "scale model")
            ModelIn(root).localScale = new Vector3(100, 100, 100);
        else
            throw new ArgumentException(what);
        bool saved;
        PrefabUtility.SaveAsPrefabAsset(root, path, out saved);
        return saved;
    }

    static Transform ModelIn(GameObject root)
    {
        return root.transform.children.First(child => PrefabUtility.IsAnyPrefabInstanceRoot(child.gameObject));
    }

    static void AddRenderer(GameObject root, LODGroup group)
    {
        var extra = new GameObject("Flag");
        extra.transform.SetParent(root.transform, false);
        var lods = group.GetLODs();
        lods[0].renderers = lods[0].renderers.Concat(new[] { extra.AddComponent<Renderer>() }).ToArray();
        group.SetLODs(lods);
    }

    static Json Tree(GameObject one)
    {
        var found = new Json { { "name", one.name }, { "children", one.transform.children.Select(c
            => Tree(c.gameObject)).ToList() } };
        found["components"] = one.components.Skip(1).Select(component => component.GetType().Name).ToList();
        if (one.instanceOf != null)
            found["instance_of"] = one.instanceOf;
        var group = one.GetComponent<LODGroup>();
        if (group != null)
            found["levels"] = group.GetLODs().Select(lod => (object)new Json
            {
                { "height", lod.screenRelativeTransitionHeight },
                { "renderers", lod.renderers.Select(renderer => renderer.name).ToList() },
            }).ToList();
        var drawn = one.GetComponent<Renderer>();
        if (drawn != null)
            found["materials"] = drawn.sharedMaterials.Select(material => AssetDatabase.GetAssetPath(material))
                .ToList();
        return found;
    }
}
