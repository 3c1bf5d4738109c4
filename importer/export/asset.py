"""The export stage: an asset's files for every target, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from importer.export.fbx.targets import fbx_files
from importer.export.flavour import Flavour, flavour
from importer.export.glb import Part, write_glb
from importer.export.gltf.document import write_gltf
from importer.export.gltf.scene import Geometry, Material, Node, Scene
from importer.export.images import EMBEDDED, encode_maps
from importer.export.manifest_schema import Texture
from importer.profile.schema import Export
from importer.records import Collision, Files, Lods, Maps


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
        The name is no plain file name, or the mesh is not finite, or meshoptimizer is needed and not installed.
    """
    layouts = [flavour(target, name, len(lods.meshes), len(collision.hulls)) for target in wanted.targets]
    suffix = "" if wanted.web_textures == "png" else f".{wanted.web_textures}"
    kinds = [_kind(texture) for layout in layouts for texture in layout.textures]
    for layout in layouts:
        kinds += [kind + (suffix if layout.target == "web" else "") for kind in EMBEDDED]
    images = encode_maps(maps, kinds)
    files: dict[str, bytes] = {}
    for layout in layouts:
        writer = _Writer(layout, lods, collision, images)
        for path in layout.meshes:
            files[path] = writer.web(path, suffix, wanted.web_geometry) if layout.target == "web" else writer.glb(path)
        if "fbx" in wanted.formats:
            files |= fbx_files(layout, lods, collision)
        for texture in layout.textures:
            files[texture.file] = images[_kind(texture)]
    return Files(files)


@dataclass(frozen=True)
class _Writer:
    layout: Flavour
    lods: Lods
    collision: Collision
    images: Mapping[str, bytes]

    def glb(self, path: str) -> bytes:
        """Plain glTF; the levels that lie in this file stand side by side."""
        levels = [entry for entry in self.layout.lods if entry.file == path]
        parts = [Part(entry.node, self.lods.meshes[entry.level], self._extras(entry.level)) for entry in levels]
        parts += self._hulls(path)
        bare = not levels or path in self.layout.bare
        material = Material(self.layout.material) if bare else self._material("")
        return write_glb(_scene(path), parts, material, self.layout.root if levels else None)

    def web(self, path: str, suffix: str, geometry: Geometry) -> bytes:
        """All levels in one file, of which a viewer draws one (MSFT_lod)."""
        levels = [entry for entry in self.layout.lods if entry.file == path]
        if not levels:
            return self.glb(path)  # a hull is too small to gain
        nodes = [Node(entry.node, self.lods.meshes[entry.level], extras=self._extras(entry.level)) for entry in levels]
        coarser = tuple(range(1, len(nodes)))
        finest = Node(
            nodes[0].name,
            nodes[0].mesh,
            levels=coarser,
            screen_sizes=tuple(float(size) for size in self.lods.screen_sizes[1:]),
            extras=nodes[0].extras,
        )
        return write_gltf(Scene(_scene(path), (finest, *nodes[1:]), (self._material(suffix),)), geometry)

    def _extras(self, level: int) -> dict[str, float]:
        return {"lod": level, "screen_size": self.lods.screen_sizes[level]}

    def _hulls(self, path: str) -> list[Part]:
        hulls = zip(self.layout.collision, self.collision.hulls, strict=True)
        return [Part(entry.node, hull) for entry, hull in hulls if entry.file == path]

    def _material(self, suffix: str) -> Material:
        return Material(self.layout.material, *(self.images[kind + suffix] for kind in EMBEDDED))


def _scene(path: str) -> str:
    return path.rsplit("/", 1)[1].removesuffix(".glb")


def _kind(texture: Texture) -> str:
    return f"normal:{texture.normal_convention}" if texture.slot == "normal" else texture.slot
