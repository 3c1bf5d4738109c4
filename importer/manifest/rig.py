"""The skeleton as one target's files name it."""

from __future__ import annotations

from importer.export.manifest_schema import Bone, Manifest, Skeleton


def target_skeleton(manifest: Manifest, target: str) -> Skeleton | None:
    """Return the skeleton with the names of a target's files; None where there is no rig.

    Raises
    ------
    KeyError
        The manifest has no such target.
    """
    names = manifest.targets[target].bone_names or {}
    skeleton = manifest.skeleton
    if skeleton is None:
        return None
    bones = tuple(
        Bone(name=names.get(bone.name, bone.name), parent=bone.parent and names.get(bone.parent, bone.parent))
        for bone in skeleton.bones
    )
    roles = skeleton.humanoid and {role: names.get(name, name) for role, name in skeleton.humanoid.items()}
    return skeleton.model_copy(update={"bones": bones, "humanoid": roles})
