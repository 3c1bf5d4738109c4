"""The dense surface as texturing needs it: normals without voxel noise, neighbours, and look-ups from LOD0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import igl
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from importer.raster import blend
from importer.records import F32, I32, Mesh
from importer.texture.rays import Scene, first_hits, open_scene
from importer.texture.texels import unit

CAGE = 0.04  # how far LOD0 may lie from the dense surface, part of the diagonal
_STRANGE, _KIN = 0.3, 0.6  # cosines between LOD0's normal and the dense one: of different surfaces, of the same
_SPREAD = 0.35  # of the difference of unit normals; 20 degrees: voxel noise goes, edges of boxes stay
_FACE_ROUNDS = 4
_TERRACE = 0.2  # 11 degrees: voxels cut a slightly tilted plane into terraces, shallow and many voxels wide
_TERRACE_ROUNDS = (10,) * 3  # in each the weights stay the same


@dataclass(frozen=True)
class Dense:
    """A dense mesh with filtered vertex ``normals`` (n, 3), its ``edges`` (e, 2), mean ``edge_length`` and diagonal."""

    mesh: Mesh
    normals: F32
    edges: I32
    edge_length: float
    diagonal: float
    scene: Scene


@dataclass(frozen=True)
class Hits:
    """Places on the dense mesh: ``corners`` (k, 3) vertices, ``weights`` (k, 3) of them."""

    corners: I32
    weights: F32

    def take(self, values: NDArray[np.floating]) -> F32:
        """Interpolate vertex values (n, c) to (k, c)."""
        return blend(self.weights, self.corners, values)


def open_dense(mesh: Mesh) -> Dense:
    """Prepare `mesh`: filter its normals, collect its edges, build the ray structure."""
    edges, pairs = _edges(mesh.faces)
    span = mesh.vertices.max(axis=0) - mesh.vertices.min(axis=0)
    along = mesh.vertices[edges[:, 0]] - mesh.vertices[edges[:, 1]]
    return Dense(
        mesh=mesh,
        normals=_without_terraces(_filtered_normals(mesh, pairs), edges),
        edges=edges,
        edge_length=float(np.linalg.norm(along, axis=1).mean()),
        diagonal=float(np.linalg.norm(span)),
        scene=open_scene(mesh),
    )


def find_surface(dense: Dense, points: F32, normals: F32) -> Hits:
    """Find the dense surface that belongs to LOD0 `points` (k, 3) with unit `normals` (k, 3).

    The nearer hit of two rays, along the normal and against it, that faces the same way and lies within the cage; the
    closest point where there is none.
    """
    cage = CAGE * dense.diagonal
    face, weights, distance = _facing_hit(dense, points, normals, normals)
    inward = _facing_hit(dense, points, normals, -normals)
    nearer = inward[2] < distance
    face = np.where(nearer, inward[0], face)
    weights[nearer] = inward[1][nearer]
    distance = np.minimum(distance, inward[2])
    missed = np.flatnonzero(~(distance <= cage))
    if len(missed):
        face[missed], weights[missed] = _closest(dense, points[missed])
    return Hits(dense.mesh.faces[face], weights)


def shading_normals(dense: Dense, hits: Hits, normals: F32) -> F32:
    """Unit normals (k, 3) of the dense surface at `hits`; LOD0's own `normals` where the two differ too much.

    There LOD0 has lost a thin part or a fold and the hit is of something else: its normal would glitter.
    """
    found = unit(hits.take(dense.normals))
    alike = np.einsum("ij,ij->i", found, normals)
    trust = np.clip((alike - _STRANGE) / (_KIN - _STRANGE), 0, 1)[:, None]
    return unit(normals + trust * (found - normals))


def vertex_graph(dense: Dense) -> sp.csr_matrix:
    """Return the symmetric adjacency of the vertices (n, n), ones along the edges."""
    a, b = dense.edges.T
    count = len(dense.mesh.vertices)
    ones = np.ones(2 * len(a), np.float32)
    return sp.csr_matrix((ones, (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(count, count))


def smooth(graph: Any, values: F32, rounds: int) -> F32:
    """Average vertex values (n, c) with their neighbours, `rounds` times."""
    degree = np.maximum(np.asarray(graph.sum(axis=1), np.float32), 1)
    for _ in range(rounds):
        values = 0.5 * values + 0.5 * (graph @ values) / degree
    return values


def _facing_hit(dense: Dense, points: F32, normals: F32, directions: F32) -> tuple[I32, F32, F32]:
    """First hit, at infinity where the surface found faces away from the normal."""
    nudge = 1e-5 * dense.diagonal  # start a little behind, so that a point on the surface finds it
    face, weights, distance = first_hits(dense.scene, np.asarray(points - nudge * directions, np.float32), directions)
    corners = dense.mesh.faces[face]
    a, b, c = (dense.mesh.vertices[corners[:, i]] for i in range(3))
    facing = np.einsum("ij,ij->i", np.cross(b - a, c - a), normals) > 0
    return face, weights, np.where((face >= 0) & facing, np.abs(distance - nudge), np.inf).astype(np.float32)


def _closest(dense: Dense, points: F32) -> tuple[I32, F32]:
    """Face and weights of the closest point of the surface."""
    vertices = dense.mesh.vertices.astype(np.float64)
    faces = dense.mesh.faces.astype(np.int64)
    found = igl.point_mesh_squared_distance(points.astype(np.float64), vertices, faces)
    face, place = np.asarray(found[1], np.int32), np.asarray(found[2], np.float64)
    a, b, c = (vertices[faces[face, i]] for i in range(3))
    ab, ac, ap = b - a, c - a, place - a
    bb, bc, cc = (np.einsum("ij,ij->i", u, v) for u, v in ((ab, ab), (ab, ac), (ac, ac)))
    pb, pc = np.einsum("ij,ij->i", ap, ab), np.einsum("ij,ij->i", ap, ac)
    area = np.maximum(bb * cc - bc * bc, 1e-300)
    second = np.clip((cc * pb - bc * pc) / area, 0, 1)
    third = np.clip((bb * pc - bc * pb) / area, 0, 1 - second)
    return face, np.stack([1 - second - third, second, third], axis=1).astype(np.float32)


def _edges(faces: I32) -> tuple[I32, I32]:
    """Return the edges (e, 2), and for those between two faces or more a pair of faces (p, 2)."""
    ends = np.sort(faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    key = ends[:, 0].astype(np.int64) * (int(faces.max()) + 1) + ends[:, 1]
    order = np.argsort(key, kind="stable")
    same = key[order[1:]] == key[order[:-1]]
    first = np.concatenate([[True], ~same])
    owner = order // 3
    pairs = np.stack([owner[:-1][same], owner[1:][same]], axis=1)
    return ends[order[first]].astype(np.int32), pairs.astype(np.int32)


def _filtered_normals(mesh: Mesh, pairs: I32) -> F32:
    """Vertex normals (n, 3) from face normals after bilateral filtering (Zheng et al. 2011, local scheme).

    A neighbour counts by its area and by how little its normal differs, so that noise goes and creases stay.
    """
    a, b, c = (mesh.vertices[mesh.faces[:, i]].astype(np.float64) for i in range(3))
    cross = np.cross(b - a, c - a)
    area = np.linalg.norm(cross, axis=1).astype(np.float32)
    normals = unit(cross)
    count = len(mesh.faces)
    i, j = np.concatenate([pairs, pairs[:, ::-1]]).T
    for _ in range(_FACE_ROUNDS):
        apart = normals[i] - normals[j]
        closeness = np.exp(np.einsum("ij,ij->i", apart, apart) / (-2 * _SPREAD**2)) * area[j]
        weights = sp.csr_matrix((closeness, (i, j)), shape=(count, count))
        normals = unit(weights @ normals + area[:, None] * normals)
    corner = mesh.faces.ravel()
    gather = sp.csr_matrix(
        (np.repeat(area, 3), (corner, np.repeat(np.arange(count), 3))), shape=(len(mesh.vertices), count)
    )
    return unit(gather @ normals)


def _without_terraces(normals: F32, edges: I32) -> F32:
    """Smooth vertex normals (n, 3) widely where they differ little, and not at all across edges."""
    count = len(normals)
    i, j = np.concatenate([edges, edges[:, ::-1]]).T
    for rounds in _TERRACE_ROUNDS:
        apart = normals[i] - normals[j]
        closeness = np.exp(np.einsum("ij,ij->i", apart, apart) / (-2 * _TERRACE**2))
        weights = sp.csr_matrix((closeness, (i, j)), shape=(count, count))
        for _ in range(rounds):
            normals = unit(weights @ normals + normals)
    return normals
