"""Vertex normals: smooth over the surface, split where a hard edge runs along a seam of the atlas.

A split inside a chart would show in the baked map as a line, because filtering mixes texels of two tangent frames;
along a seam it costs nothing. So the hard edges of boxes become splits if the unwrap cut there, and all else is smooth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from importer.mesh.measure import corner_angles, face_vectors
from importer.mesh.topology import corner_pairs
from importer.records import F32, F64, I32, Mesh

HARD = np.radians(50.0)


def corner_normals(mesh: Mesh, charts: NDArray[np.integer]) -> tuple[F32, I32]:
    """Return the normals and which of them each corner has.

    Faces count by their area and their angle at the corner, so that large flat faces stay flat (weighted normals).

    Parameters
    ----------
    mesh : Mesh
        Closed, one vertex a place.
    charts : (m,) int
        The chart of each face.

    Returns
    -------
    normals : (k, 3) float32
        Unit length.
    index : (m, 3) int32
        Into `normals`, for each corner.
    """
    vectors = face_vectors(mesh)
    group = _smooth_corners(mesh, vectors, charts)
    weights = corner_angles(mesh.vertices, mesh.faces).reshape(-1)
    shares = np.repeat(vectors, 3, axis=0) * weights[:, None]
    sums = np.stack([np.bincount(group, shares[:, k]) for k in range(3)], axis=1)
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    normals = np.where(length > 1e-20, sums / np.maximum(length, 1e-20), [0.0, 1.0, 0.0])
    return normals.astype(np.float32), group.reshape(-1, 3).astype(np.int32)


def _smooth_corners(mesh: Mesh, vectors: F64, charts: NDArray[np.integer]) -> NDArray[np.int32]:
    """Number the groups of corners that share a normal, (3m,)."""
    units = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-30)
    one, two = corner_pairs(mesh.faces)
    a, b = one // 3, two // 3
    hard = (charts[a] != charts[b]) & (np.einsum("ij,ij->i", units[a], units[b]) < np.cos(HARD))
    one, two = one[~hard], two[~hard]
    n = mesh.faces.size
    return connected_components(coo_matrix((np.ones(len(one), np.int8), (one, two)), (n, n)), directed=False)[1]
