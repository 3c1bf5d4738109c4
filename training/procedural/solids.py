"""Closed primitives: boxes, hulls, turned and swept bodies, extruded outlines. ``y`` is where a body stands."""
# ruff: noqa: RUF005 (sums of arrays)

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import ConvexHull

from importer.records import F64
from training.procedural.outline import triangulate
from training.procedural.soup import I64, Soup, move, scale, soup

Point = Sequence[float]


def box(mat: int, w: float, h: float, d: float, x: float = 0, y: float = 0, z: float = 0, bevel: float = 0) -> Soup:
    """Return a box of `w` x `h` x `d` that stands on `y`, its edges cut off by `bevel` of its least side."""
    corner = np.array([[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)]) / 2.0
    size = np.array([w, h, d])
    at = np.array([x, y + h / 2, z])
    cut = bevel * size.min()
    if cut <= 0:
        faces = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1),
                 (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)]  # fmt: skip
        return soup(corner * size + at, faces, mat)
    points = [corner * (size - 2 * cut * (1 - np.eye(3)[a])) for a in range(3)]
    return hull(mat, np.concatenate(points) + at)


def hull(mat: int, points: ArrayLike) -> Soup:
    """Return the convex hull of points (n, 3)."""
    points = np.asarray(points, float)
    faces = ConvexHull(points, qhull_options="QJ Pp").simplices
    tri, middle = points[faces], points.mean(0)
    inward = (np.cross(tri[:, 1] - tri[:, 0], tri[:, 2] - tri[:, 0]) * (tri[:, 0] - middle)).sum(1) < 0
    faces = np.where(inward[:, None], faces[:, ::-1], faces)
    return soup(points, faces, mat)


def frustum(mat: int, w: float, d: float, h: float, top: float | tuple[float, float], y: float = 0,
            shift: tuple[float, float] = (0, 0)) -> Soup:  # fmt: skip
    """Return a box whose upper side is scaled by `top` (x and z) and moved by `shift`."""
    tx, tz = top if isinstance(top, tuple) else (top, top)
    tx, tz = max(tx, 0.002), max(tz, 0.002)
    s = box(mat, 1, 1, 1)
    high = s.tri[..., 1] > 0.5
    factor = np.stack([np.where(high, w * tx, w), np.full(high.shape, h), np.where(high, d * tz, d)], -1)
    offset = np.stack([high * shift[0], np.full(high.shape, y), high * shift[1]], -1)
    return Soup(s.tri * factor + offset, s.mat, s.part, s.uv)


def grid_faces(rows: int, columns: int, closed_rows: bool = False) -> I64:
    """Return triangles of a grid of `rows` x `columns` vertices, closed along the columns (and the rows)."""
    i, j = np.meshgrid(np.arange(rows if closed_rows else rows - 1), np.arange(columns), indexing="ij")
    a, b = i * columns + j, i * columns + (j + 1) % columns
    c, d = (i + 1) % rows * columns + (j + 1) % columns, (i + 1) % rows * columns + j
    return np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])


def drop_slivers(s: Soup) -> Soup:
    """Remove faces without area, as at a pole."""
    area = np.linalg.norm(np.cross(s.tri[:, 1] - s.tri[:, 0], s.tri[:, 2] - s.tri[:, 0]), axis=1)
    keep = area > 1e-9 * max(float(area.max()), 1e-12)
    return Soup(s.tri[keep], s.mat[keep], s.part[keep], s.uv[keep])


