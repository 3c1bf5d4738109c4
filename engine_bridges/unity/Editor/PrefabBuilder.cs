using System;
using System.Collections.Generic;
using System.Linq;
using UnityEditor;
using UnityEngine;

namespace Importer.Bridge.Editor
{
    using Settings = SortedDictionary<string, object>;

    /// <summary>
    /// The prefab of an asset: an empty root with the model inside, as an instance that follows every import of it.
    /// It is opened, changed where it must be, and saved; what artists added to it stays.
    /// </summary>
    static class PrefabBuilder
    {
        public static Settings Read(GameObject prefab)
        {
            var group = prefab.GetComponentInChildren<LODGroup>(true);
            var heights = group == null ? new double[0]
                : group.GetLODs().Select(lod => (double)lod.screenRelativeTransitionHeight).ToArray();
            return new Settings(StringComparer.Ordinal)
            {
                { "lod heights", LodHeights.Text(heights) },
                { "colliders", Hulls(prefab).Length },
            };
        }

        public static void Write(PrefabRecipe recipe)
        {
            var root = PrefabUtility.LoadPrefabContents(recipe.Path);
            try
            {
                var model = Model(root, recipe.Model);
                Levels(root, model, recipe);
                Materials(model, recipe);
                Colliders(root, recipe);
                Avatar(root, recipe);
                bool saved;
                PrefabUtility.SaveAsPrefabAsset(root, recipe.Path, out saved);
                if (!saved)
                    throw new BridgeException("IMPORT_FAILED", recipe.Path, "could not be saved",
                                              "Look into the Console, and whether the file is read-only");
            }
            finally
            {
                PrefabUtility.UnloadPrefabContents(root);
            }
        }

        /// <summary>
        /// The instance of the model below the root; one of another file (FBX before, GLB now) gives way to it.
        /// </summary>
        static GameObject Model(GameObject root, string path)
        {
            var found = Instance(root, path);
            if (found != null)
                return found;
            var other = new[] { ".fbx", ".glb" }
                .Select(format => Instance(root, System.IO.Path.ChangeExtension(path, format))).FirstOrDefault(
                    one => one != null);
            if (other != null)
                UnityEngine.Object.DestroyImmediate(other);
            var model = EditorEngine.Load<GameObject>(path);
            var made = (GameObject)PrefabUtility.InstantiatePrefab(model, root.transform);
            made.name = model.name;
            return made;
        }

        /// <summary>The instance of a model file, wherever artists have put it in the prefab, or null.</summary>
        public static GameObject Instance(GameObject root, string path)
        {
            return root.GetComponentsInChildren<Transform>(true).Select(transform => transform.gameObject)
                .FirstOrDefault(one => one != root && PrefabUtility.IsAnyPrefabInstanceRoot(one)
                    && PrefabUtility.GetPrefabAssetPathOfNearestInstanceRoot(one) == path);
        }

        /// <summary>The colliders that the bridge made; an artist's own have other names.</summary>
        public static MeshCollider[] Hulls(GameObject root)
        {
            return root.GetComponentsInChildren<MeshCollider>(true)
                .Where(collider => collider.name.EndsWith(PrefabRecipe.ColliderSuffix, StringComparison.Ordinal))
                    .ToArray();
        }

        static void Levels(GameObject root, GameObject model, PrefabRecipe recipe)
        {
            // An FBX file with levels has a LODGroup from its importer; a second one would fight it.
            var group = root.GetComponentInChildren<LODGroup>(true);
            if (recipe.Lods.Count < 2 || recipe.Heights == null)
                return;
            if (group == null)
                group = root.AddComponent<LODGroup>();
            var before = group.GetLODs();
            group.SetLODs(recipe.Lods.Select((name, i) => Level(model, name, (float)recipe.Heights[i],
                i < before.Length ? before[i] : new LOD(0, new Renderer[0]))).ToArray());
            group.RecalculateBounds();
        }

        static LOD Level(GameObject model, string name, float height, LOD before)
        {
            // What is not the model's was put in by an artist.
            var added = before.renderers.Where(renderer => renderer != null
                && !renderer.transform.IsChildOf(model.transform));
            return new LOD(height, Renderers(model, name).Concat(added).ToArray())
            {
                fadeTransitionWidth = before.fadeTransitionWidth,
            };
        }

        static void Materials(GameObject model, PrefabRecipe recipe)
        {
            var materials = recipe.Materials.Select(EditorEngine.Load<Material>).ToArray();
            if (materials.Length == 0)
                return;
            foreach (var renderer in recipe.Lods.SelectMany(name => Renderers(model, name)))
            {
                var source = PrefabUtility.GetCorrespondingObjectFromSource(renderer);
                var own = source == null ? new Material[0] : source.sharedMaterials;
                var now = renderer.sharedMaterials;
                // What differs from the model file's own was chosen here, by the bridge or by an artist.
                for (var i = 0; i < now.Length; i++)
                    if (now[i] == null || i < own.Length && now[i] == own[i])
                        now[i] = materials[Math.Min(i, materials.Length - 1)];
                renderer.sharedMaterials = now;
            }
        }

        static void Colliders(GameObject root, PrefabRecipe recipe)
        {
            if (recipe.Hulls == null)
                return;
            var holder = root.transform.Find(recipe.ColliderName);
            if (holder == null && recipe.Hulls.Count == 0)
                return;
            if (holder == null)
            {
                holder = new GameObject(recipe.ColliderName).transform;
                holder.SetParent(root.transform, false);
            }
            var colliders = holder.GetComponents<MeshCollider>().ToList();
            while (colliders.Count < recipe.Hulls.Count)
                colliders.Add(holder.gameObject.AddComponent<MeshCollider>());
            foreach (var surplus in colliders.Skip(recipe.Hulls.Count))
                UnityEngine.Object.DestroyImmediate(surplus);
            for (var i = 0; i < recipe.Hulls.Count; i++)
            {
                colliders[i].convex = true;
                colliders[i].sharedMesh = EditorEngine.Load<Mesh>(recipe.Hulls[i]);
            }
        }

        static void Avatar(GameObject root, PrefabRecipe recipe)
        {
            if (recipe.Avatar == null)
                return;
            var animator = root.GetComponentInChildren<Animator>(true);
            if (animator == null)
                animator = root.AddComponent<Animator>();
            if (animator.avatar == null)
                animator.avatar = EditorEngine.Load<Avatar>(recipe.Avatar);
        }

        /// <summary>The renderers of a level: those at its node and below.</summary>
        public static Renderer[] Renderers(GameObject model, string node)
        {
            var found = model.GetComponentsInChildren<Transform>(true).FirstOrDefault(
                transform => transform.name == node);
            return found == null ? new Renderer[0] : found.GetComponentsInChildren<Renderer>(true);
        }
    }
}
