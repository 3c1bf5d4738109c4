using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Importer.Bridge
{
    /// <summary>
    /// From the manifest's map (roles named as the enum HumanBodyBones) to the names that an Avatar takes.
    /// </summary>
    public static class Humanoid
    {
        static readonly Regex Finger = new Regex(
            "^(Left|Right)(Thumb|Index|Middle|Ring|Little)(Proximal|Intermediate|Distal)$");

        /// <summary>The bones without which Unity makes no humanoid Avatar.</summary>
        public static readonly string[] Required =
        {
            "Hips", "Spine", "Head", "LeftUpperArm", "RightUpperArm", "LeftLowerArm", "RightLowerArm", "LeftHand",
            "RightHand", "LeftUpperLeg", "RightUpperLeg", "LeftLowerLeg", "RightLowerLeg", "LeftFoot", "RightFoot",
        };

        /// <summary>Name in HumanTrait.BoneName of a role: fingers have spaces there.</summary>
        public static string TraitName(string role) => Finger.Replace(role, "$1 $2 $3");

        /// <summary>Bone of the target's files by trait name; empty where the asset is no humanoid.</summary>
        public static SortedDictionary<string, string> Map(Manifest manifest, Target target)
        {
            var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
            if (manifest.Skeleton != null)
                foreach (var pair in manifest.Skeleton.Humanoid)
                    found[TraitName(pair.Key)] = target.BoneName(pair.Value);
            return found;
        }

        /// <summary>The required roles that the map does not have.</summary>
        public static List<string> Missing(Skeleton skeleton)
        {
            return Required.Where(role => !skeleton.Humanoid.ContainsKey(role)).ToList();
        }
    }
}
