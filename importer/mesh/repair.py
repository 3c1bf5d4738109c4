"""Any triangle soup to one clean solid: closed, manifold, wound outward, without floaters, cavities or stair steps."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix, diags

from importer.errors import StageError
from importer.mesh.measure import face_vectors, volume
from importer.mesh.parts import join_parts
from importer.mesh.rebuild import rebuild
from importer.mesh.topology import directed_edges, is_closed, weld
from importer.mesh.unpinch import unpinch
from importer.records import F64, Mesh

_STEPS = 8
_SHRINK, _GROW = 0.5, -0.53  # Taubin 1995: pass band 1 / 0.5 - 1 / 0.53 = 0.11


def repair(mesh: Mesh) -> Mesh:
    """Return the solid that a mesh means.

    A mesh that is closed and consistent keeps its triangles; any other is rebuilt from its generalised winding number.
    Then cavities and floaters go, near parts are joined, and stair steps are smoothed without loss of volume.

    Raises
    ------
    StageError
        The mesh has no inside, or its numbers are not finite.
    """
    if not len(mesh.faces) or not np.isfinite(mesh.vertices).all():
        raise StageError("the mesh is empty or its vertices are not finite", where="repair")
    clean = weld(mesh)
    if not is_closed(clean.faces):
        clean = rebuild(clean)
    clean = unpinch(_outward(clean))
    if not len(clean.faces) or not np.isfinite(volume(clean)):
        raise StageError("the mesh has no inside", where="repair", fix="Give a mesh that bounds a volume.")
    joined = join_parts(clean)
    return smooth(joined)


def _outward(mesh: Mesh) -> Mesh:
    """Wind the mesh as a whole outward; cavities, wound the other way, stay what they are."""
    return mesh if volume(mesh) > 0 else Mesh(mesh.vertices, np.ascontiguousarray(mesh.faces[:, ::-1]))


def smooth(mesh: Mesh, steps: int = _STEPS) -> Mesh:
    """Smooth away steps of about one edge length and keep bars (Taubin 1995), then restore the volume."""
    edges = directed_edges(mesh.faces)
    n = len(mesh.vertices)
    graph = coo_matrix((np.ones(len(edges), np.float64), tuple(edges.T)), (n, n)).tocsr()
    mean = diags(1 / np.bincount(edges[:, 0], minlength=n)) @ graph
    points = mesh.vertices.astype(np.float64)
    for _ in range(steps):
        for factor in (_SHRINK, _GROW):
            points = points + factor * (mean @ points - points)
    return Mesh(_with_volume(points, mesh).astype(np.float32), mesh.faces)


def _with_volume(points: F64, original: Mesh) -> F64:
    """Offset the points along their normals by the little that makes up for the lost volume."""
    moved = Mesh(points.astype(np.float32), original.faces)
    vectors = face_vectors(moved)
    normals = np.zeros_like(points)
    for k in range(3):
        np.add.at(normals, original.faces[:, k], vectors)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    area = np.linalg.norm(vectors, axis=1).sum() / 2
    return points + normals / np.maximum(lengths, 1e-30) * ((volume(original) - volume(moved)) / area)
