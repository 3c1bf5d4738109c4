using System;
using System.Collections.Generic;
using System.Linq;

namespace Importer.Bridge
{
    using Map = SortedDictionary<string, object>;

    /// <summary>
    /// The checks of docs/bridges.md, in their order, from what the manifest says and what Unity has made of it.
    /// </summary>
    public sealed class Checks
    {
        const string NothingDrawn = "no level has a mesh";
        const string OtherShader = "the material was made for another render pipeline, or its shader was replaced";

        readonly Manifest manifest;
        readonly Target target;
        readonly string format;
        readonly PrefabRecipe recipe;
        readonly Measurement found;

        /// <param name="recipe">What the prefab was made from.</param>
        public Checks(Manifest manifest, string target, string format, PrefabRecipe recipe, Measurement found)
        {
            this.manifest = manifest;
            this.target = manifest.Targets[target];
            this.format = format;
            this.recipe = recipe;
            this.found = found;
        }

        double[] Min => Metres(target.Min);

        double[] Max => Metres(target.Max);

        double Longest => Enumerable.Range(0, 3).Max(i => Max[i] - Min[i]);

        /// <param name="shader">The shader of the project's render pipeline.</param>
        public List<Check> All(Drawing drawing, string shader)
        {
            return Place().Concat(Levels()).Concat(Looks()).Concat(Shapes()).Concat(new[]
            {
                Draws(drawing),
                recipe.Materials.Count == 0
                    ? Check.Skipped("unity_shader", "the target has no separate textures")
                    : Check.Exact("unity_shader", "name", shader, found.Shader, OtherShader),
            }).ToList();
        }

        IEnumerable<Check> Place()
        {
            var fine = Math.Max(0.001, 0.005 * Longest);
            var why = found.Min == null ? NothingDrawn
                : Placement.Explain(Min, Max, Metres(target.Centroid), found.Min, found.Max, found.Centroid);
            yield return Check.Numbers("size_m", "m", Sum(Max, Min, -1), Sum(found.Max, found.Min, -1), fine, why);
            yield return Check.Numbers("pivot_m", "m", Half(Sum(Max, Min, 1)), Half(Sum(found.Max, found.Min, 1)),
                fine, why);
            yield return Check.Numbers("facing", "m", Metres(target.Centroid), found.Centroid,
                                       Math.Max(0.001, 0.01 * Longest), why);
            yield return Check.Number("root_rotation_deg", "deg", 0, found.RootRotation, 0.1,
                                      "the model's root is turned; see bakeAxisConversion in its import settings");
            yield return Check.Numbers("root_scale", "1", new double[] { 1, 1, 1 }, found.RootScale, 0.001,
                                       "the model's root is scaled; see globalScale and useFileScale in its settings");
        }

        IEnumerable<Check> Levels()
        {
            var count = target.LodsIn(format).Count;
            var triangles = manifest.Lods.Take(count).Select(lod => (double)lod.Triangles).ToList();
            yield return Check.Number("lod_count", "levels", count, found.LodTriangles.Count, 0);
            yield return Check.Numbers("lod_triangles", "triangles", triangles,
                                       found.LodTriangles.Select(number => (double)number).ToList(),
                                       triangles.Select(number => Math.Max(2, 0.005 * number)).ToList());
            if (count > 1)
                yield return Check.Numbers("lod_screen_sizes", "1", LodHeights.Wanted(manifest, count),
                    found.LodHeights, 0.001,
                                           "the heights of the prefab's LODGroup were changed");
            else
                yield return Check.Skipped("lod_screen_sizes", "one level needs no LODGroup");
        }

