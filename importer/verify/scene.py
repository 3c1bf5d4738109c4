"""What a GLB file draws: every triangle primitive of every node, in world space, with its material and images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from importer.records import F64, I32, Finding
from importer.verify.accessors import Buffers, data_uri
from importer.verify.container import Broken, integer, item, numbers, open_container, value

_MOST_VERTICES = 20_000_000
_SLOTS = ("base_color", "metallic_roughness", "normal", "occlusion", "emissive")


@dataclass(frozen=True)
class Surface:
    """A material: image index of each slot that has one, and whether a texture repeats outside 0..1."""

    name: str
    images: dict[str, int]
    repeats: bool
    double_sided: bool


@dataclass(frozen=True)
class Shape:
    """One triangle primitive as one node draws it, in metres, +Y up.

    ``positions``, ``normals`` (n, 3), ``tangents`` (n, 4), ``uv`` (n, 2); what the file lacks is None.
    ``matrix`` (4, 4) is the node's world transform, already applied.
    """

    file: str
    node: str
    positions: F64
    normals: F64 | None
    tangents: F64 | None
    uv: F64 | None
    faces: I32
    surface: Surface | None
    matrix: F64

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.file}: node {self.node!r}"


@dataclass(frozen=True)
class Scene:
    """A GLB file as drawn."""

    file: str
    shapes: tuple[Shape, ...]
    surfaces: tuple[Surface, ...]
    images: tuple[bytes, ...]  # encoded; empty where it could not be read


def read_scene(data: bytes, file: str) -> tuple[Scene | None, list[Finding]]:
    """Read a GLB file; nothing in it can raise. The scene is None if its outer layers are damaged."""
    findings: list[Finding] = []
    try:
        document, binary = open_container(data, file)
        buffers = Buffers(document, binary, file)
        images = tuple(_each(document, "images", file, lambda i: _image(buffers, i), b"", findings))
        surfaces = tuple(_each(document, "materials", file, lambda i: _surface(document, i, file), _PLAIN, findings))
        shapes = tuple(_shapes(document, buffers, surfaces, file, findings))
    except Broken as broken:
        return None, [*findings, broken.finding]
    return Scene(file, shapes, surfaces, images), findings


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
        if "source" not in texture:
            continue  # only an extension's image
        images[slot] = integer(texture, "source", where)
        item(document, "images", images[slot], where)
        sampler = item(document, "samplers", integer(texture, "sampler", where), where) if "sampler" in texture else {}
        repeats |= any(sampler.get(wrap, 10497) != 33071 for wrap in ("wrapS", "wrapT"))
    return Surface(value(entry, "name", str, where, ""), images, repeats, entry.get("doubleSided") is True)


def _shapes(
    document: dict[str, Any], buffers: Buffers, surfaces: tuple[Surface, ...], file: str, findings: list[Finding]
) -> Iterator[Shape]:
    read: dict[tuple[int, int], Shape | None] = {}
    total = 0
    for node, matrix, mesh in _nodes(document, file):
        name = value(node, "name", str, file, "")
        primitives = value(item(document, "meshes", mesh, file), "primitives", list, f"{file}: meshes[{mesh}]")
        for number in range(len(primitives)):
            if (mesh, number) not in read:
                read[mesh, number] = _guarded(buffers, surfaces, primitives[number], (mesh, number), findings)
            shape = read[mesh, number]
            if shape is None:
                continue
            total += len(shape.positions)
            if total > _MOST_VERTICES:
                raise Broken("TOO_LARGE", file, f"draws more than {_MOST_VERTICES} vertices", "Split the file.")
            yield _placed(replace(shape, node=name or f"nodes/meshes[{mesh}]"), matrix)


def _guarded(
    buffers: Buffers, surfaces: tuple[Surface, ...], primitive: Any, at: tuple[int, int], findings: list[Finding]
) -> Shape | None:
    try:
        return _primitive(buffers, surfaces, primitive, f"{buffers.where}: meshes[{at[0]}].primitives[{at[1]}]")
    except Broken as broken:
        found = broken.finding
        findings.append(replace(found, severity="warning") if found.code in ("COMPRESSED", "NOT_TRIANGLES") else found)
        return None


def _nodes(document: dict[str, Any], file: str) -> Iterator[tuple[dict[str, Any], F64, int]]:
    """Walk the default scene from its roots; nodes without a mesh only pass their transform on."""
    scene = item(document, "scenes", integer(document, "scene", file, 0), file) if "scenes" in document else {}
    waiting = [(root, np.eye(4)) for root in reversed(value(scene, "nodes", list, file, []))]
    seen: set[int] = set()
    while waiting:
        index, parent = waiting.pop()
        if not isinstance(index, int) or isinstance(index, bool) or index < 0:
            raise Broken("GLTF_STRUCTURE", file, f"{index!r} is no index of a node")
        if index in seen:
            raise Broken("NODE_TREE", f"{file}: nodes[{index}]", "has two parents or is its own ancestor")
        seen.add(index)
        node = item(document, "nodes", index, file)
        where = f"{file}: nodes[{index}]"
        matrix = parent @ _local(node, where)
        if "mesh" in node:
            # The transform of a skinned node has no effect (glTF 2.0, 3.7.3.3).
            yield node, np.eye(4) if "skin" in node else matrix, integer(node, "mesh", where)
        waiting += [(child, matrix) for child in reversed(value(node, "children", list, where, []))]


def _local(node: dict[str, Any], where: str) -> F64:
    if "matrix" in node:
        return np.array(numbers(node, "matrix", 16, where, [])).reshape(4, 4).T
    x, y, z, w = numbers(node, "rotation", 4, where, [0, 0, 0, 1])
    length = np.sqrt(x * x + y * y + z * z + w * w)
    if not 0.5 < length < 2:
        raise Broken("GLTF_STRUCTURE", where, "'rotation' must be a unit quaternion")
    x, y, z, w = x / length, y / length, z / length, w / length
    matrix = np.eye(4)
    matrix[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    matrix[:3, :3] *= numbers(node, "scale", 3, where, [1, 1, 1])
    matrix[:3, 3] = numbers(node, "translation", 3, where, [0, 0, 0])
    return matrix


def _primitive(buffers: Buffers, surfaces: tuple[Surface, ...], primitive: Any, where: str) -> Shape:
    if not isinstance(primitive, dict):
        raise Broken("GLTF_STRUCTURE", where, "must be an object")
    if "KHR_draco_mesh_compression" in value(primitive, "extensions", dict, where, {}):
        raise Broken("COMPRESSED", where, "Draco compression cannot be checked here", "Check the file uncompressed.")
    attributes = value(primitive, "attributes", dict, where)
    arrays = {
        key: buffers.accessor(integer(attributes, key, where))
        for key in ("POSITION", "NORMAL", "TANGENT", "TEXCOORD_0")
        if key in attributes
    }
    if "POSITION" not in arrays:
        raise Broken("GLTF_STRUCTURE", where, "has no POSITION")
    count = len(arrays["POSITION"])
    for (key, array), width in zip(arrays.items(), (_WIDTH[key] for key in arrays), strict=True):
        if array.shape != (count, width):
            raise Broken("ATTRIBUTE_COUNT", where, f"{key} is {array.shape}, not {(count, width)}")
    floats = {key: array.astype(np.float64) for key, array in arrays.items()}
    material = integer(primitive, "material", where) if "material" in primitive else None
    if material is not None and material >= len(surfaces):
        raise Broken("GLTF_REFERENCE", where, f"materials[{material}] is referred to, but there are {len(surfaces)}")
    return Shape(
        file=buffers.where,
        node="",
        positions=floats["POSITION"],
        normals=floats.get("NORMAL"),
        tangents=floats.get("TANGENT"),
        uv=floats.get("TEXCOORD_0"),
        faces=_faces(buffers, primitive, count, where),
        surface=None if material is None else surfaces[material],
        matrix=np.eye(4),
    )


_WIDTH = {"POSITION": 3, "NORMAL": 3, "TANGENT": 4, "TEXCOORD_0": 2}


def _faces(buffers: Buffers, primitive: dict[str, Any], count: int, where: str) -> I32:
    if "indices" in primitive:
        order = buffers.accessor(integer(primitive, "indices", where))
        if order.dtype.kind != "u" or order.shape[1] != 1:
            raise Broken("GLTF_STRUCTURE", where, "indices must be unsigned whole numbers")
        order = order[:, 0].astype(np.int64)
        if len(order) and order.max() >= count:
            raise Broken("INDEX_RANGE", where, f"index {order.max()} with {count} vertices")
    else:
        order = np.arange(count)
    mode = integer(primitive, "mode", where, 4)
    if mode == 4 and len(order) % 3 == 0 and len(order):
        return order.reshape(-1, 3).astype(np.int32)
    if mode in (5, 6) and len(order) >= 3:
        first = order[:-2] if mode == 5 else np.full(len(order) - 2, order[0])
        faces = np.column_stack([first, order[1:-1], order[2:]])
        if mode == 5:
            faces[1::2] = faces[1::2, [1, 0, 2]]
        return faces.astype(np.int32)
    if mode == 4:
        raise Broken("INDEX_RANGE", where, f"{len(order)} indices do not make triangles")
    raise Broken("NOT_TRIANGLES", where, f"mode {mode} draws no triangles; it is not checked")


def _placed(shape: Shape, matrix: F64) -> Shape:
    """Return the shape in world space."""
    if np.array_equal(matrix, np.eye(4)):
        return shape
    linear = matrix[:3, :3]
    determinant = np.linalg.det(linear)
    normals, tangents, faces = shape.normals, shape.tangents, shape.faces
    if normals is not None and abs(determinant) > 1e-30:
        normals = _unit(normals @ np.linalg.inv(linear))
    if tangents is not None:
        hand = tangents[:, 3:] * (np.sign(determinant) or 1)
        tangents = np.column_stack([_unit(tangents[:, :3] @ linear.T), hand])
    if determinant < 0:
        faces = faces[:, ::-1]  # glTF 2.0, 3.7.4: a mirrored node turns the winding
    positions = shape.positions @ linear.T + matrix[:3, 3]
    return replace(shape, positions=positions, normals=normals, tangents=tangents, faces=faces, matrix=matrix)


def _unit(rows: F64) -> F64:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1)
