using System.Collections.Generic;
using System.Linq;
using UnityEngine;

namespace Importer.Bridge.Editor
{
    /// <summary>From the manifest's map of bones to what Unity makes an Avatar of.</summary>
    static class HumanMap
    {
        /// <param name="model">In its rest pose, which must be a T-pose.</param>
        /// <param name="bones">Bone by trait name.</param>
        public static HumanDescription Describe(GameObject model, IDictionary<string, string> bones)
        {
            return new HumanDescription
            {
                human = bones.Select(pair => Bone(pair.Key, pair.Value)).ToArray(),
                // The whole tree, its root too: Unity compares it with the model's.
                skeleton = model.GetComponentsInChildren<Transform>(true).Select(Rest).ToArray(),
                // Unity's own defaults, which an empty struct has not.
                upperArmTwist = 0.5f,
                lowerArmTwist = 0.5f,
                upperLegTwist = 0.5f,
                lowerLegTwist = 0.5f,
                armStretch = 0.05f,
                legStretch = 0.05f,
                feetSpacing = 0,
                hasTranslationDoF = false,
            };
        }

        static HumanBone Bone(string trait, string bone)
        {
            return new HumanBone { humanName = trait, boneName = bone,
                limit = new HumanLimit { useDefaultValues = true } };
        }

        static SkeletonBone Rest(Transform transform)
        {
            return new SkeletonBone
            {
                name = transform.name,
                position = transform.localPosition,
                rotation = transform.localRotation,
                scale = transform.localScale,
            };
        }
    }
}
