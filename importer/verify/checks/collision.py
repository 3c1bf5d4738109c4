"""Collision hulls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from importer.records import F64, Finding
from importer.verify.drawn import Shape
from importer.verify.subject import Subject, fault
from importer.verify.topology import topology

_MOST_VERTICES = 255  # PhysX cooks convex hulls of at most 255 vertices


def hulls(subject: Subject) -> Iterator[Finding]:
    """A hull must be closed, convex, and within what physics engines cook."""
    for hull in subject.hulls:
        net = topology(hull.positions, hull.faces)
        if not net.closed:
            yield fault(True, "COLLISION_OPEN", hull.where, "the hull is not closed", "Rebuild the collision.")
            continue
        if len(net.positions) > _MOST_VERTICES:
            what = f"the hull has {len(net.positions)} vertices; engines take {_MOST_VERTICES}"
            yield fault(subject.ours, "COLLISION_VERTICES", hull.where, what, "Lower collision.max_vertices.")
            continue
        off = float(_outside(hull, hull.positions).max()) / max(float(np.ptp(hull.positions, axis=0).max()), 1e-30)
        if off > 0.01:
            what = f"a vertex lies {off:.1%} of the hull's size outside one of its own faces"
            yield fault(True, "COLLISION_NOT_CONVEX", hull.where, what, "Engines need convex hulls: rebuild it.")


def contains(subject: Subject) -> Iterator[Finding]:
    """The hulls together must contain LOD0, or things sink into it."""
    if not subject.hulls or any(len(hull.faces) > 4 * _MOST_VERTICES for hull in subject.hulls):
        return  # a file from elsewhere may call any mesh a hull
    level = subject.levels[0]
    points = level.positions[np.unique(level.faces)]
    outside = np.min([_outside(hull, points) for hull in subject.hulls], axis=0)
    off = float(outside.max()) / level.longest
    if off > 0.05:
        what = f"LOD0 reaches {off:.1%} of its longest side out of the collision"
        fix = "Raise collision.max_vertices, or rebuild the collision from the same mesh."
        yield fault(off > 0.1, "COLLISION_TOO_SMALL", subject.hulls[0].where, what, fix)


def fits(subject: Subject) -> Iterator[Finding]:
    """The hulls must not reach far beyond LOD0, or things stop short of it in the air."""
    if not subject.hulls:
        return
    level = subject.levels[0]
    points = np.concatenate([hull.positions[hull.used] for hull in subject.hulls if len(hull.faces)])
    low, high = level.box
    off = float(np.maximum(low - points, points - high).max()) / level.longest
    if off > 0.05:
        what = f"the collision reaches {off:.1%} of LOD0's longest side beyond its box"
        error = off > 0.1 and subject.ours
        yield fault(error, "COLLISION_TOO_LARGE", subject.hulls[0].where, what, "Rebuild it from the same mesh.")


def _outside(hull: Shape, points: F64) -> F64:
    """Return the distance (n,) of points in front of the hull's faces; 0 or less inside."""
    a, b, c = (hull.positions[hull.faces[:, i]] for i in range(3))
    normal = np.cross(b - a, c - a)
    length = np.linalg.norm(normal, axis=1)
    kept = length > 1e-12 * np.ptp(hull.positions, axis=0).max() ** 2
    normal, a = normal[kept] / length[kept, None], a[kept]
    worst = np.full(len(points), -np.inf)
    for direction, origin in zip(normal, a, strict=True):
        np.maximum(worst, (points - origin) @ direction, out=worst)
    return worst
