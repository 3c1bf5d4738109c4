"""Vertices as columns of a file, as floats or quantized (KHR_mesh_quantization).

Quantized: positions as 16-bit steps of one length on all axes, which the node's transform turns into metres again, from
the lowest corner on, so that what stands on the floor stays there; normals and tangents in 8 bits, like the normal map;
texture coordinates and weights in 16.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from importer.export.gltf import meshopt
from importer.export.gltf.scene import Geometry
from importer.export.gltf.storage import Column
from importer.export.rig import Skin, Vector
from importer.records import F32, F64, I32, Mesh, TexturedMesh

_STEPS = 32_767
_SET = 4  # joints in one attribute


@dataclass(frozen=True)
class Vertices:
    """Columns by attribute; a position in metres is ``scale`` times the stored one plus ``offset``."""

    columns: dict[str, Column]
    faces: I32
    scale: float = 1.0
    offset: Vector = (0.0, 0.0, 0.0)


def vertices(mesh: TexturedMesh | Mesh, skin: Skin | None, geometry: Geometry, *, movable: bool) -> Vertices:
    """Return a mesh's columns.

    Parameters
    ----------
    movable : bool
        The node can carry the transform that quantized positions need.
    """
    quantized = geometry != "plain"
    if geometry == "meshopt":
        mesh, skin = _in_order_of_use(mesh, skin)
    positions = np.ascontiguousarray(mesh.vertices, "<f4")
    result = Vertices({"POSITION": Column(positions, bounds=True)}, mesh.faces)
    if quantized and movable:
        result = _quantized_positions(mesh, result)
    if isinstance(mesh, TexturedMesh):
        result.columns["NORMAL"] = _directions(mesh.normals, geometry)
        result.columns["TANGENT"] = _directions(mesh.tangents, geometry)
        result.columns["TEXCOORD_0"] = _texture_coordinates(mesh.uv, quantized)
    if skin is not None:
        result.columns.update(_weights(skin, quantized))
    return result


def _quantized_positions(mesh: TexturedMesh | Mesh, result: Vertices) -> Vertices:
    points = np.asarray(mesh.vertices, np.float64)
    low, high = points.min(0), points.max(0)
    half = float((high - low).max()) / 2
    if not half > 0:
        return result
    steps = np.round((points - low) / half * _STEPS - _STEPS).astype("<i2")
    columns = {"POSITION": Column(steps, normalized=True, bounds=True)}
    x, y, z = (float(value) + half for value in low)
    return replace(result, columns=columns, scale=half, offset=(x, y, z))


def _directions(rows: F32, geometry: Geometry) -> Column:
    """Normals (n, 3) or tangents (n, 4)."""
    if geometry == "plain":
        return Column(np.ascontiguousarray(rows, "<f4"))
    column = Column(np.round(np.clip(rows, -1, 1) * 127).astype("i1"), normalized=True)
    if geometry == "meshopt":
        four = rows if rows.shape[1] == 4 else np.column_stack([rows, np.zeros(len(rows), np.float32)])
        column = replace(column, octahedral=meshopt.encode_directions(four))
    return column


def _texture_coordinates(uv: F32, quantized: bool) -> Column:
    if quantized and uv.min(initial=0) >= 0 and uv.max(initial=0) <= 1:
        return Column(np.round(np.asarray(uv, np.float64) * 65_535).astype("<u2"), normalized=True)
    return Column(np.ascontiguousarray(uv, "<f4"))


def _weights(skin: Skin, quantized: bool) -> dict[str, Column]:
    """Return joints and weights by fours, heaviest first: readers that know only the first four lose least."""
    joints, weights = _merged(skin)
    if quantized:
        stored = np.floor(weights * 65_535).astype(np.int64)
        stored[:, 0] += 65_535 - stored.sum(1)
        stored = stored.astype("<u2")
    else:
        stored = weights.astype("<f4")
    joints = np.where(stored > 0, joints, 0).astype("u1" if len(skin.joints) <= 256 else "<u2")
    result = {}
    for number, start in enumerate(range(0, joints.shape[1], _SET)):
        some = slice(start, start + _SET)
        if number == 0 or stored[:, some].any():
            result[f"JOINTS_{number}"] = Column(joints[:, some])
            result[f"WEIGHTS_{number}"] = Column(stored[:, some], normalized=quantized)
    return result


def _merged(skin: Skin) -> tuple[I32, F64]:
    """Return joints and weights (n, a multiple of 4), each joint once a vertex, heaviest first, of sum 1."""
    joints, weights = np.array(skin.indices), np.array(skin.weights, np.float64)
    for later in range(1, joints.shape[1]):
        for earlier in range(later):
            same = (joints[:, earlier] == joints[:, later]) & (weights[:, later] > 0)
            weights[same, earlier] += weights[same, later]
            weights[same, later] = 0
    order = np.argsort(-weights, axis=1, kind="stable")
    joints, weights = np.take_along_axis(joints, order, 1), np.take_along_axis(weights, order, 1)
    weights /= weights.sum(1, keepdims=True)
    empty = ((0, 0), (0, -joints.shape[1] % _SET))
    return np.pad(joints, empty).astype(np.int32), np.pad(weights, empty)


def _in_order_of_use(mesh: TexturedMesh | Mesh, skin: Skin | None) -> tuple[TexturedMesh | Mesh, Skin | None]:
    """Return the mesh with its vertices in the order in which triangles first use them, which compresses best."""
    used, first = np.unique(mesh.faces, return_index=True)
    order = used[np.argsort(first)]
    rank = np.zeros(len(mesh.vertices), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    names = ("vertices", "normals", "tangents", "uv")
    rows = {name: value[order] for name, value in vars(mesh).items() if name in names}
    if skin is not None:
        skin = replace(skin, indices=skin.indices[order], weights=skin.weights[order])
    return replace(mesh, **rows, faces=rank[mesh.faces]), skin
