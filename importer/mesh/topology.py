"""Edges, components and fans of triangle meshes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from importer.records import I32, Mesh


def directed_edges(faces: I32) -> NDArray[np.int64]:
    """Return the edges (3m, 2) of all faces in their winding: edges 01 of all faces, then 12, then 20."""
    return np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).astype(np.int64)


def edge_keys(edges: NDArray[np.int64], vertex_count: int) -> NDArray[np.int64]:
    """Return one number an edge, the same for both directions."""
    return edges.min(1) * vertex_count + edges.max(1)


def edge_faults(faces: I32) -> tuple[int, int, int]:
    """Return how many edges have one face (open), more than two (non-manifold), or two that disagree on the winding."""
    edges = directed_edges(faces)
    count = int(faces.max()) + 1 if len(faces) else 0
    _, inverse, uses = np.unique(edge_keys(edges, count), return_inverse=True, return_counts=True)
    direction = np.bincount(inverse, np.where(edges[:, 0] < edges[:, 1], 1, -1), len(uses))
    return int((uses == 1).sum()), int((uses > 2).sum()), int(((uses == 2) & (direction != 0)).sum())


def is_closed(faces: I32) -> bool:
    """Return whether every edge has exactly two faces that agree on the winding."""
    return len(faces) > 0 and edge_faults(faces) == (0, 0, 0)


def adjacent_faces(faces: I32) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of faces (k,), (k,) at inner edges, and the edges' vertices (k, 2); for manifold meshes."""
    edges = directed_edges(faces)
    keys = edge_keys(edges, int(faces.max()) + 1)
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    first, second = order[:-1][same], order[1:][same]
    return first % len(faces), second % len(faces), edges[first]


def components(mesh: Mesh) -> NDArray[np.int32]:
    """Return the connected component of each face, numbered from 0, (m,)."""
    i, j = mesh.faces[:, [0, 1]].T, mesh.faces[:, [1, 2]].T
    n = len(mesh.vertices)
    graph = coo_matrix((np.ones(i.size, np.int8), (i.ravel(), j.ravel())), (n, n))
    labels = connected_components(graph, directed=False)[1][mesh.faces[:, 0]]
    return np.unique(labels, return_inverse=True)[1].astype(np.int32)


def compact(mesh: Mesh) -> Mesh:
    """Drop vertices that no face uses."""
    used = np.zeros(len(mesh.vertices), bool)
    used[mesh.faces] = True
    index = np.cumsum(used) - 1
    return Mesh(mesh.vertices[used], index[mesh.faces].astype(np.int32))


def weld(mesh: Mesh) -> Mesh:
    """Merge vertices at the very same place and drop faces that lose their area by it or are there twice."""
    places, index = np.unique(mesh.vertices, axis=0, return_inverse=True)
    faces = index.reshape(-1)[mesh.faces].astype(np.int32)
    a, b, c = faces.T
    faces = faces[(a != b) & (b != c) & (c != a)]
    _, first = np.unique(np.sort(faces, axis=1), axis=0, return_index=True)
    return compact(Mesh(places.astype(np.float32), faces[np.sort(first)]))


def corner_pairs(faces: I32) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of corners, numbered 0..3m, that share a vertex and an edge at it; each inner edge gives two."""
    m = len(faces)
    edges = directed_edges(faces)
    keys = edge_keys(edges, int(faces.max()) + 1)
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    first, second = order[:-1][same], order[1:][same]
    # Edge e starts at corner e // m of face e % m and ends at the next corner.
    edge = np.arange(3 * m)
    start, end = ((edge % m) * 3 + (edge // m + k) % 3 for k in (0, 1))
    agree = edges[first, 0] == edges[second, 0]
    one = np.concatenate([start[first], end[first]])
    two = np.concatenate([np.where(agree, start[second], end[second]), np.where(agree, end[second], start[second])])
    return one, two
