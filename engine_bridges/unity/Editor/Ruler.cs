using System;
using System.Linq;
using UnityEditor;
using UnityEngine;

namespace Importer.Bridge.Editor
{
    /// <summary>Measures the prefab of an asset, placed at the origin of an empty scene.</summary>
    static class Ruler
    {
        public static Measurement Measure(PrefabRecipe recipe)
        {
            var root = PrefabUtility.LoadPrefabContents(recipe.Path);
            try
            {
                var found = new Measurement();
                var model = ModelOf(root, recipe);
                found.RootRotation = Quaternion.Angle(model.transform.localRotation, Quaternion.identity);
                found.RootScale = Array(model.transform.localScale);
                Levels(found, root, model, recipe);
                Looks(found, model, recipe);
                Colliders(found, root);
                Bones(found, root, model);
                return found;
            }
            finally
            {
                PrefabUtility.UnloadPrefabContents(root);
            }
        }

        static GameObject ModelOf(GameObject root, PrefabRecipe recipe)
        {
            return PrefabBuilder.Instance(root, recipe.Model)
                ?? throw new BridgeException("IMPORT_FAILED", recipe.Path, "has no instance of " + recipe.Model
                    + " in it",
                                             "Choose Tools > Importer > Import Again");
        }

        static void Levels(Measurement found, GameObject root, GameObject model, PrefabRecipe recipe)
        {
            foreach (var level in recipe.Lods)
            {
                var count = 0;
                foreach (var renderer in PrefabBuilder.Renderers(model, level))
                    count += new Surface(renderer).Add(found, level == recipe.Lods[0]);
                if (count > 0)
                    found.LodTriangles.Add(count);
            }
            Surface.Finish(found);
            var group = root.GetComponentInChildren<LODGroup>(true);
            if (group != null)
                found.LodHeights.AddRange(group.GetLODs().Select(lod => (double)lod.screenRelativeTransitionHeight));
        }

        static void Looks(Measurement found, GameObject model, PrefabRecipe recipe)
        {
            var all = recipe.Lods.SelectMany(name => PrefabBuilder.Renderers(model, name))
                .SelectMany(renderer => renderer.sharedMaterials).ToList();
            if (all.All(IsReal))
                found.Materials.AddRange(all.Select(material => NameOf(material, recipe)).Distinct());
            var ours = recipe.Materials.Concat(new[] { recipe.Model }).ToList();
            found.HasOtherMaterials = all.All(IsReal) && all.Any(
                material => !ours.Contains(AssetDatabase.GetAssetPath(material)));
            var first = all.FirstOrDefault(IsReal);
            if (first == null)
                return;
            found.Shader = first.shader.name;
            foreach (var slot in recipe.Slots)
            {
                var texture = first.HasProperty(slot.Value) ? first.GetTexture(slot.Value) : null;
                if (texture != null)
                    found.Textures[slot.Key] = Texture(texture);
            }
        }

        static string NameOf(Material material, PrefabRecipe recipe)
        {
            var index = recipe.Materials.IndexOf(AssetDatabase.GetAssetPath(material));
            return index < 0 ? material.name : recipe.MaterialNames[index];
        }

        static bool IsReal(Material material)
        {
            return material != null && material.shader != null && material.shader.name != "Hidden/InternalErrorShader"
                && !ShaderUtil.ShaderHasError(material.shader) && !IsDefault(AssetDatabase.GetAssetPath(material));
        }

        // Unity's own material, which stands in where none was given.
        static bool IsDefault(string path)
        {
            return path.StartsWith("Resources/", StringComparison.Ordinal)
                || path.StartsWith("Packages/com.unity.render-pipelines", StringComparison.Ordinal);
        }

        static MeasuredTexture Texture(Texture texture)
        {
            var importer = AssetImporter.GetAtPath(AssetDatabase.GetAssetPath(texture)) as TextureImporter;
            var isNormalMap = importer != null && importer.textureType == TextureImporterType.NormalMap;
            return new MeasuredTexture
            {
                Side = Math.Max(texture.width, texture.height),
                IsSrgb = importer != null && importer.sRGBTexture && !isNormalMap,
                IsNormalMap = isNormalMap,
                FlipsGreen = isNormalMap && importer.flipGreenChannel,
            };
        }

        static void Colliders(Measurement found, GameObject root)
        {
            foreach (var collider in PrefabBuilder.Hulls(root).Where(one => one.convex && one.sharedMesh != null))
            {
                found.Colliders++;
                var toRoot = root.transform.worldToLocalMatrix * collider.transform.localToWorldMatrix;
                var box = collider.sharedMesh.bounds;
                for (var corner = 0; corner < 8; corner++)
                {
                    var point = Array(toRoot.MultiplyPoint3x4(new Vector3(
                        (corner & 1) == 0 ? box.min.x : box.max.x, (corner & 2) == 0 ? box.min.y : box.max.y,
                        (corner & 4) == 0 ? box.min.z : box.max.z)));
                    Surface.Grow(ref found.ColliderMin, ref found.ColliderMax, point);
                }
            }
        }

        static void Bones(Measurement found, GameObject root, GameObject model)
        {
            found.Transforms.AddRange(model.GetComponentsInChildren<Transform>(true).Select(
                transform => transform.name));
            found.SkinBones.AddRange(model.GetComponentsInChildren<SkinnedMeshRenderer>(true)
                .SelectMany(skin => skin.bones).Where(bone => bone != null).Select(bone => bone.name).Distinct());
            var animator = root.GetComponentInChildren<Animator>(true);
            found.IsHumanoid = animator != null && animator.avatar != null && animator.avatar.isValid
                && animator.avatar.isHuman;
        }

        public static double[] Array(Vector3 vector) => new double[] { vector.x, vector.y, vector.z };
    }
}
