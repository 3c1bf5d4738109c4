"""What must hold between the parts of a manifest, and JSON Schema cannot say; docs/manifest.md has the rules."""

from __future__ import annotations

from typing import Any

from .notes import refuse
from .paths import is_plain

Json = dict[str, Any]


def named_files(target: Json) -> list[str]:
    """Return every file that a target names, in order, each once."""
    fbx = target.get("fbx") or {"lods": [], "collision": []}
    entries = [*target["lods"], *target["collision"], *target["textures"], *fbx["lods"], *fbx["collision"]]
    files = [entry["file"] for entry in entries] + ([fbx["file"]] if "file" in fbx else [])
    slots = [file for material in target["materials"] for file in material["textures"].values()]
    return list(dict.fromkeys(files + slots))


def check_consistency(manifest: Json) -> None:
    """Raise Refused where the manifest contradicts itself or names a path that is not safe."""
    _check_paths(manifest)
    if any(low > high for low, high in zip(manifest["bounds"]["min"], manifest["bounds"]["max"])):
        raise refuse("MANIFEST_INVALID", "min must not be above max", "bounds")
    sizes = [entry["screen_size"] for entry in manifest["lods"]]
    if [entry["level"] for entry in manifest["lods"]] != list(range(len(sizes))):
        raise refuse("MANIFEST_INVALID", "levels must count up from 0 without a gap", "lods")
    if sizes != sorted(set(sizes), reverse=True):
        raise refuse("MANIFEST_INVALID", "screen sizes must fall from level to level", "lods")
    for name, target in sorted(manifest["targets"].items()):
        _check_target(manifest, target, f"targets.{name}")
    if manifest.get("skeleton") is not None:
        _check_skeleton(manifest["skeleton"])


def _check_paths(manifest: Json) -> None:
    listed = [entry["path"] for entry in manifest["files"]]
    paths = listed.copy()
    for target in manifest["targets"].values():
        paths += [target["folder"], *named_files(target)]
    for path in paths:
        if not is_plain(path):
            raise refuse("PATH_UNSAFE", "leads out of the asset's folder", path[:200])
    if len({path.casefold() for path in listed}) < len(listed):  # Windows and macOS have one file for both
        raise refuse("MANIFEST_INVALID", "a path is listed twice", "files")


def _check_target(manifest: Json, target: Json, where: str) -> None:
    listed = {entry["path"] for entry in manifest["files"]}
    for file in named_files(target):
        if file not in listed:
            raise refuse("FILE_UNLISTED", f"{where} names it, but the list of files does not", file)
    for lods in (target["lods"], (target.get("fbx") or {}).get("lods", [])):
        levels = [entry["level"] for entry in lods]
        if levels != list(range(len(levels))) or len(levels) > len(manifest["lods"]):
            raise refuse("MANIFEST_INVALID", "its levels are not the first of the asset's", f"{where}.lods")
    bones = {bone["name"] for bone in (manifest.get("skeleton") or {"bones": []})["bones"]}
    if not set(target.get("bone_names") or ()) <= bones:
        raise refuse("MANIFEST_INVALID", "names bones that the skeleton does not have", f"{where}.bone_names")


def _check_skeleton(skeleton: Json) -> None:
    known: set[str] = set()
    for bone in skeleton["bones"]:
        parent = bone.get("parent")
        if bone["name"] in known or (parent is not None and parent not in known):
            what = f"{bone['name']!r} is there twice, or its parent is no earlier bone"
            raise refuse("MANIFEST_INVALID", what, "skeleton.bones")
        known.add(bone["name"])
    if not set((skeleton.get("humanoid") or {}).values()) <= known:
        raise refuse("MANIFEST_INVALID", "names bones that are not there", "skeleton.humanoid")