        IEnumerable<Check> Looks()
        {
            yield return Check.Exact("materials", "names", Sorted(target.Materials.Select(material => material.Name)),
                                     Sorted(found.Materials),
                                     "a material is missing, replaced, or its shader has errors");
            var slots = target.Materials.SelectMany(material => material.Textures.Keys).Distinct()
                .Where(recipe.Slots.ContainsKey).ToList();
            if (slots.Count == 0)
            {
                foreach (var name in new[] { "textures", "texture_size_px", "texture_color_space",
                    "texture_normal_map" })
                    yield return Check.Skipped(name, "the target has no separate textures");
                yield break;
            }
            yield return Check.Exact("textures", "slots", Sorted(slots), Sorted(found.Textures.Keys));
            var textures = target.Textures.Where(texture => slots.Contains(texture.Slot)).ToList();
            var sized = textures.Where(texture => texture.Side > 0).ToList();
            yield return sized.Count > 0
                ? Check.Exact("texture_size_px", "px", BySlot(sized, texture => texture.Side),
                              Found(sized, texture => texture.Side), "see Max Size in the textures' import settings")
                : Check.Skipped("texture_size_px", "the manifest does not say it");
            yield return Check.Exact("texture_color_space", "space",
                                     BySlot(textures, texture => texture.IsSrgb ? "srgb" : "linear"),
                                     Found(textures, texture => texture.IsSrgb ? "srgb" : "linear"),
                                     "see sRGB (Color Texture) in the textures' import settings");
            yield return NormalMap(textures.Find(texture => texture.NormalConvention != null));
        }

        Check NormalMap(TextureFile normal)
        {
            if (normal == null)
                return Check.Skipped("texture_normal_map", "the asset has none");
            MeasuredTexture texture;
            found.Textures.TryGetValue(normal.Slot, out texture);
            var right = texture != null && texture.IsNormalMap
                && texture.FlipsGreen == (normal.NormalConvention == "directx");
            return Check.Exact("texture_normal_map", "bool", true, right,
                               "see Texture Type and Flip Green Channel in its import settings");
        }

        IEnumerable<Check> Shapes()
        {
            var hulls = target.CollisionIn(format).Count;
            var kept = recipe.Hulls == null ? "the prefab's colliders were changed, and are kept" : "hulls are missing";
            yield return Check.Number("collision", "hulls", hulls, found.Colliders, 0, kept);
            yield return hulls > 0
                ? Check.Numbers("collision_size_m", "m", Sum(Max, Min, -1),
                                Sum(found.ColliderMax, found.ColliderMin, -1),
                                0.06 * Longest, kept)
                : Check.Skipped("collision_size_m", "the asset has no collision");
            var skeleton = manifest.Skeleton;
            if (skeleton == null)
            {
                yield return Check.Skipped("skeleton", "the asset has no rig");
                yield return Check.Skipped("humanoid", "the asset has no rig");
                yield break;
            }
            var bones = skeleton.Bones.Select(target.BoneName).ToList();
            yield return Check.Exact("skeleton", "names", Sorted(bones),
                                     Sorted(found.Transforms.Intersect(bones).Union(found.SkinBones)));
            yield return skeleton.Humanoid.Count > 0
                ? Check.Exact("humanoid", "bool", true, found.IsHumanoid,
                              "Unity made no valid humanoid Avatar of the bones")
                : Check.Skipped("humanoid", "the asset is no humanoid");
        }

        static Check Draws(Drawing drawing)
        {
            return drawing.Skipped != null
                ? Check.Skipped("draws", drawing.Skipped)
                : Check.Number("draws", "errors", 0, drawing.Errors.Count, 0, string.Join("; ",
                    drawing.Errors.Take(5)));
        }

        Map BySlot(IEnumerable<TextureFile> textures, Func<TextureFile, object> value)
        {
            var map = new Map(StringComparer.Ordinal);
            foreach (var texture in textures)
                map[texture.Slot] = value(texture);
            return map;
        }

        Map Found(IEnumerable<TextureFile> textures, Func<MeasuredTexture, object> value)
        {
            var map = new Map(StringComparer.Ordinal);
            foreach (var slot in textures.Select(texture => texture.Slot).Where(found.Textures.ContainsKey))
                map[slot] = value(found.Textures[slot]);
            return map;
        }

        double[] Metres(double[] point) => point.Select(value => value * target.MetersPerUnit).ToArray();

        static double[] Half(double[] point) => point == null ? null : point.Select(value => value / 2).ToArray();

        static double[] Sum(double[] one, double[] other, int sign)
        {
            return one == null ? null : one.Select((value, i) => value + sign * other[i]).ToArray();
        }

        static List<string> Sorted(IEnumerable<string> names)
        {
            return names.Distinct().OrderBy(name => name, StringComparer.Ordinal).ToList();
        }
    }
}
