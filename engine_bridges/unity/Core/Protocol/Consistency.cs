using System;
using System.Collections.Generic;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>What must hold between the parts of a manifest.</summary>
    public static class Consistency
    {
        const string PublishAgain = "Publish the asset again";

        /// <exception cref="BridgeException">PATH_UNSAFE, MANIFEST_INVALID or FILE_UNLISTED.</exception>
        public static void Check(Manifest manifest, string where)
        {
            var named = manifest.Targets.Values.SelectMany(target => target.AllFiles).ToList();
            foreach (var path in manifest.Files.Keys.Concat(named).Concat(manifest.Targets.Values.Select(
                target => target.Folder)))
                if (!PlainPath.IsSafe(path))
                    throw new BridgeException("PATH_UNSAFE", where, "\"" + path + "\" leads out of the asset's folder",
                        PublishAgain);
            if (manifest.Files.Keys.GroupBy(path => path, StringComparer.OrdinalIgnoreCase).Any(
                same => same.Count() > 1))
                throw Invalid(where + ": files", "lists a file twice");
            var sizes = manifest.Lods.Select(lod => lod.ScreenSize).ToList();
            if (Enumerable.Range(1, sizes.Count - 1).Any(i => sizes[i] >= sizes[i - 1]))
                throw Invalid(where + ": lods", "must have falling screen sizes");
            foreach (var pair in manifest.Targets)
                CheckTarget(manifest, pair.Value, where + ": targets." + pair.Key);
            if (manifest.Skeleton != null)
                CheckSkeleton(manifest.Skeleton, where + ": skeleton");
            foreach (var path in named)
                if (!manifest.Files.ContainsKey(path))
                    throw new BridgeException("FILE_UNLISTED", path, "is named by a target but not listed in files",
                        PublishAgain);
        }

        static void CheckTarget(Manifest manifest, Target target, string where)
        {
            var levels = Math.Max(target.Lods.Count, target.Fbx == null ? 0 : target.Fbx.Lods.Count);
            if (levels > manifest.Lods.Count)
                throw Invalid(where + ".lods", "has more levels than the asset");
            foreach (var bone in target.BoneNames.Keys)
                if (manifest.Skeleton == null || !manifest.Skeleton.Bones.Contains(bone))
                    throw Invalid(where + ".bone_names", "has \"" + bone + "\", which is no bone");
        }

        static void CheckSkeleton(Skeleton skeleton, string where)
        {
            var known = new HashSet<string>();
            for (var i = 0; i < skeleton.Bones.Count; i++)
            {
                if (skeleton.Parents[i] != null && !known.Contains(skeleton.Parents[i]))
                    throw Invalid(where + ".bones", "has a bone \"" + skeleton.Bones[i] + "\" before its parent");
                if (!known.Add(skeleton.Bones[i]))
                    throw Invalid(where + ".bones", "has two bones called \"" + skeleton.Bones[i] + "\"");
            }
            if (skeleton.Humanoid.Count == 0)
                return;
            var missing = Humanoid.Missing(skeleton);
            if (missing.Count > 0)
                throw Invalid(where + ".humanoid", "lacks " + string.Join(", ", missing));
            foreach (var pair in skeleton.Humanoid)
                if (!known.Contains(pair.Value))
                    throw Invalid(where + ".humanoid", "has \"" + pair.Value + "\", which is no bone");
            if (skeleton.Humanoid.Values.Distinct().Count() < skeleton.Humanoid.Count)
                throw Invalid(where + ".humanoid", "gives one bone two roles");
        }

        static BridgeException Invalid(string where, string what)
        {
            return new BridgeException("MANIFEST_INVALID", where, what, PublishAgain);
        }
    }
}
