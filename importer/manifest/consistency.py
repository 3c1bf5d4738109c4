"""What must hold between the parts of a manifest, and JSON Schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise

from importer.export.manifest_schema import Manifest, Skeleton, TargetEntry
from importer.manifest.fault import Fault
from importer.manifest.humanoid import REQUIRED, ROLES
from importer.manifest.paths import is_safe

_AGAIN = "Publish the asset again."


def inconsistencies(manifest: Manifest, where: str) -> Iterator[Fault]:
    """Yield what contradicts itself; `where` is the manifest's file name."""
    yield from _paths(manifest, where)
    yield from _levels(manifest, where)
    for name, target in sorted(manifest.targets.items()):
        yield from _target(manifest, target, f"{where}: targets.{name}")
    if manifest.skeleton is not None:
        yield from _skeleton(manifest.skeleton, f"{where}: skeleton")


def named_files(target: TargetEntry) -> tuple[str, ...]:
    """Return every file that a target names, in order, each once."""
    fbx = target.fbx
    entries = chain(
        *(target.lods, target.collision, target.textures),
        *((fbx.lods, fbx.collision, (fbx,)) if fbx else ()),
    )
    slots = (file for material in target.materials for file in material.textures.values())
    return tuple(dict.fromkeys([*(entry.file for entry in entries), *slots]))


def _paths(manifest: Manifest, where: str) -> Iterator[Fault]:
    named = chain.from_iterable(named_files(target) for target in manifest.targets.values())
    folders = (target.folder for target in manifest.targets.values())
    for path in dict.fromkeys([*(entry.path for entry in manifest.files), *named, *folders]):
        if not is_safe(path):
            yield Fault("PATH_UNSAFE", where, f"{path[:200]!r} leads out of the asset's folder", _AGAIN)
    seen: set[str] = set()
    for entry in manifest.files:
        if entry.path.casefold() in seen:  # Windows and macOS have one file for both
            yield Fault("MANIFEST_INVALID", f"{where}: files", f"{entry.path!r} is listed twice", _AGAIN)
        seen.add(entry.path.casefold())


def _levels(manifest: Manifest, where: str) -> Iterator[Fault]:
    where = f"{where}: lods"
    if [entry.level for entry in manifest.lods] != list(range(len(manifest.lods))):
        yield Fault("MANIFEST_INVALID", where, "levels must count up from 0 without a gap", _AGAIN)
    sizes = [entry.screen_size for entry in manifest.lods]
    if any(later >= size for size, later in pairwise(sizes)):
        yield Fault("MANIFEST_INVALID", where, "screen sizes must fall from level to level", _AGAIN)


def _target(manifest: Manifest, target: TargetEntry, where: str) -> Iterator[Fault]:
    listed = {entry.path for entry in manifest.files}
    for file in named_files(target):
        if file not in listed:
            what = f"{where.split(': ')[1]} names it, but the list of files does not"
            yield Fault("FILE_UNLISTED", file, what, _AGAIN)
    for lods in (target.lods, target.fbx.lods if target.fbx else ()):
        levels = [entry.level for entry in lods]
        if levels != list(range(len(levels))) or len(levels) > len(manifest.lods):
            yield Fault("MANIFEST_INVALID", f"{where}.lods", "its levels are not the first of the asset's", _AGAIN)
    bones = {bone.name for bone in manifest.skeleton.bones} if manifest.skeleton else set()
    for bone in sorted(set(target.bone_names or ()) - bones):
        yield Fault("MANIFEST_INVALID", f"{where}.bone_names", f"the skeleton has no bone {bone!r}", _AGAIN)


def _skeleton(skeleton: Skeleton, where: str) -> Iterator[Fault]:
    known: set[str] = set()
    for bone in skeleton.bones:
        if bone.name in known:
            yield Fault("MANIFEST_INVALID", f"{where}.bones", f"two bones are called {bone.name!r}", _AGAIN)
        if bone.parent is not None and bone.parent not in known:
            what = f"the parent {bone.parent!r} of {bone.name!r} is no earlier bone"
            yield Fault("MANIFEST_INVALID", f"{where}.bones", what, _AGAIN)
        known.add(bone.name)
    if skeleton.humanoid is None:
        return
    where = f"{where}.humanoid"
    for role, name in sorted(skeleton.humanoid.items()):
        if role not in ROLES:
            yield Fault("MANIFEST_INVALID", where, f"{role!r} is no name of Unity's HumanBodyBones", _AGAIN)
        if name not in known:
            yield Fault("MANIFEST_INVALID", where, f"{role} is {name!r}, which is no bone", _AGAIN)
    if len(set(skeleton.humanoid.values())) < len(skeleton.humanoid):
        yield Fault("MANIFEST_INVALID", where, "one bone has two roles", _AGAIN)
    missing = [role for role in REQUIRED if role not in skeleton.humanoid]
    if missing:
        yield Fault("MANIFEST_INVALID", where, f"a humanoid needs {', '.join(missing)} too", _AGAIN)
