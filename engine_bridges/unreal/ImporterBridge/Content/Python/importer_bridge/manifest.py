"""A manifest's text to records: the version first, then the structure, then what the target wants."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from .consistency import Json, check_consistency, named_files
from .notes import Note, refuse, wait
from .records import Box, FileEntry, Level, Manifest, Material, Texture, scaled
from .schema import first_fault, manifest_schema

LARGEST = 64 * 2**20

# glTF extensions that Interchange reads and that a file may require.
READABLE = frozenset(["KHR_texture_transform", "KHR_materials_unlit", "KHR_materials_ior", "KHR_materials_specular"])


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
    value = _json(data)
    _check_version(value)
    fault = first_fault(value, manifest_schema())
    if fault:
        raise refuse("MANIFEST_INVALID", fault[1], fault[0])
    check_consistency(value)
    if target not in value["targets"]:
        there = ", ".join(sorted(value["targets"])) or "none"
        fix = f"Add {target} to export.targets in the profile, and publish the asset again."
        raise refuse("TARGET_MISSING", f"the asset was not published for {target}, but for: {there}", "targets", fix)
    return _record(value, target, form, hashlib.sha256(data).hexdigest())


def _json(data: bytes) -> Json:
    if len(data) > LARGEST:
        raise refuse("MANIFEST_INVALID", f"the manifest is larger than {LARGEST // 2**20} MiB")
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise wait("MANIFEST_NOT_JSON", f"the manifest is no JSON in UTF-8 ({str(error)[:100]})") from None
    if not isinstance(value, dict):
        raise refuse("MANIFEST_INVALID", "the manifest is no JSON object")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _check_version(value: Json) -> None:
    found = value.get("schema_version")
    known = re.fullmatch(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})", found) if isinstance(found, str) else None
    if known is None:
        what = f"{str(found)[:20]!r} is no version such as '1.0'"
        raise refuse("MANIFEST_INVALID", what, "schema_version")
    if int(known[1]) > 1:
        what = f"the manifest has version {found}, from a newer importer; this bridge reads 1.x"
        raise refuse("SCHEMA_VERSION", what, "schema_version", "Update the plugin.")
    if int(known[1]) < 1:
        what = f"the manifest has version {found}, from an older importer; this bridge reads 1.x"
        raise refuse("SCHEMA_VERSION", what, "schema_version", "Publish the asset again with this importer.")


def _record(value: Json, target: str, form: str, digest: str) -> Manifest:
    entry = value["targets"][target]
    source = _source(entry, form, target)
    hulls = source["collision"] or entry["collision"]
    textures = tuple(_texture(item) for item in entry["textures"])
    levels = tuple(
        Level(item["file"], item["node"], about["triangles"], about["screen_size"])
        for item, about in zip(source["lods"], value["lods"])
    )
    wanted = {item["file"] for item in [*source["lods"], *hulls, *entry["textures"]]}
    unit = entry["in_engine"]["frame"]["meters_per_unit"]
    low, high, centroid = (scaled(entry["in_engine"][key], unit) for key in ("min", "max", "centroid"))
    return Manifest(
        name=value["asset"]["name"],
        kind=value["asset"]["kind"],
        version=value["schema_version"],
        sha256=digest,
        target=target,
        format=form,
        folder=entry["folder"],
        levels=levels,
        hulls=len(hulls),
        materials=tuple(_material(item, textures) for item in entry["materials"]),
        textures=textures,
        bones=_bones(value, entry),
        box=Box(low, high, centroid),
        meters_per_unit=unit,
        named=tuple(_file(value, path) for path in named_files(entry)),
        wanted=frozenset(wanted),
    )


def _source(entry: Json, form: str, target: str) -> Json:
    if form == "glb":
        return entry
    if not entry.get("fbx"):
        fix = "Set export.formats to [glb, fbx] in the profile, or format to glb in Config/ImporterBridge.json."
        raise refuse("FORMAT_UNREADABLE", "the asset was published without an FBX file", f"targets.{target}", fix)
    return entry["fbx"]


def _texture(item: Json) -> Texture:
    convention = item.get("normal_convention")
    sides = [item[key] for key in ("width", "height") if item.get(key) is not None]
    return Texture(
        file=item["file"],
        slot=item["slot"],
        srgb=item["color_space"] == "srgb",
        green_down=None if convention is None else convention == "directx",
        longer_side=max(sides) if len(sides) == 2 else None,
    )


def _material(item: Json, textures: tuple[Texture, ...]) -> Material:
    files = {texture.file for texture in textures}
    return Material(item["name"], {slot: file for slot, file in item["textures"].items() if file in files})


def _bones(value: Json, entry: Json) -> tuple[str, ...]:
    skeleton: dict[str, Any] = value.get("skeleton") or {"bones": []}
    names: dict[str, str] = entry.get("bone_names") or {}
    bones: list[str] = [bone["name"] for bone in skeleton["bones"]]
    return tuple(names.get(bone, bone) for bone in bones)


def _file(value: Json, path: str) -> FileEntry:
    item = next(entry for entry in value["files"] if entry["path"] == path)
    unknown = sorted(set(item.get("requires") or ()) - READABLE)
    if unknown:
        fix = "Publish the asset again without this compression: see export in the profile."
        raise refuse("EXTENSION_UNSUPPORTED", f"Unreal cannot read {', '.join(unknown)}", path, fix)
    return FileEntry(path, item["sha256"], item["bytes"])


def newer_note(manifest: Manifest) -> Note | None:
    """Return the warning about a minor version above the known one."""
    if not manifest.is_newer:
        return None
    what = f"the manifest has version {manifest.version}; this bridge knows 1.0 and ignores what was added"
    return Note("MANIFEST_NEWER", what, "schema_version", "Update the plugin.")
