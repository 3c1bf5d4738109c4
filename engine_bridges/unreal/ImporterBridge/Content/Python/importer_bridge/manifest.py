"""A manifest's text to records: the version first, then what the bridge uses of it, with right types."""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any, Callable

from .notes import Note, refuse, wait
from .paths import is_plain
from .records import Box, FileEntry, Level, Manifest, Material, Texture, Vector

LARGEST = 16 * 2**20

# glTF extensions that Interchange reads and that a file may require.
READABLE = frozenset(
    [
        "KHR_texture_transform",
        "KHR_lights_punctual",
        "KHR_materials_unlit",
        "KHR_materials_ior",
        "KHR_materials_specular",
    ]
)


class _Value:
    """A part of the manifest that knows where it stands."""

    def __init__(self, value: Any, where: str) -> None:
        self.value, self.where = value, where

    def of(self, kind: tuple[type, ...], what: str) -> Any:
        if not isinstance(self.value, kind) or (isinstance(self.value, bool) and bool not in kind):
            raise refuse("MANIFEST_INVALID", f"must be {what}, not {str(self.value)[:40]!r}", self.where)
        return self.value

    def get(self, key: str) -> _Value:
        return _Value(self.of((dict,), "an object").get(key), f"{self.where}.{key}".lstrip("."))

    def has(self, key: str) -> bool:
        return self.of((dict,), "an object").get(key) is not None

    def items(self) -> list[_Value]:
        return [_Value(item, f"{self.where}[{i}]") for i, item in enumerate(self.of((list,), "a list"))]

    def text(self) -> str:
        return self.of((str,), "a text")

    def number(self) -> float:
        value = float(self.of((int, float), "a number"))
        if not math.isfinite(value):
            raise refuse("MANIFEST_INVALID", "must be finite", self.where)
        return value

    def whole(self) -> int:
        return self.of((int,), "a whole number")

    def vector(self) -> Vector:
        items = [item.number() for item in self.items()]
        if len(items) != 3:
            raise refuse("MANIFEST_INVALID", f"must have three numbers, not {len(items)}", self.where)
        return (items[0], items[1], items[2])


def read_manifest(data: bytes, target: str, form: str) -> Manifest:
    """Read the manifest's bytes for one target and one format.

    Parameters
    ----------
    target : str
        Key of ``targets``, e.g. ``unreal``.
    form : str
        ``glb`` or ``fbx``.

    Raises
    ------
    Refused
        The codes of docs/bridges.md, "Is the folder whole?".
    """
    root = _Value(_json(data), "")
    version = _version(root)
    targets = root.get("targets")
    if not targets.has(target):
        there = ", ".join(sorted(targets.of((dict,), "an object"))) or "none"
        fix = f"Add {target} to export.targets in the profile, and publish the asset again."
        raise refuse("TARGET_MISSING", f"the asset was not published for {target}, but for: {there}", "targets", fix)
    entry = targets.get(target)
    source = _source(entry, form)
    textures = tuple(_texture(item) for item in entry.get("textures").items())
    hulls = [item.get("file").text() for item in source.get("collision").items()]
    if form == "fbx" and not hulls:
        hulls = [item.get("file").text() for item in entry.get("collision").items()]
    levels = _levels(root, source)
    named = list(dict.fromkeys([*(level.file for level in levels), *hulls, *(texture.file for texture in textures)]))
    return Manifest(
        name=root.get("asset").get("name").text(),
        kind=root.get("asset").get("kind").text(),
        version=version,
        sha256=hashlib.sha256(data).hexdigest(),
        target=target,
        format=form,
        folder=entry.get("folder").text(),
        levels=levels,
        hulls=len(hulls),
        materials=tuple(_material(item) for item in entry.get("materials").items()),
        textures=textures,
        bones=_bones(root, entry),
        box=_box(entry.get("in_engine")),
        meters_per_unit=entry.get("in_engine").get("frame").get("meters_per_unit").number(),
        files=_files(root, named),
    )


def _json(data: bytes) -> Any:
    if len(data) > LARGEST:
        raise wait("MANIFEST_INVALID", f"the manifest has {len(data)} bytes; {LARGEST} are allowed")
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise wait("MANIFEST_INVALID", f"the manifest is no JSON in UTF-8 ({str(error)[:100]})") from None
    if not isinstance(value, dict):
        raise wait("MANIFEST_INVALID", "the manifest is no JSON object")
    return value


def _version(root: _Value) -> str:
    found = root.get("schema_version").value
    known = re.fullmatch(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})", found) if isinstance(found, str) else None
    if known and int(known[1]) > 1:
        what = f"the manifest has version {found}, from a newer importer; this bridge reads 1.x"
        raise refuse("SCHEMA_NEWER", what, "schema_version", "Update the plugin.")
    if not known or int(known[1]) < 1:
        what = f"the manifest has version {str(found)[:20]!r}; this bridge reads 1.x"
        raise refuse("SCHEMA_UNKNOWN", what, "schema_version", "Publish the asset again with a newer importer.")
    return str(found)


