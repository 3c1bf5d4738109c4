"""Triangle soups: the form in which procedural objects are put together, Y up, any unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from importer.records import F64

I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Soup:
    """Closed parts, counter-clockwise from outside.

    ``tri`` (m, 3, 3): corners; ``mat`` (m,): material; ``part`` (m,): faces of one part are shaded as one surface;
    ``uv`` (m, 3, 2): texture coordinates, NaN where the object's box mapping is wanted.
    """

    tri: F64
    mat: I64
    part: I64
    uv: F64


def soup(vertices: ArrayLike, faces: ArrayLike, mat: int, uv: F64 | None = None) -> Soup:
    """Return the mesh as one part of material `mat`; `uv` (m, 3, 2)."""
    tri = np.asarray(vertices, float)[np.asarray(faces, int)]
    count = len(tri)
    return Soup(tri, np.full(count, mat), np.zeros(count, int), np.full((count, 3, 2), np.nan) if uv is None else uv)


def join(*soups: Soup | list[Soup]) -> Soup:
    """Put soups together; their parts stay apart."""
    flat = [s for some in soups for s in (some if isinstance(some, list) else [some]) if len(s.tri)]
    start = np.cumsum([0, *(s.part.max() + 1 for s in flat)])
    return Soup(
        np.concatenate([s.tri for s in flat]),
        np.concatenate([s.mat for s in flat]),
        np.concatenate([s.part + at for s, at in zip(flat, start, strict=False)]),
        np.concatenate([s.uv for s in flat]),
    )


def reshape(s: Soup, function: Callable[[F64], F64]) -> Soup:
    """Map all corners (n, 3) by `function`, which keeps orientation."""
    return replace(s, tri=function(s.tri.reshape(-1, 3)).reshape(-1, 3, 3))


def move(s: Soup, x: float = 0, y: float = 0, z: float = 0) -> Soup:
    """Shift."""
    return replace(s, tri=s.tri + np.array([x, y, z]))


def scale(s: Soup, x: float, y: float | None = None, z: float | None = None) -> Soup:
    """Scale about the origin by one or three factors; negative ones mirror and keep the outside outside."""
    factors = np.array([x, x if y is None else y, x if z is None else z])
    tri, uv = s.tri * factors, s.uv
    if factors.prod() < 0:
        tri, uv = tri[:, ::-1], uv[:, ::-1]
    return replace(s, tri=tri, uv=uv)


def rotation(axis: str, degrees: float) -> F64:
    """Return the right-handed rotation about "x", "y" or "z"."""
    c, s, i = np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), "xyz".index(axis)
    j, k = (i + 1) % 3, (i + 2) % 3
    matrix = np.eye(3)
    matrix[j, j], matrix[j, k], matrix[k, j], matrix[k, k] = c, -s, s, c
    return matrix


def turn(s: Soup, axis: str, degrees: float, at: tuple[float, float, float] = (0, 0, 0)) -> Soup:
    """Rotate about an axis through `at`."""
    return replace(s, tri=(s.tri - at) @ rotation(axis, degrees).T + np.array(at))


def both(s: Soup, axis: str = "x") -> Soup:
    """Return `s` and its mirror image."""
    return join(s, scale(s, *(-1.0 if a == axis else 1.0 for a in "xyz")))


def ring(s: Soup, count: int, start: float = 0, arc: float = 360) -> Soup:
    """Return `count` copies turned about Y, spread over `arc` degrees."""
    step = arc / count if arc >= 360 else arc / max(count - 1, 1)
    return join([turn(s, "y", start + i * step) for i in range(count)])


def row(s: Soup, count: int, x: float = 0, y: float = 0, z: float = 0) -> Soup:
    """Return `count` copies, each a step (x, y, z) from the last, centred on the first's place in x and z."""
    half = (count - 1) / 2
    return join([move(s, (i - half) * x, i * y, (i - half) * z) for i in range(count)])


def bounds(s: Soup) -> F64:
    """Return the box (2, 3)."""
    points = s.tri.reshape(-1, 3)
    return np.stack([points.min(0), points.max(0)])


def fit(s: Soup, low: ArrayLike, high: ArrayLike) -> Soup:
    """Stretch `s` into a box."""
    box = bounds(s)
    size = np.maximum(box[1] - box[0], 1e-9)
    low, high = np.asarray(low, float), np.asarray(high, float)
    return replace(s, tri=(s.tri - box[0]) / size * (high - low) + low)


def recolour(s: Soup, mat: int) -> Soup:
    """Give all faces the material `mat`."""
    return replace(s, mat=np.full_like(s.mat, mat))


def subdivide(s: Soup, length: float, rounds: int = 4, limit: int = 12000) -> Soup:
    """Halve edges longer than `length`; neighbours split a common edge alike, so closed parts stay closed."""
    for _ in range(rounds):
        if len(s.tri) > limit:
            return s
        long = np.linalg.norm(s.tri - np.roll(s.tri, -1, 1), axis=2) > length * (1 + 1e-9)  # edges 01, 12, 20
        if not long.any():
            return s
        s = split_edges(s, long)
    return s


def split_edges(s: Soup, long: np.ndarray) -> Soup:
    """Split the marked edges `long` (m, 3) of each triangle at their middles."""
    count = long.sum(1)
    # Turn corners so that one marked edge comes first, or, of two, so that the unmarked one comes last.
    first = np.where(count == 2, (np.argmin(long, 1) + 1) % 3, np.argmax(long, 1))
    order = (first[:, None] + np.arange(3)) % 3
    data = np.concatenate([s.tri, s.uv], 2)
    data = np.take_along_axis(data, order[..., None], 1)
    middle = (data + np.roll(data, -1, 1)) / 2
    a, b, c = data[:, 0], data[:, 1], data[:, 2]
    ab, bc, ca = middle[:, 0], middle[:, 1], middle[:, 2]
    patterns = {
        0: [(a, b, c)],
        1: [(a, ab, c), (ab, b, c)],
        2: [(ab, b, bc), (a, ab, bc), (a, bc, c)],
        3: [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)],
    }
    pieces, owners = [], []
    for k, triangles in patterns.items():
        rows = np.nonzero(count == k)[0]
        for triangle in triangles:
            pieces.append(np.stack([corner[rows] for corner in triangle], 1))
            owners.append(rows)
    data, owner = np.concatenate(pieces), np.concatenate(owners)
    return Soup(data[..., :3], s.mat[owner], s.part[owner], data[..., 3:])
