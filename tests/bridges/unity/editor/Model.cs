using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Importer.Bridge;
using UnityEngine;

/// <summary>What an importer of glTF makes of a file: nodes, meshes, skins, one material of its own.</summary>
static class Model
{
    public static GameObject Read(string path)
    {
        // The published FBX has the nodes of the GLB file beside it in out/; nobody reads FBX here.
        var bytes = File.ReadAllBytes(path.EndsWith(".fbx") ? Path.Combine("../out/cart/unity-urp", "cart.glb") : path);
        var length = BitConverter.ToInt32(bytes, 12);
        var json = new Node(JsonReader.Parse(bytes.Skip(20).Take(length).ToArray()), (key, what)
            => new FormatException(key + what));
        var nodes = json["nodes"].List();
        var made = nodes.Select(node => new GameObject(node["name"].Text())).ToList();
        for (var i = 0; i < nodes.Count; i++)
            foreach (var child in nodes[i].Optional("children").IsNull ? new List<Node>() : nodes[i]["children"].List())
                made[child.Whole()].transform.SetParent(made[i].transform, false);
        var own = new Material { name = "embedded", shader = Shader.Find("glTF-pbrMetallicRoughness") };
        for (var i = 0; i < nodes.Count; i++)
            if (!nodes[i].Optional("mesh").IsNull)
                AddMesh(made[i], Read(bytes, nodes[i]), nodes[i], json, made, own);
        var roots = made.Where(one => one.transform.parent == null).ToList();
        return roots.Count == 1 ? roots[0] : Together(roots);
    }

    static GameObject Together(List<GameObject> roots)
    {
        var scene = new GameObject("Scene");
        roots.ForEach(root => root.transform.SetParent(scene.transform, false));
        return scene;
    }

    static Mesh Read(byte[] bytes, Node node)
    {
        var mesh = new Glb(bytes, "model").Mesh(node["name"].Text());
        return new Mesh
        {
            positions = Enumerable.Range(0, mesh.Positions.Length / 3)
                .Select(i => new Vector3(mesh.Positions[3 * i], mesh.Positions[3 * i + 1], mesh.Positions[3 * i + 2]))
                    .ToArray(),
            corners = mesh.Indices,
        };
    }

    static void AddMesh(GameObject one, Mesh mesh, Node node, Node json, List<GameObject> made, Material own)
    {
        if (node.Optional("skin").IsNull)
        {
            one.AddComponent<MeshFilter>().sharedMesh = mesh;
            one.AddComponent<Renderer>().sharedMaterials = new[] { own };
            return;
        }
        var skin = one.AddComponent<SkinnedMeshRenderer>();
        skin.sharedMesh = mesh;
        skin.sharedMaterials = new[] { own };
        skin.bones = json["skins"].List()[node["skin"].Whole()]["joints"].List().Select(bone
            => made[bone.Whole()].transform).ToArray();
    }
}
