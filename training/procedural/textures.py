"""Tileable textures, 256 x 256: noise, wood, planks, bricks, stripes, checks, spots, gradients, cracks, scratches."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from importer.records import F64
from training.corpus import TEXTURE_SIZE as SIZE

U8 = NDArray[np.uint8]


def noise(rng: np.random.Generator, cells_y: int, cells_x: int, octaves: int = 3) -> F64:
    """Return periodic value noise (256, 256), mean 0, about -1..1."""
    out, weight = np.zeros((SIZE, SIZE)), 1.0
    for octave in range(octaves):
        grid = rng.uniform(-1, 1, (min(cells_y << octave, SIZE), min(cells_x << octave, SIZE)))
        out += weight * stretch(stretch(grid, 0), 1)
        weight *= 0.5
    return out / 1.5


def stretch(grid: F64, axis: int) -> F64:
    """Interpolate periodically to 256 along an axis, smoothly."""
    count = grid.shape[axis]
    at = np.arange(SIZE) * count / SIZE
    low = at.astype(int)
    t = at - low
    t = t * t * (3 - 2 * t)
    t = t[:, None] if axis == 0 else t
    return np.take(grid, low % count, axis) * (1 - t) + np.take(grid, (low + 1) % count, axis) * t


def place() -> tuple[F64, F64]:
    """Return v and u of the texels, 0..1, as a column and a row."""
    at = (np.arange(SIZE) + 0.5) / SIZE
    return at[:, None], at[None, :]


def blotches(rng: np.random.Generator) -> F64:
    """Return noise of a random size."""
    cells = int(rng.choice([2, 4, 8, 16]))
    return noise(rng, cells, cells, 4)


def wood(rng: np.random.Generator) -> F64:
    """Return grain that runs along v."""
    _, u = place()
    bent = u * int(rng.integers(3, 9)) + 0.5 * noise(rng, 2, 4, 2)
    return 0.5 * np.sin(2 * np.pi * bent) + 0.5 * noise(rng, 4, 32, 2)


def planks(rng: np.random.Generator) -> F64:
    """Return boards along v with dark joints, each board of its own tone."""
    _, u = place()
    count = int(rng.integers(3, 8))
    tone = rng.uniform(-0.5, 0.5, count)[(u * count).astype(int)]
    joint = np.abs((u * count) % 1 - 0.5) > 0.46
    return np.where(joint, -1.6, tone) + 0.35 * noise(rng, 4, 32, 2)


def bricks(rng: np.random.Generator) -> F64:
    """Return a running bond with light or dark joints."""
    v, u = place()
    rows, columns = 2 * int(rng.integers(2, 6)), int(rng.integers(2, 5))
    row = (v * rows).astype(int)
    across = (u * columns + 0.5 * (row % 2)) % columns
    tone = rng.uniform(-0.5, 0.5, (rows, columns))[row, across.astype(int)]
    joint = (np.abs((v * rows) % 1 - 0.5) > 0.43) | (np.abs(across % 1 - 0.5) > 0.465)
    return np.where(joint, rng.choice([-1.5, 1.2]), tone) + 0.2 * noise(rng, 16, 16, 2)


def stripes(rng: np.random.Generator) -> F64:
    """Return bands along u or v, or slanted."""
    v, u = place()
    n, m = rng.choice([[0, 1], [1, 0], [1, 1]]) * int(rng.integers(2, 9))
    return np.where((v * n + u * m) % 1 < rng.uniform(0.3, 0.7), 1.0, -1.0) + 0 * u


def checks(rng: np.random.Generator) -> F64:
    """Return a checkerboard or a plaid."""
    v, u = place()
    n = int(rng.integers(2, 7))
    a, b = ((v * n) % 1 < 0.5).astype(float), ((u * n) % 1 < 0.5).astype(float)
    return (a + b - 1) if rng.random() < 0.4 else 2 * np.abs(a - b) - 1


def spots(rng: np.random.Generator) -> F64:
    """Return discs at random places."""
    v, u = place()
    out = np.full((SIZE, SIZE), -0.4)
    for y, x, r in zip(rng.random(18), rng.random(18), rng.uniform(0.03, 0.1, 18), strict=True):
        dy, dx = np.abs(v - y), np.abs(u - x)
        out[np.minimum(dy, 1 - dy) ** 2 + np.minimum(dx, 1 - dx) ** 2 < r * r] = 1.2
    return out


def gradient(rng: np.random.Generator) -> F64:
    """Return light above and dark below, mirrored at the tile's edge."""
    v, u = place()
    return 1.2 * np.cos(2 * np.pi * v) + 0 * u


def cracks(rng: np.random.Generator) -> F64:
    """Return dark veins on blotches."""
    vein = np.abs(noise(rng, 4, 4, 3))
    return np.where(vein < 0.05, -1.4, 0.0) + 0.4 * noise(rng, 8, 8, 3)


def scratches(rng: np.random.Generator) -> F64:
    """Return fine streaks and worn patches."""
    return 0.4 * noise(rng, 2, 64, 2) + np.where(noise(rng, 4, 4, 3) > 0.45, 0.9, 0)


PATTERNS: dict[str, Callable[[np.random.Generator], F64]] = {
    "noise": blotches,
    "wood": wood, "planks": planks, "bricks": bricks, "stripes": stripes, "checks": checks, "spots": spots,
    "gradient": gradient, "cracks": cracks, "scratches": scratches,
}  # fmt: skip


def texture(rng: np.random.Generator, grain: str, rgb: tuple[float, float, float]) -> U8:
    """Return a texture (256, 256, 4) about the colour `rgb`; some patterns blend to a second colour."""
    pattern = PATTERNS[grain](rng)
    base = np.array(rgb)
    if grain in ("stripes", "checks", "spots") or rng.random() < 0.15:
        other = rng.uniform(0, 1, 3) if rng.random() < 0.6 else base * rng.uniform(0.4, 0.8)
    else:
        other = np.clip(base * rng.uniform(0.55, 0.8) + rng.normal(0, 0.03, 3), 0, 1)
    share = np.clip(0.5 - 0.5 * pattern, 0, 1)[..., None]
    colour = np.rint(255 * np.clip(base * 1.05 + (other - base) * share, 0, 1)).astype(np.uint8)
    return np.concatenate([colour, np.full((SIZE, SIZE, 1), 255, np.uint8)], -1)
