"""Tangents as MikkTSpace makes them (Mikkelsen 2008, "Simulation of Wrinkled Surfaces Revisited"; mikktspace.c).

glTF's UV origin is at the top left while MikkTSpace thinks of the bottom left, so v is turned over first: a chart
that is not mirrored has sign +1, and the green channel of an OpenGL normal map points up in the picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from importer.mesh.topology import corner_pairs
from importer.records import F32, F64, I32, TexturedMesh

_TINY = float(np.finfo(np.float32).tiny)


def with_tangents(vertices: F32, normals: F32, uv: F32, faces: I32) -> TexturedMesh:
    """Return the mesh with tangents; a vertex in which several groups of faces meet is split.

    Parameters
    ----------
    vertices, normals : (n, 3) float32
    uv : (n, 2) float32
        Origin top left.
    faces : (m, 3) int32
        Vertices that agree in place, normal and UV must be one.
    """
    direction, positive = _face_tangents(vertices, uv, faces)
    group, owner, sign = _groups(faces, direction, positive)
    sums = np.zeros((len(owner), 3))
    np.add.at(sums, group, _shares(vertices, normals, faces, direction))
    n = normals[owner].astype(np.float64)
    tangents = _unit_or(sums, _any_tangent(n))
    order = np.argsort(owner, kind="stable")  # keeps vertices in the order they came
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    owner = owner[order]
    result = np.concatenate([tangents[order], sign[order, None]], axis=1).astype(np.float32)
    return TexturedMesh(
        vertices[owner], normals[owner], result, uv[owner], place[group].reshape(-1, 3).astype(np.int32)
    )


def _face_tangents(vertices: F32, uv: F32, faces: I32) -> tuple[F64, NDArray[np.bool_]]:
    """Direction of growing u on each face, zero where its UVs have no area, and whether it is not mirrored."""
    p = vertices[faces].astype(np.float64)
    t = uv[faces].astype(np.float64) * (1, -1)
    d1, d2 = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    s1, s2 = t[:, 1] - t[:, 0], t[:, 2] - t[:, 0]
    area = s1[:, 0] * s2[:, 1] - s1[:, 1] * s2[:, 0]
    along = (s2[:, 1:] * d1 - s1[:, 1:] * d2) * np.where(area > 0, 1.0, -1.0)[:, None]
    along[np.abs(area) <= _TINY] = 0
    return _unit_or(along, np.zeros_like(along)), area > 0


def _groups(
    faces: I32, direction: F64, positive: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32], F64]:
    """Group corners that share a tangent: of one vertex, joined by edges, of one handedness.

    Corners of faces without UV area join a group of their vertex. Returns the group of each corner (3m,), and the
    vertex and the sign of each group.
    """
    n, corner_vertex = faces.size, faces.reshape(-1)
    valid = np.repeat(np.abs(direction).sum(1) > 0, 3)
    hand = np.repeat(positive, 3)
    one, two = corner_pairs(faces)
    keep = valid[one] & valid[two] & (hand[one] == hand[two])
    graph = coo_matrix((np.ones(int(keep.sum()), np.int8), (one[keep], two[keep])), (n, n))
    group = connected_components(graph, directed=False)[1]
    host = np.full(int(corner_vertex.max()) + 1, -1)
    for corners in (np.flatnonzero(~valid), np.flatnonzero(valid)):  # valid ones last, so that they win
        host[corner_vertex[corners]] = group[corners]
    group = np.where(valid, group, host[corner_vertex])
    group = np.unique(group, return_inverse=True)[1]
    owner = np.empty(int(group.max()) + 1, np.int32)
    owner[group] = corner_vertex
    votes = np.bincount(group, np.where(valid, np.where(hand, 1, -1), 0))
    return group, owner, np.where(votes < 0, -1.0, 1.0)


def _shares(vertices: F32, normals: F32, faces: I32, direction: F64) -> F64:
    """Each corner's share of its group's tangent (3m, 3): the face's direction in the tangent plane, by angle."""
    shares = np.empty((len(faces), 3, 3))
    for k in range(3):
        n = normals[faces[:, k]].astype(np.float64)
        here = vertices[faces[:, k]].astype(np.float64)
        before, after = (_in_plane(vertices[faces[:, (k + i) % 3]].astype(np.float64) - here, n) for i in (2, 1))
        angle = np.arccos(np.clip(np.einsum("ij,ij->i", before, after), -1, 1))
        shares[:, k] = _in_plane(direction, n) * angle[:, None]
    return shares.reshape(-1, 3)


def _in_plane(v: F64, normal: F64) -> F64:
    flat = v - normal * np.einsum("ij,ij->i", v, normal)[:, None]
    return _unit_or(flat, np.zeros_like(flat))


def _unit_or(v: F64, otherwise: F64) -> F64:
    length = np.linalg.norm(v, axis=1, keepdims=True)
    return np.where(length > _TINY, v / np.maximum(length, _TINY), otherwise)


def _any_tangent(normal: F64) -> F64:
    """A unit vector across each normal, for groups without any UV direction."""
    axis = np.where(np.abs(normal[:, :1]) < 0.9, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    return _unit_or(axis - normal * np.einsum("ij,ij->i", axis, normal)[:, None], axis)
