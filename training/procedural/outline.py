"""Plane polygons: triangulation by ear clipping with bridged holes, and the outlines that kits are made of."""
# ruff: noqa: RUF005 (sums of arrays)

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import ArrayLike, NDArray

from importer.records import F64

I64 = NDArray[np.int64]


def signed_area(p: F64) -> float:
    """Return the area of a polygon (k, 2), positive if counter-clockwise."""
    q = np.roll(p, -1, 0)
    return float((p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]).sum() / 2)


def triangulate(outline: F64, holes: list[F64]) -> tuple[F64, I64, list[I64]]:
    """Return points (n, 2), triangles (m, 3) and the loops as indices: the outline counter-clockwise, holes clockwise.

    Ear clipping after Meisters (1975); each hole, rightmost first, is bridged to a point it can see.
    """
    rings = [outline if signed_area(outline) > 0 else outline[::-1]]
    rings += [h[::-1] if signed_area(h) > 0 else h for h in holes]
    points = np.concatenate(rings)
    ends = np.cumsum([0, *map(len, rings)])
    loops = [np.arange(a, b) for a, b in itertools.pairwise(ends)]
    chain = loops[0].tolist()
    for loop in sorted(loops[1:], key=lambda r: -points[r, 0].max()):
        chain = bridge(points, chain, loop.tolist())
    return points, clip_ears(points, chain), loops


def bridge(points: F64, chain: list[int], hole: list[int]) -> list[int]:
    """Join a hole to the outer chain by the shortest bridge that crosses neither."""
    start = int(np.argmax(points[hole, 0]))
    hole = hole[start:] + hole[:start]
    tip = points[hole[0]]
    edges = [np.stack([points[ring], points[ring[1:] + ring[:1]]], 1) for ring in (chain, hole)]
    walls = np.concatenate(edges)
    for i in np.argsort(np.linalg.norm(points[chain] - tip, axis=1), kind="stable").tolist():
        goal = points[chain[i]]
        previous, following = points[chain[i - 1]], points[chain[(i + 1) % len(chain)]]
        if not crosses(tip, goal, walls) and in_cone(previous, goal, following, tip):
            return chain[: i + 1] + hole + hole[:1] + chain[i:]
    raise ValueError("a hole lies outside its outline")


def in_cone(a: F64, b: F64, c: F64, p: F64) -> bool:
    """Tell whether `p` is inside the corner a, b, c of a counter-clockwise polygon."""
    left, right, convex = cross(a, b, p) > 0, cross(b, c, p) > 0, cross(a, b, c) >= 0
    return bool((left and right) if convex else (left or right))


def cross(a: F64, b: F64, c: F64) -> float:
    """Return twice the area of the triangle."""
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def crosses(p: F64, q: F64, walls: F64) -> bool:
    """Tell whether the open segment p, q crosses one of `walls` (k, 2, 2)."""
    a, b = walls[:, 0], walls[:, 1]

    def side(o: F64, d: F64, x: F64) -> F64:
        return d[..., 0] * (x[..., 1] - o[..., 1]) - d[..., 1] * (x[..., 0] - o[..., 0])

    s1, s2 = side(p, q - p, a), side(p, q - p, b)
    s3, s4 = side(a, b - a, p), side(a, b - a, q)
    tiny = 1e-12
    return bool(((s1 * s2 < -tiny) & (s3 * s4 < -tiny)).any())


def clip_ears(points: F64, chain: list[int]) -> I64:
    """Return triangles (m, 3) of a simple polygon that may touch itself along bridges."""
    xy = points.tolist()
    chain, triangles, stuck = list(chain), [], 0
    while len(chain) > 3 and stuck < 2:
        best = None
        for i in range(len(chain)):
            a, b, c = chain[i - 1], chain[i], chain[(i + 1) % len(chain)]
            (ax, ay), (bx, by), (cx, cy) = xy[a], xy[b], xy[c]
            turn = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
            if turn <= 1e-14 and stuck == 0:
                continue
            blocked = False
            for k in chain:
                px, py = xy[k]
                if (px, py) in ((ax, ay), (bx, by), (cx, cy)):
                    continue
                if ((bx - ax) * (py - ay) - (by - ay) * (px - ax) >= 0
                        and (cx - bx) * (py - by) - (cy - by) * (px - bx) >= 0
                        and (ax - cx) * (py - cy) - (ay - cy) * (px - cx) >= 0):  # fmt: skip
                    blocked = True
                    break
            if not blocked:
                best = i
                break
        if best is None:
            stuck += 1
            continue
        stuck = 0
        triangles.append((chain[best - 1], chain[best], chain[(best + 1) % len(chain)]))
        chain.pop(best)
    if len(chain) == 3:
        triangles.append(tuple(chain))
    return np.array(triangles, dtype=np.int64)


def rectangle(w: float, h: float, x: float = 0, y: float = 0) -> F64:
    """Return a rectangle that stands on `y`, centred on `x`."""
    return np.array([[-w / 2, 0], [w / 2, 0], [w / 2, h], [-w / 2, h]]) + [x, y]


def arch(w: float, h: float, x: float = 0, y: float = 0, steps: int = 8, point: float = 0) -> F64:
    """Return a door of width `w` and full height `h` with a round or (`point` > 0) pointed head."""
    angle = np.linspace(0, np.pi, steps + 1)
    r = w / 2
    head = np.stack([r * np.cos(angle), h - r * (1 + point) + r * (1 + point) * np.sin(angle)], 1)
    if point:
        rise = np.clip(1 - (head[:, 1] - head[0, 1]) / (h - head[0, 1]), 0, 1)
        head[:, 0] = r * rise**0.6 * np.sign(np.cos(angle) + 1e-9)
    return np.concatenate([[[-r, 0], [r, 0]], head]) + [x, y]


def star(points: int, outer: float, inner: float, turn: float = 90) -> F64:
    """Return a star or, with `inner` near `outer`, a gear-like outline."""
    angle = np.radians(turn) + np.pi * np.arange(2 * points) / points
    r = np.where(np.arange(2 * points) % 2 == 0, outer, inner)
    return np.stack([r * np.cos(angle), r * np.sin(angle)], 1)


def mirrored(half: ArrayLike) -> F64:
    """Return the outline of a right half (k, 2), from bottom to top, and its mirror image."""
    half = np.asarray(half, float)
    left = half[::-1] * [-1, 1]
    points = np.concatenate([half, left])
    keep = np.linalg.norm(points - np.roll(points, 1, 0), axis=1) > 1e-9
    return points[keep]
