"""Collision shapes: a box along the axes, or one convex hull with few vertices."""

from __future__ import annotations

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from importer.errors import StageError
from importer.mesh.topology import compact
from importer.profile.schema import CollisionShape
from importer.records import F64, Collision, Mesh, Solid

_BOX_SIDES = "013 032 467 475 045 051 237 276 026 064 157 173"  # corner number: 4 x + 2 y + z
_BOX_FACES = np.array([[int(corner) for corner in face] for face in _BOX_SIDES.split()], np.int32)
_TOLERANCE = 0.05  # of the diagonal; a hull that misses more of the object is reported


def collide(solid: Solid, settings: CollisionShape) -> Collision:
    """Return the collision shape in the solid's frame.

    A box contains the object. A hull has its vertices on the object and at most ``settings.max_vertices``; those
    that stick out furthest are kept, the extremes along the axes first, so that the object rests on the ground.
    """
    if settings.kind == "none":
        return Collision("none", ())
    points = solid.mesh.vertices.astype(np.float64)
    if settings.kind == "box":
        return Collision("box", (_box(points),))
    try:
        hull, missed = _hull(points, settings.max_vertices)
    except QhullError as error:
        raise StageError("the object is flat, so it has no convex hull", where="collision", fix="Use box.") from error
    part = missed / float(np.linalg.norm(np.ptp(points, axis=0)))
    what = f"The collision hull leaves out up to {100 * part:.1f} % of the object's size; raise collision.max_vertices."
    return Collision("hull", (hull,), (what,) if part > _TOLERANCE else ())


def _box(points: F64) -> Mesh:
    low, high = points.min(0), points.max(0)
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    return Mesh((low + corners * (high - low)).astype(np.float32), _BOX_FACES)


def _hull(points: F64, most: int) -> tuple[Mesh, float]:
    """Grow a hull by the point furthest outside it; returns it and how far the object sticks out."""
    outer = points[ConvexHull(points).vertices]
    chosen = [int(i) for k in range(3) for i in (outer[:, k].argmin(), outer[:, k].argmax())]
    chosen = _full_rank(outer, list(dict.fromkeys(chosen)))
    while True:
        hull = ConvexHull(outer[chosen])
        distances = outer @ hull.equations[:, :3].T + hull.equations[:, 3]
        outside = distances.max(1)
        outside[chosen] = 0
        if len(chosen) >= most or outside.max() <= 1e-9:
            return _oriented(hull), max(float(outside.max()), 0.0)
        furthest = np.unique(distances.argmax(0))  # one for each facet
        furthest = furthest[outside[furthest] > 0.6 * outside.max()]
        chosen += furthest[np.argsort(-outside[furthest], kind="stable")][: most - len(chosen)].tolist()


def _full_rank(points: F64, chosen: list[int]) -> list[int]:
    """Add the points furthest from the plane, line or point that the chosen ones span until they span space."""
    while True:
        offsets = points - points[chosen[0]]
        _, strength, axes = np.linalg.svd(offsets[chosen])
        span = axes[: int((strength > 1e-6 * np.abs(offsets).max()).sum())]
        if len(span) == 3:
            return chosen
        chosen = [*chosen, int(np.linalg.norm(offsets - offsets @ span.T @ span, axis=1).argmax())]


def _oriented(hull: ConvexHull) -> Mesh:
    """The hull's triangles, wound outward, on its own vertices."""
    a, b, c = (hull.points[hull.simplices[:, k]] for k in range(3))
    inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), hull.equations[:, :3]) < 0
    faces = hull.simplices.copy()
    faces[inward] = faces[inward][:, ::-1]
    return compact(Mesh(hull.points.astype(np.float32), faces.astype(np.int32)))
