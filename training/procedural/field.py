"""Bodies of signed distance fields: surface nets over a grid (Gibson 1998), for what is blended, carved or grown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from importer.records import F64
from training.procedural.soup import Soup, soup

Field = Callable[[F64], F64]


def ellipsoid(at: tuple[float, ...], radii: tuple[float, ...]) -> Field:
    """Return the approximate distance to an ellipsoid."""
    centre, r = np.array(at), np.array(radii)

    def distance(p: F64) -> F64:
        q = (p - centre) / r
        return (np.sqrt((q * q).sum(-1)) - 1) * r.min()

    return distance


def block(at: tuple[float, ...], half: tuple[float, ...], rounding: float = 0) -> Field:
    """Return the distance to a box with rounded edges."""
    centre, size = np.array(at), np.array(half) - rounding

    def distance(p: F64) -> F64:
        q = np.abs(p - centre) - size
        return np.sqrt((np.maximum(q, 0) ** 2).sum(-1)) + np.minimum(q.max(-1), 0) - rounding

    return distance


def capsule(a: tuple[float, ...], b: tuple[float, ...], ra: float, rb: float | None = None) -> Field:
    """Return the approximate distance to a round bar whose radius goes from `ra` to `rb`."""
    start, along = np.array(a), np.array(b) - np.array(a)

    def distance(p: F64) -> F64:
        t = np.clip((p - start) @ along / max(float(along @ along), 1e-12), 0, 1)
        q = p - start - t[..., None] * along
        return np.sqrt((q * q).sum(-1)) - (ra + t * ((ra if rb is None else rb) - ra))

    return distance


def blend(fields: list[Field], softness: float) -> Field:
    """Return the union with rounded seams (polynomial smooth minimum)."""

    def distance(p: F64) -> F64:
        d = fields[0](p)
        for field in fields[1:]:
            e = field(p)
            if softness <= 0:
                d = np.minimum(d, e)
                continue
            h = np.clip(0.5 + 0.5 * (e - d) / softness, 0, 1)
            d = e + (d - e) * h - softness * h * (1 - h)
        return d

    return distance


def less(body: Field, cutter: Field) -> Field:
    """Return `body` without `cutter`."""
    return lambda p: np.maximum(body(p), -cutter(p))


def nets(mat: int, field: Field, low: tuple[float, ...], high: tuple[float, ...], cells: int = 36) -> Soup:
    """Return the surface of `field` in a box, about `cells` cells on its longest side; the box's rim is air."""
    a, b = np.array(low, float), np.array(high, float)
    step = float((b - a).max()) / cells
    counts = np.ceil((b - a) / step).astype(int) + 3
    axes = [x - step + step * np.arange(n) for x, n in zip(a, counts, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    value = field(grid)
    for axis in range(3):
        for end in (0, -1):
            edge = np.moveaxis(value, axis, 0)
            edge[end] = np.maximum(edge[end], step * 0.5)
    inside = value < 0
    total, weight = np.zeros((*(counts - 1), 3)), np.zeros(counts - 1)
    faces = []
    number = np.arange(int(np.prod(counts - 1))).reshape(counts - 1)
    for axis in range(3):
        v, s = np.moveaxis(value, axis, 0), np.moveaxis(inside, axis, 0)
        crossing = s[:-1] != s[1:]
        i, j, k = np.nonzero(crossing)
        t = v[:-1][crossing] / (v[:-1][crossing] - v[1:][crossing])
        index = np.stack([i, j, k], 1)
        place = np.zeros_like(index)
        order = [axis, *[x for x in range(3) if x != axis]]
        place[:, order] = index
        point = a - step + step * place.astype(float)
        point[:, axis] += step * t
        one, two = order[1], order[2]
        corners = []
        for da, db in ((0, 0), (1, 0), (1, 1), (0, 1)):
            cell = place.copy()
            cell[:, one] -= da
            cell[:, two] -= db
            np.add.at(total, tuple(cell.T), point)
            np.add.at(weight, tuple(cell.T), 1)
            corners.append(number[tuple(cell.T)])
        quad = np.stack(corners, 1)
        outward = s[:-1][crossing] ^ (axis == 1)
        quad = np.where(outward[:, None], quad, quad[:, ::-1])
        faces += [quad[:, :3], quad[:, [0, 2, 3]]]
    vertices = (total / np.maximum(weight, 1)[..., None]).reshape(-1, 3)
    return soup(vertices, np.concatenate(faces), mat)
