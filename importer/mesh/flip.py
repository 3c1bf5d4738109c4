"""Better triangles on the same vertices: edge flips that raise the smallest angle (Lawson 1977)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from importer.mesh.measure import corner_angles
from importer.mesh.topology import adjacent_faces, directed_edges, edge_keys
from importer.records import F64, I32, Mesh

I64 = NDArray[np.int64]
_ROUNDS = 12
_GAIN = np.radians(0.5)


def flip_edges(mesh: Mesh, tolerance: float) -> Mesh:
    """Flip edges of a closed mesh while it raises the smallest angle of the two triangles.

    Parameters
    ----------
    mesh : Mesh
        Closed and manifold.
    tolerance : float
        Largest distance between the old and the new edge, in the mesh's units; the surface moves by no more.
    """
    faces = mesh.faces.copy()
    points = mesh.vertices.astype(np.float64)
    for _ in range(_ROUNDS):
        if not _flip_round(points, faces, tolerance):
            break
    return Mesh(mesh.vertices, faces)


def _flip_round(points: F64, faces: I32, tolerance: float) -> int:
    """Flip a set of edges of which no two share a face, in place; returns how many."""
    one, two, edge = adjacent_faces(faces)
    a, b = edge.T
    c, d = (faces[side].sum(1, dtype=np.int64) - a - b for side in (one, two))  # the corners opposite the edge
    old = _smallest(points, np.stack([a, b, c], 1), np.stack([b, a, d], 1))
    first, second = np.stack([c, a, d], 1), np.stack([d, b, c], 1)  # as one winds a -> b
    gain = _smallest(points, first, second) - old
    good = np.flatnonzero((gain > _GAIN) & (c != d))
    good = good[_flat(points, a[good], b[good], c[good], d[good], tolerance)]
    n = len(points)
    keys = edge_keys(np.stack([c[good], d[good]], 1), n)
    good = good[~np.isin(keys, edge_keys(directed_edges(faces), n))]
    good = _independent(good, one, two, c, d, gain, n)
    faces[one[good]], faces[two[good]] = first[good], second[good]
    return len(good)


def _smallest(points: F64, *triangles: NDArray[np.integer]) -> F64:
    return np.minimum(*(corner_angles(points, t).min(1) for t in triangles))  # type: ignore[arg-type]


def _flat(points: F64, a: I64, b: I64, c: I64, d: I64, tolerance: float) -> NDArray[np.bool_]:
    """Whether the four corners lie in about one plane, as a convex quadrilateral."""
    pa, pb, pc, pd = (points[i] for i in (a, b, c, d))
    diagonal = np.cross(pb - pa, pd - pc)
    length = np.maximum(np.linalg.norm(diagonal, axis=1), 1e-30)
    apart = np.abs(np.einsum("ij,ij->i", pc - pa, diagonal)) / length  # distance of the lines ab and cd
    before = np.cross(pb - pa, pc - pa) + np.cross(pa - pb, pd - pb)
    after = [np.cross(pa - pc, pd - pc), np.cross(pb - pd, pc - pd)]
    upright = [np.einsum("ij,ij->i", n, before) > 0 for n in after]
    turn = np.einsum("ij,ij->i", after[0], after[1]) / np.maximum(
        np.linalg.norm(after[0], axis=1) * np.linalg.norm(after[1], axis=1), 1e-30
    )
    return (apart < tolerance) & upright[0] & upright[1] & (turn > 0.7)


def _independent(good: NDArray[np.int64], one: I64, two: I64, c: I64, d: I64, gain: F64, n: int) -> NDArray[np.int64]:
    """Of the candidates, those with the largest gain in both their faces, each new edge once."""
    good = good[np.argsort(-gain[good], kind="stable")]
    rank = np.arange(len(good))
    best = np.full(max(one.max(), two.max()) + 1, len(good))
    np.minimum.at(best, one[good], rank)
    np.minimum.at(best, two[good], rank)
    good = good[(best[one[good]] == rank) & (best[two[good]] == rank)]
    _, unique = np.unique(edge_keys(np.stack([c[good], d[good]], 1), n), return_index=True)
    return good[np.sort(unique)]
