"""What a GLB file draws: every triangle primitive of every node, with its material, images and skin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from importer.records import Finding
from importer.verify.accessors import Buffers, data_uri
from importer.verify.container import Broken, integer, item, numbers, open_container, value
from importer.verify.drawn import Scene, Shape, Surface, placed, posed
from importer.verify.nodes import Drawing, Tree, read_tree
from importer.verify.primitive import read_primitive
from importer.verify.skin import read_skin

_MOST_VERTICES = 20_000_000
_SLOTS = ("base_color", "metallic_roughness", "normal", "occlusion", "emissive")
# Images that need an extension, the likelier one first: what a reader with the extension would show.
_IMAGE_EXTENSIONS = ("KHR_texture_basisu", "EXT_texture_webp")

__all__ = ["Scene", "Shape", "Surface", "read_scene"]


def read_scene(data: bytes, file: str) -> tuple[Scene | None, list[Finding]]:
    """Read a GLB file; nothing in it can raise. The scene is None if its outer layers are damaged."""
    findings: list[Finding] = []
    try:
        document, binary = open_container(data, file)
        buffers = Buffers(document, binary, file)
        images = tuple(_each(document, "images", file, lambda i: _image(buffers, i), b"", findings))
        surfaces = tuple(_each(document, "materials", file, lambda i: _surface(document, i, file), _PLAIN, findings))
        tree = read_tree(document, file)
        unbound: list[str] = []
        shapes = tuple(_shapes(tree, buffers, surfaces, unbound, findings))
    except Broken as broken:
        return None, [*findings, broken.finding]
    return Scene(file, shapes, surfaces, images, tuple(unbound)), findings


_PLAIN = Surface("", {}, False, False)


def _each(
    document: dict[str, Any], key: str, where: str, read: Callable[[int], Any], instead: Any, findings: list[Finding]
) -> Iterator[Any]:
    for index in range(len(value(document, key, list, where, []))):
        try:
            yield read(index)
        except Broken as broken:
            findings.append(broken.finding)
            yield instead


def _image(buffers: Buffers, index: int) -> bytes:
    where = f"{buffers.where}: images[{index}]"
    entry = item(buffers.document, "images", index, buffers.where)
    if "uri" in entry:
        return data_uri(value(entry, "uri", str, where), where)
    return bytes(buffers.view(integer(entry, "bufferView", where))[0])


def _surface(document: dict[str, Any], index: int, file: str) -> Surface:
    where = f"{file}: materials[{index}]"
    entry = item(document, "materials", index, file)
    pbr = value(entry, "pbrMetallicRoughness", dict, where, {})
    owners = (pbr, pbr, entry, entry, entry)
    keys = ("baseColorTexture", "metallicRoughnessTexture", "normalTexture", "occlusionTexture", "emissiveTexture")
    images, repeats = {}, False
    for slot, owner, key in zip(_SLOTS, owners, keys, strict=True):
        if key not in owner:
            continue
        texture = item(document, "textures", integer(value(owner, key, dict, where), "index", where), where)
        source = _source(texture, where)
        if source is None:
            continue  # only an unknown extension's image
        images[slot] = source
        item(document, "images", source, where)
        sampler = item(document, "samplers", integer(texture, "sampler", where), where) if "sampler" in texture else {}
        repeats |= any(sampler.get(wrap, 10497) != 33071 for wrap in ("wrapS", "wrapT"))
    red, green, blue, _ = numbers(pbr, "baseColorFactor", 4, where, [1, 1, 1, 1])
    name, double_sided = value(entry, "name", str, where, ""), entry.get("doubleSided") is True
    return Surface(name, images, repeats, double_sided, (red, green, blue))


def _source(texture: dict[str, Any], where: str) -> int | None:
    extensions = value(texture, "extensions", dict, where, {})
    for name in _IMAGE_EXTENSIONS:
        if name in extensions:
            return integer(value(extensions, name, dict, where), "source", where)
    return integer(texture, "source", where) if "source" in texture else None


def _shapes(
    tree: Tree, buffers: Buffers, surfaces: tuple[Surface, ...], unbound: list[str], findings: list[Finding]
) -> Iterator[Shape]:
    read: dict[tuple[int, int], Shape | None] = {}
    total = 0
    for drawing in tree.drawings:
        file = buffers.where
        primitives = value(item(buffers.document, "meshes", drawing.mesh, file), "primitives", list, file)
        for number in range(len(primitives)):
            at = (drawing.mesh, number)
            if at not in read:
                read[at] = _guarded(buffers, surfaces, primitives[number], at, findings)
            shape = read[at]
            if shape is None:
                continue
            total += len(shape.positions)
            if total > _MOST_VERTICES:
                raise Broken("TOO_LARGE", file, f"draws more than {_MOST_VERTICES} vertices", "Split the file.")
            yield _drawn(shape, drawing, tree, buffers, primitives[number], unbound)


def _drawn(
    shape: Shape, drawing: Drawing, tree: Tree, buffers: Buffers, primitive: dict[str, Any], unbound: list[str]
) -> Shape:
    """Return the shape in world space: where its node puts it, or where its skin does."""
    name = drawing.name or f"nodes/meshes[{drawing.mesh}]"
    shape = replace(shape, node=name, level=drawing.level)
    if drawing.skin is None:
        return placed(shape, drawing.matrix)
    skin = read_skin(tree, buffers, drawing.skin, primitive, len(shape.positions))
    if skin is None:
        unbound.append(shape.where)
        return shape
    return posed(replace(shape, skin=skin))


def _guarded(
    buffers: Buffers, surfaces: tuple[Surface, ...], primitive: Any, at: tuple[int, int], findings: list[Finding]
) -> Shape | None:
    try:
        return read_primitive(buffers, surfaces, primitive, f"{buffers.where}: meshes[{at[0]}].primitives[{at[1]}]")
    except Broken as broken:
        found = broken.finding
        findings.append(replace(found, severity="warning") if found.code in ("COMPRESSED", "NOT_TRIANGLES") else found)
        return None
