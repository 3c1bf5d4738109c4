using System;
using System.Collections.Generic;
using System.Linq;

namespace Importer.Bridge
{
    /// <summary>Where published files and what is made of them lie in the asset's folder.</summary>
    public sealed class Names
    {
        /// <summary>The model file.</summary>
        public readonly string Model;

        public readonly string Prefab;

        /// <summary>A mesh asset for each convex hull.</summary>
        public readonly List<string> Hulls;

        /// <summary>Null unless the bridge makes an Avatar: ModelImporter makes its own for an FBX file.</summary>
        public readonly string Avatar;

        /// <summary>All that is made.</summary>
        public readonly List<string> Made;

        readonly Target target;
        readonly HashSet<string> meshes;

        public Names(Manifest manifest, Target target, string format)
        {
            this.target = target;
            var isHumanoid = manifest.Skeleton != null && manifest.Skeleton.Humanoid.Count > 0;
            var hulls = target.CollisionIn(format);
            Model = InFolder(target.LodsIn(format)[0].File);
            Prefab = manifest.Asset + ".prefab";
            Hulls = hulls.Select((hull, i) => manifest.Asset + "_Collision_" + i.ToString("00") + ".asset").ToList();
            Avatar = isHumanoid && format == "glb" ? manifest.Asset + "_Avatar.asset" : null;
            Made = new[] { Prefab }.Concat(Hulls).Concat(target.Materials.Where(slot => slot.Textures.Count > 0)
                .Select(Material))
                .Concat(Avatar == null ? new string[0] : new[] { Avatar }).ToList();
            meshes = new HashSet<string>(target.LodsIn(format).Concat(hulls).Select(node => InFolder(node.File)));
        }

        /// <summary>The path in the asset's folder of a published file.</summary>
        public string InFolder(string published) => PlainPath.Below(target.Folder, published);

        public string Material(MaterialSlot material) => material.Name + ".mat";

        public bool IsMesh(string file) => meshes.Contains(file);
    }
}
