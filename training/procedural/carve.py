"""Boolean cuts of convex bodies by convex bodies, exact, by clipping polygons against planes."""

from __future__ import annotations

import numpy as np

from importer.records import F64
from training.procedural.soup import Soup, soup

EPSILON = 1e-7


def planes_of(s: Soup) -> F64:
    """Return the face planes (k, 4) of a convex body: n . p <= d inside, coplanar faces once."""
    normal = np.cross(s.tri[:, 1] - s.tri[:, 0], s.tri[:, 2] - s.tri[:, 0])
    length = np.linalg.norm(normal, axis=1)
    keep = length > 1e-12
    normal = normal[keep] / length[keep, None]
    rows = np.column_stack([normal, (normal * s.tri[keep, 0]).sum(1)])
    _, first = np.unique(np.round(rows, 5), axis=0, return_index=True)
    return rows[np.sort(first)]


def clip(polygon: F64, plane: F64) -> tuple[F64 | None, F64 | None]:
    """Return the polygon's pieces inside and outside of a plane, None where there is nothing."""
    distance = polygon @ plane[:3] - plane[3]
    if (distance <= EPSILON).all():
        return polygon, None
    if (distance >= -EPSILON).all():
        return None, polygon
    inside, outside = [], []
    for i in range(len(polygon)):
        p, q, a, b = polygon[i - 1], polygon[i], distance[i - 1], distance[i]
        if (a < -EPSILON and b > EPSILON) or (a > EPSILON and b < -EPSILON):
            cut = p + (q - p) * (a / (a - b))
            inside.append(cut)
            outside.append(cut)
        if b <= EPSILON:
            inside.append(q)
        if b >= -EPSILON:
            outside.append(q)
    return np.array(inside), np.array(outside)


def outside_of(polygons: list[F64], planes: F64) -> list[F64]:
    """Return what is left of the polygons outside a convex body."""
    left = []
    for polygon in polygons:
        rest, pieces = polygon, []
        for plane in planes:
            rest, piece = clip(rest, plane)
            if piece is not None:
                pieces.append(piece)
            if rest is None:
                break
        # A polygon that the body does not meet stays whole.
        left += [polygon] if rest is None else pieces
    return left


def inside_of(polygons: list[F64], planes: F64) -> list[F64]:
    """Return what is left of the polygons inside a convex body."""
    for plane in planes:
        polygons = [piece for polygon in polygons if (piece := clip(polygon, plane)[0]) is not None]
    return polygons


def cut_away(body: Soup, cutters: list[Soup], mat: int | None = None) -> Soup:
    """Return a convex `body` less convex `cutters`; the cut faces get `mat`, default the body's."""
    own = int(body.mat[0])
    body_planes, cutter_planes = planes_of(body), [planes_of(c) for c in cutters]
    faces = list(body.tri)
    for planes in cutter_planes:
        faces = outside_of(faces, planes)
    inner: list[F64] = []
    for i, cutter in enumerate(cutters):
        pieces = inside_of(list(cutter.tri), body_planes)
        for j, planes in enumerate(cutter_planes):
            if j != i:
                pieces = outside_of(pieces, planes)
        inner += [p[::-1] for p in pieces]
    triangles = [[p[0], p[k], p[k + 1]] for p in faces + inner for k in range(1, len(p) - 1)]
    count = sum(len(p) - 2 for p in faces)
    points = np.array(triangles).reshape(-1, 3)
    out = soup(points, np.arange(len(points)).reshape(-1, 3), own)
    out.mat[count:] = own if mat is None else mat
    return out
