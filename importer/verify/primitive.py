"""One triangle primitive of an untrusted glTF document."""

from __future__ import annotations

from typing import Any

import numpy as np

from importer.records import I32
from importer.verify.accessors import Buffers
from importer.verify.container import Broken, integer, item, value
from importer.verify.drawn import Shape, Surface

_WIDTH = {"POSITION": 3, "NORMAL": 3, "TANGENT": 4, "TEXCOORD_0": 2}


def read_primitive(buffers: Buffers, surfaces: tuple[Surface, ...], primitive: Any, where: str) -> Shape:
    """Return the primitive in its mesh's own space, without a node's name.

    Raises
    ------
    Broken
    """
    if not isinstance(primitive, dict):
        raise Broken("GLTF_STRUCTURE", where, "must be an object")
    if "KHR_draco_mesh_compression" in value(primitive, "extensions", dict, where, {}):
        raise Broken("COMPRESSED", where, "Draco compression cannot be checked here", "Check the file uncompressed.")
    attributes = value(primitive, "attributes", dict, where)
    arrays = {key: buffers.accessor(integer(attributes, key, where)) for key in _WIDTH if key in attributes}
    if "POSITION" not in arrays:
        raise Broken("GLTF_STRUCTURE", where, "has no POSITION")
    count = len(arrays["POSITION"])
    for key, array in arrays.items():
        if array.shape != (count, _WIDTH[key]):
            raise Broken("ATTRIBUTE_COUNT", where, f"{key} is {array.shape}, not {(count, _WIDTH[key])}")
    floats = {key: array.astype(np.float64) for key, array in arrays.items()}
    material = integer(primitive, "material", where) if "material" in primitive else None
    if material is not None and material >= len(surfaces):
        raise Broken("GLTF_REFERENCE", where, f"materials[{material}] is referred to, but there are {len(surfaces)}")
    stored = item(buffers.document, "accessors", integer(attributes, "POSITION", where), where)
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
        coarse=stored.get("componentType") != 5126,
    )


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
