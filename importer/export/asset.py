"""The export stage: an asset's files for every target, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from importer.export.fbx.targets import fbx_files
from importer.export.flavour import Flavour, flavour
from importer.export.glb import Material, Part, write_glb
from importer.export.manifest_schema import Texture
from importer.profile.schema import Export
from importer.records import U8, Collision, Files, Lods, Maps
from importer.texture import packing


def export(name: str, lods: Lods, maps: Maps, collision: Collision, wanted: Export) -> Files:
    """Write meshes and textures for every target.

    Parameters
    ----------
    name : str
        The asset's name, a plain file name.
    lods, maps, collision
        What the stages before made; metres, +Y up, front +Z.
    wanted : Export
        The profile's section: which targets.

    Returns
    -------
    Files
        ``<target>/...`` for each target, see docs/manifest.md. The manifest is a step of its own, after the checks.

    Raises
    ------
    ImporterError
        The name is no plain file name, or the mesh is not finite.
    """
    layouts = [flavour(target, name, len(lods.meshes), len(collision.hulls)) for target in wanted.targets]
    images = _encode(maps, layouts)
    files: dict[str, bytes] = {}
    for layout in layouts:
        for path in layout.meshes:
            files[path] = _glb(path, layout, lods, collision, images)
        if "fbx" in wanted.formats:
            files |= fbx_files(layout, lods, collision)
        for texture in layout.textures:
            files[texture.file] = images[_kind(texture)]
    return Files(files)


def _glb(path: str, layout: Flavour, lods: Lods, collision: Collision, images: Mapping[str, bytes]) -> bytes:
    levels = [entry for entry in layout.lods if entry.file == path]
    parts = [
        Part(entry.node, lods.meshes[entry.level], {"lod": entry.level, "screen_size": lods.screen_sizes[entry.level]})
        for entry in levels
    ]
    hulls = zip(layout.collision, collision.hulls, strict=True)
    parts += [Part(entry.node, hull) for entry, hull in hulls if entry.file == path]
    material = Material(layout.material)
    if path not in layout.bare:
        material = Material(layout.material, images["base_color"], images["normal:opengl"], images["orm"])
    scene = path.rsplit("/", 1)[1].removesuffix(".glb")
    return write_glb(scene, parts, material, layout.root if levels else None)


def _encode(maps: Maps, layouts: Sequence[Flavour]) -> dict[str, bytes]:
    """Return the PNG of each distinct map that is needed; OpenCV encodes without the GIL."""
    embedded = {"base_color", "normal:opengl", "orm"}
    kinds = sorted(embedded | {_kind(texture) for layout in layouts for texture in layout.textures})
    with ThreadPoolExecutor() as pool:
        return dict(zip(kinds, pool.map(lambda kind: packing.encode_png(_pixels(maps, kind)), kinds), strict=True))


def _kind(texture: Texture) -> str:
    return f"normal:{texture.normal_convention}" if texture.slot == "normal" else texture.slot


def _pixels(maps: Maps, kind: str) -> U8:
    match kind:
        case "base_color":
            return maps.base_color
        case "normal:opengl":
            return maps.normal
        case "normal:directx":
            return packing.flip_green(maps.normal)
        case "mask":
            return packing.mask_map(maps.orm)
        case _:
            return maps.orm
