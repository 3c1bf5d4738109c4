"""Numbers of a mesh, for the quality report and for tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from importer.mesh.topology import components, edge_faults
from importer.records import F32, F64, I32, Mesh


def measure(mesh: Mesh) -> dict[str, float]:
    """Return a mesh's plain figures: counts, size in its units, volume, area, faults of its edges, worst triangles."""
    opened, crowded, flipped = edge_faults(mesh.faces)
    size = mesh.vertices.max(0) - mesh.vertices.min(0)
    area, total = triangle_areas(mesh), surface_area(mesh)
    return {
        "triangles": len(mesh.faces),
        "vertices": len(mesh.vertices),
        "width": float(size[0]),
        "height": float(size[1]),
        "depth": float(size[2]),
        "volume": volume(mesh),
        "area": total,
        "components": int(components(mesh).max()) + 1,
        "open_edges": opened,
        "nonmanifold_edges": crowded,
        "inconsistent_edges": flipped,
        "degenerate_triangles": int((area < 1e-9 * total).sum()),
        "smallest_angle_deg": float(np.degrees(smallest_angles(mesh).min())),
    }


def volume(mesh: Mesh) -> float:
    """Return the volume inside; negative when the mesh is wound inward."""
    return float(signed_volumes(mesh).sum())


def signed_volumes(mesh: Mesh) -> F64:
    """Return each face's share of the volume, (m,): the tetrahedron to the middle of the mesh."""
    a, b, c = _corners(mesh.vertices - mesh.vertices.mean(0, dtype=np.float64), mesh.faces)
    return np.einsum("ij,ij->i", a, np.cross(b, c)) / 6


def surface_area(mesh: Mesh) -> float:
    """Return the area of all faces."""
    return float(triangle_areas(mesh).sum())


def triangle_areas(mesh: Mesh) -> F64:
    """Return the area of each face, (m,)."""
    return np.linalg.norm(face_vectors(mesh), axis=1) / 2


def face_vectors(mesh: Mesh) -> F64:
    """Return each face's outward normal times twice its area, (m, 3)."""
    a, b, c = _corners(mesh.vertices.astype(np.float64), mesh.faces)
    return np.cross(b - a, c - a)


def smallest_angles(mesh: Mesh) -> F64:
    """Return the smallest angle of each face in radians, (m,)."""
    return corner_angles(mesh.vertices, mesh.faces).min(1)


def corner_angles(vertices: F32 | F64, faces: I32) -> F64:
    """Return the angle at each corner of each face in radians, (m, 3)."""
    points = _corners(vertices.astype(np.float64), faces)
    angles = [_angle(points[(k + 1) % 3] - points[k], points[(k + 2) % 3] - points[k]) for k in range(3)]
    return np.stack(angles, axis=1)


def _angle(a: F64, b: F64) -> F64:
    return np.arctan2(np.linalg.norm(np.cross(a, b), axis=1), np.einsum("ij,ij->i", a, b))


def _corners(vertices: NDArray[np.floating], faces: I32) -> tuple[F64, F64, F64]:
    points = vertices.astype(np.float64)
    return points[faces[:, 0]], points[faces[:, 1]], points[faces[:, 2]]