def _source(entry: _Value, form: str) -> _Value:
    if form == "glb":
        return entry
    if not entry.has("fbx"):
        fix = "Set export.formats to [glb, fbx] in the profile, or format to glb in Config/ImporterBridge.json."
        raise refuse("FORMAT_UNREADABLE", "the asset was published without an FBX file", entry.where, fix)
    return entry.get("fbx")


def _levels(root: _Value, source: _Value) -> tuple[Level, ...]:
    known = root.get("lods").items()
    items = source.get("lods").items()
    if not items or len(items) > len(known):
        raise refuse("MANIFEST_INVALID", "its levels are not the first of the asset's", source.get("lods").where)
    levels = []
    for i, (item, about) in enumerate(zip(items, known)):
        if item.get("level").whole() != i or about.get("level").whole() != i:
            raise refuse("MANIFEST_INVALID", "levels must count up from 0 without a gap", item.where)
        triangles, screen_size = about.get("triangles").whole(), about.get("screen_size").number()
        levels.append(Level(item.get("file").text(), item.get("node").text(), triangles, screen_size))
    return tuple(levels)


def _texture(item: _Value) -> Texture:
    space = item.get("color_space").text()
    if space not in ("srgb", "linear"):
        raise refuse("MANIFEST_INVALID", f"must be srgb or linear, not {space[:40]!r}", item.get("color_space").where)
    convention = item.get("normal_convention").text() if item.has("normal_convention") else None
    if convention not in (None, "opengl", "directx"):
        where = item.get("normal_convention").where
        raise refuse("MANIFEST_INVALID", f"must be opengl or directx, not {convention[:40]!r}", where)
    sides = [item.get(key).whole() for key in ("width", "height") if item.has(key)]
    return Texture(
        file=item.get("file").text(),
        slot=item.get("slot").text(),
        srgb=space == "srgb",
        green_down=None if convention is None else convention == "directx",
        longer_side=max(sides) if len(sides) == 2 else None,
    )


def _material(item: _Value) -> Material:
    textures = item.get("textures")
    return Material(
        item.get("name").text(), {slot: textures.get(slot).text() for slot in textures.of((dict,), "an object")}
    )


def _bones(root: _Value, entry: _Value) -> tuple[str, ...]:
    if not root.has("skeleton"):
        return ()
    names: dict[str, str] = entry.get("bone_names").of((dict,), "an object") if entry.has("bone_names") else {}
    bones = [bone.get("name").text() for bone in root.get("skeleton").get("bones").items()]
    return tuple(names.get(bone, bone) for bone in bones)


def _box(item: _Value) -> Box:
    unit = item.get("frame").get("meters_per_unit").number()
    if unit <= 0:
        raise refuse("MANIFEST_INVALID", "must be above 0", item.get("frame").get("meters_per_unit").where)
    scaled: Callable[[str], Vector] = lambda key: _times(item.get(key).vector(), unit)  # noqa: E731
    return Box(scaled("min"), scaled("max"), scaled("centroid"))


def _times(vector: Vector, factor: float) -> Vector:
    return (vector[0] * factor, vector[1] * factor, vector[2] * factor)


def _files(root: _Value, named: list[str]) -> tuple[FileEntry, ...]:
    for path in named:
        if not is_plain(path):
            raise refuse("PATH_UNSAFE", "leads out of the asset's folder", path[:200])
    listed = {item.get("path").text(): item for item in root.get("files").items()}
    entries = []
    for path in named:
        if path not in listed:
            raise refuse("FILE_UNLISTED", "the target names it, but the list of files does not", path)
        entries.append(_file(listed[path]))
    return tuple(entries)


def _file(item: _Value) -> FileEntry:
    path, digest = item.get("path").text(), item.get("sha256").text()
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise refuse("MANIFEST_INVALID", "must be a SHA-256", item.get("sha256").where)
    requires = tuple(entry.text() for entry in item.get("requires").items()) if item.has("requires") else ()
    unknown = sorted(set(requires) - READABLE)
    if unknown:
        fix = "Publish the asset again without this compression: see export in the profile."
        raise refuse("EXTENSION_UNSUPPORTED", f"Unreal cannot read {', '.join(unknown)}", path, fix)
    return FileEntry(path, digest, item.get("bytes").whole(), requires)


def newer_note(manifest: Manifest) -> Note | None:
    """Return the warning about a minor version above the known one."""
    if not manifest.is_newer:
        return None
    what = f"the manifest has version {manifest.version}; this bridge knows 1.0 and ignores what was added"
    return Note("MANIFEST_NEWER", what, "schema_version", "Update the plugin.")
