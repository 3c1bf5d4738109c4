"""The export stage: an asset's files for every target, in memory."""

from __future__ import annotations

from dataclasses import dataclass

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
        The name is no plain file name.
    """
    images = _Images(maps)
    files: dict[str, bytes] = {}
    for target in wanted.targets:
        layout = flavour(target, name, len(lods.meshes), len(collision.hulls))
        for path in layout.meshes:
            files[path] = _glb(path, layout, lods, collision, images)
        for texture in layout.textures:
            files[texture.file] = images.packed(texture)
    return Files(files)


def _glb(path: str, layout: Flavour, lods: Lods, collision: Collision, images: _Images) -> bytes:
    parts = [
        Part(entry.node, lods.meshes[entry.level], {"lod": entry.level, "screen_size": lods.screen_sizes[entry.level]})
        for entry in layout.lods
        if entry.file == path
    ]
    parts += [
        Part(entry.node, hull)
        for entry, hull in zip(layout.collision, collision.hulls, strict=True)
        if entry.file == path
    ]
    bare = path in layout.bare
    material = Material(layout.material) if bare else images.material(layout.material)
    stem = path.rsplit("/", 1)[1].removesuffix(".glb")
    return write_glb(stem, parts, material, layout.root if any(entry.file == path for entry in layout.lods) else None)


@dataclass
class _Images:
    """The encoded maps; each distinct one is encoded once."""

    maps: Maps

    def __post_init__(self) -> None:
        self._encoded: dict[str, bytes] = {}

    def material(self, name: str) -> Material:
        return Material(name, self._png("base_color"), self._png("normal:opengl"), self._png("orm"))

    def packed(self, texture: Texture) -> bytes:
        return self._png(f"normal:{texture.normal_convention}" if texture.slot == "normal" else texture.slot)

    def _png(self, what: str) -> bytes:
        if what not in self._encoded:
            self._encoded[what] = packing.encode_png(self._pixels(what))
        return self._encoded[what]

    def _pixels(self, what: str) -> U8:
        match what:
            case "base_color":
                return self.maps.base_color
            case "normal:opengl":
                return self.maps.normal
            case "normal:directx":
                return packing.flip_green(self.maps.normal)
            case "mask":
                return packing.mask_map(self.maps.orm)
            case _:
                return self.maps.orm
