"""Edges that four faces share, as when a simplifier closes a tunnel or a gap to nothing: their sheets are parted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from importer.mesh.topology import directed_edges, edge_keys
from importer.records import F64, Mesh

_MOST = 64  # edges that get two middles
_APART = 1e-4  # of the diagonal: how far each sheet shrinks back from the pinch


def unpinch(mesh: Mesh) -> Mesh:
    """Return the mesh with every pinched edge and vertex split into one for each sheet that bounds matter.

    Parameters
    ----------
    mesh : Mesh
        Wound outward, every edge with as many faces one way as the other; other meshes come back unmended.

    Returns
    -------
    Mesh
        With as many triangles, or a few more where two sheets share both ends of an edge: it then gets two middles.
    """
    mesh = _split_vertices(mesh)
    for _ in range(_MOST):
        edges = directed_edges(mesh.faces)
        order, starts = _by_edge(edges, len(mesh.vertices))
        crowded = np.flatnonzero(np.diff(starts) > 2)
        if not len(crowded):
            break
        uses = order[starts[crowded[0]] : starts[crowded[0] + 1]]
        mesh = _two_middles(mesh, edges, _wedges(mesh.vertices.astype(np.float64), mesh, edges, uses))
    return mesh


def _two_middles(mesh: Mesh, edges: NDArray[np.int64], pairs: NDArray[np.int64]) -> Mesh:
    """Split an edge's faces at its middle, with one middle for each pair of faces, a little apart."""
    vertices, faces, m = [mesh.vertices], mesh.faces.copy(), len(mesh.faces)
    size = _APART * float(np.linalg.norm(np.ptp(mesh.vertices, axis=0)))
    added = []
    for number, pair in enumerate(pairs):
        middle = len(mesh.vertices) + number
        ends = mesh.vertices[edges[pair[0]]].astype(np.float64)
        tips = [mesh.faces[e % m].sum() - edges[e].sum() for e in pair]
        inward = mesh.vertices[tips].astype(np.float64).mean(0) - ends.mean(0)
        inward *= size / max(float(np.linalg.norm(inward)), 1e-30)
        vertices.append((ends.mean(0) + inward).astype(np.float32)[None])
        for e, tip in zip(pair, tips, strict=True):
            start, end = edges[e]
            faces[e % m] = (start, middle, tip)
            added.append((middle, end, tip))
    return Mesh(np.concatenate(vertices), np.concatenate([faces, np.array(added, np.int32).reshape(-1, 3)]))


def _split_vertices(mesh: Mesh) -> Mesh:
    """Give each fan of faces its own vertex."""
    edges = directed_edges(mesh.faces)
    order, starts = _by_edge(edges, len(mesh.vertices))
    uses = np.diff(starts)
    plain, crowded = np.flatnonzero(uses == 2), np.flatnonzero(uses > 2)
    pairs = [np.stack([order[starts[plain]], order[starts[plain] + 1]], axis=1)]
    points = mesh.vertices.astype(np.float64)
    pairs += [_wedges(points, mesh, edges, order[starts[i] : starts[i + 1]]) for i in crowded]
    fan = _fans(np.concatenate(pairs), len(mesh.faces))
    count = int(fan.max()) + 1
    if count == len(mesh.vertices):
        return mesh
    origin = np.empty(count, np.int64)
    origin[fan] = mesh.faces.reshape(-1)
    faces = fan.reshape(-1, 3).astype(np.int32)
    torn = np.flatnonzero(np.bincount(origin)[origin] > 1)
    return Mesh(_parted(points[origin], faces, torn).astype(np.float32), faces)


def _by_edge(edges: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort the uses of edges; returns their order and where each edge begins in it, with the end."""
    keys = edge_keys(edges, n)
    order = np.argsort(keys, kind="stable")
    new = np.flatnonzero(np.diff(keys[order])) + 1
    return order, np.concatenate([[0], new, [len(order)]])


def _wedges(points: F64, mesh: Mesh, edges: NDArray[np.int64], uses: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pair the faces at one edge that bound the same wedge of matter: neighbours in angle, back to back."""
    a, b = edges[uses[0]]
    faces = mesh.faces[uses % len(mesh.faces)]
    tips = points[faces.sum(1) - a - b] - points[a]
    axis = points[b] - points[a]
    axis /= max(float(np.linalg.norm(axis)), 1e-30)
    x = tips[0] - axis * (tips[0] @ axis)
    angle = np.arctan2(tips @ np.cross(axis, x), tips @ x)
    forward = edges[uses, 0] == a  # such a face looks towards growing angles, so its matter lies towards smaller ones
    turn = uses[np.lexsort((forward, angle))]
    ahead = dict(zip(uses.tolist(), forward.tolist(), strict=True))
    first = next((i for i in range(len(turn)) if not ahead[turn[i]] and ahead[turn[(i + 1) % len(turn)]]), 0)
    return np.roll(turn, -first).reshape(-1, 2) if len(turn) % 2 == 0 else np.empty((0, 2), np.int64)


def _fans(pairs: NDArray[np.int64], m: int) -> NDArray[np.int32]:
    """Number the fans of corners that hang together over the paired uses of edges, (3m,)."""
    one, two = pairs.T
    (start, end), (start_two, end_two) = ((e % m * 3 + e // m, e % m * 3 + (e // m + 1) % 3) for e in (one, two))
    rows, columns = (
        np.concatenate([start, end]),
        np.concatenate([end_two, start_two]),
    )  # opposite ways
    graph = coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), (3 * m, 3 * m))
    return connected_components(graph, directed=False)[1]


def _parted(points: F64, faces: NDArray[np.int32], torn: NDArray[np.int64]) -> F64:
    """Move the torn vertices a little towards the middle of their own neighbours."""
    edges = directed_edges(faces)
    sums, counts = np.zeros_like(points), np.bincount(edges[:, 0], minlength=len(points))
    np.add.at(sums, edges[:, 0], points[edges[:, 1]])
    inward = sums[torn] / counts[torn, None] - points[torn]
    length = np.maximum(np.linalg.norm(inward, axis=1, keepdims=True), 1e-30)
    step = np.minimum(_APART * np.linalg.norm(np.ptp(points, axis=0)), 0.2 * length)
    moved = points.copy()
    moved[torn] += inward / length * step
    return moved