def lathe(mat: int, profile: ArrayLike, sides: int, phase: float = 0.5, closed: bool = False) -> Soup:
    """Turn `profile` (k, 2), radius and height from the lower to the upper end, about Y.

    Ends are drawn to the axis; with `closed` the profile is a loop (counter-clockwise in radius and height) instead.
    """
    profile = np.asarray(profile, float)
    if not closed:
        ends = [profile[[0]] * [0, 1], profile[[-1]] * [0, 1]]
        profile = np.concatenate([ends[0], profile, ends[1]])
    angle = 2 * np.pi * (np.arange(sides) + phase) / sides
    around = np.stack([np.cos(angle), np.zeros(sides), np.sin(angle)], 1)
    vertices = profile[:, None, :1] * around + profile[:, None, 1:] * [0, 1, 0]
    faces = grid_faces(len(profile), sides, closed)[:, ::-1]
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    columns = faces % sides
    u = np.where((columns == 0) & (columns.max(1, keepdims=True) == sides - 1) & (sides > 2), sides, columns)
    uv = np.stack([u / sides * 2 * np.pi * profile[:, 0].max(), -length[faces // sides]], -1)
    return drop_slivers(soup(vertices.reshape(-1, 3), faces, mat, uv))


def cylinder(mat: int, r: float, h: float, sides: int, top: float | None = None, y: float = 0) -> Soup:
    """Return a standing cylinder, or a cone frustum with the upper radius `top`."""
    return lathe(mat, [[r, y], [max(r if top is None else top, 0), y + h]], sides)


def ball(mat: int, rx: float, ry: float, rz: float, at: Point = (0, 0, 0), sides: int = 10) -> Soup:
    """Return an ellipsoid centred at `at`."""
    rings = max(sides // 2, 3)
    angle = np.linspace(-np.pi / 2, np.pi / 2, rings + 1)
    s = lathe(mat, np.stack([np.cos(angle), np.sin(angle)], 1), sides)
    return move(scale(s, rx, ry, rz), *at)


def frames(path: F64) -> tuple[F64, F64]:
    """Return two unit vectors (k, 3) across the path at each point, carried along without twist."""
    tangent = np.gradient(path, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-12)
    helper = np.eye(3)[np.argmin(np.abs(tangent[0]))]
    side = np.cross(helper, tangent[0])
    across = []
    for t in tangent:
        side = side - (side @ t) * t
        side = side / max(float(np.linalg.norm(side)), 1e-9)
        across.append(side)
    first = np.array(across)
    return first, np.cross(tangent, first)


def circle(sides: int, rx: float = 1, ry: float | None = None) -> F64:
    """Return a regular polygon (sides, 2), counter-clockwise, with a flat side down."""
    angle = 2 * np.pi * (np.arange(sides) + 0.5) / sides - np.pi / 2
    return np.stack([rx * np.cos(angle), (rx if ry is None else ry) * np.sin(angle)], 1)


def sweep(mat: int, path: ArrayLike, radius: ArrayLike, sides: int = 6, section: F64 | None = None,
          closed: bool = False) -> Soup:  # fmt: skip
    """Carry a section (default a regular polygon) along `path` (k, 3), scaled by `radius` (scalar or k)."""
    path = np.asarray(path, float)
    section = circle(sides) if section is None else section
    if closed:
        wide = np.concatenate([path[-2:], path, path[:2]])
        first, second = (a[2:-2] for a in frames(wide))
    else:
        first, second = frames(path)
    size = np.broadcast_to(np.asarray(radius, float), len(path))[:, None, None]
    rings = path[:, None] + size * (section[None, :, :1] * first[:, None] + section[None, :, 1:] * second[:, None])
    count = len(section)
    faces = grid_faces(len(path), count, closed)
    vertices = rings.reshape(-1, 3)
    if not closed:
        ends = len(vertices) + np.array([0, 1])
        vertices = np.concatenate([vertices, path[[0, -1]]])
        j = np.arange(count)
        last = (len(path) - 1) * count
        caps = [np.stack([np.full(count, ends[0]), (j + 1) % count, j], 1),
                np.stack([np.full(count, ends[1]), last + j, last + (j + 1) % count], 1)]  # fmt: skip
        faces = np.concatenate([faces, *caps])
    return drop_slivers(soup(vertices, faces, mat))


def rod(mat: int, a: Point, b: Point, r: float, top: float | None = None, sides: int = 6) -> Soup:
    """Return a bar from `a` to `b` with radius `r`, at its end `top`."""
    return sweep(mat, [a, b], [r, r if top is None else max(top, 1e-4)], sides)


def beam(mat: int, a: Point, b: Point, w: float, h: float | None = None) -> Soup:
    """Return a rectangular bar from `a` to `b`, `w` x `h` across."""
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2 * [w, w if h is None else h]
    return sweep(mat, [a, b], 1, section=half)


def torus(mat: int, big: float, small: float, sides: int = 16, across: int = 6, y: float = 0) -> Soup:
    """Return a lying ring, its middle at height `y`."""
    return lathe(mat, circle(across, small) + [big, y], sides, closed=True)


def extrude(mat: int, outline: ArrayLike, depth: float, holes: Sequence[ArrayLike] = (), z: float = 0,
            top: float = 1) -> Soup:  # fmt: skip
    """Extrude a polygon (k, 2) in x and y, with holes, along z about `z`; the front is scaled by `top` if no holes."""
    points, flat, loops = triangulate(np.asarray(outline, float), [np.asarray(h, float) for h in holes])
    middle = points.mean(0)
    front = np.column_stack([(points - middle) * top + middle, np.full(len(points), z + depth / 2)])
    back = np.column_stack([points, np.full(len(points), z - depth / 2)])
    count, sides = len(points), []
    for loop in loops:  # outline counter-clockwise, holes clockwise
        a, b = loop, np.roll(loop, -1)
        sides += [np.stack([a + count, b + count, b], 1), np.stack([a + count, b, a], 1)]
    return soup(np.concatenate([front, back]), np.concatenate([flat, flat[:, ::-1] + count, *sides]), mat)


def hoop(mat: int, inner: float, outer: float, low: float, high: float, sides: int) -> Soup:
    """Return a standing band with a rectangular section."""
    return lathe(mat, [[inner, low], [outer, low], [outer, high], [inner, high]], sides, closed=True)


def gable(mat: int, w: float, h: float, d: float, y: float, over: float = 0.0) -> Soup:
    """Return a gable roof whose ridge runs along z."""
    return extrude(mat, [[-w / 2 - over, y], [w / 2 + over, y], [0, y + h]], d + 2 * over)
