"""Solid textures: base colour (sRGB), roughness, metallic and height as functions of the point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from shapes import Material


def noise(p: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return smooth value noise in 0..1 at points (k, 3), one cell a unit."""
    cell = np.floor(p).astype(np.int64)
    f = p - cell
    f = f * f * f * (f * (f * 6 - 15) + 10)
    total = np.zeros(len(p))
    for corner in np.ndindex(2, 2, 2):
        c = np.array(corner)
        weight = np.prod(np.where(c, f, 1 - f), axis=1)
        total += weight * hashed(cell + c, seed)
    return total


def hashed(cell: np.ndarray, seed: int) -> np.ndarray:
    """Return a value in 0..1 for each integer cell (k, 3)."""
    x, y, z = cell.astype(np.uint64).T
    h = x * np.uint64(73856093) ^ y * np.uint64(19349663) ^ z * np.uint64(83492791) ^ np.uint64(seed * 2654435761 + 97)
    h = (h ^ (h >> np.uint64(15))) * np.uint64(0x2C1B3C6D)
    h = (h ^ (h >> np.uint64(12))) * np.uint64(0x297A2D39)
    return ((h ^ (h >> np.uint64(15))) & np.uint64(0xFFFFFF)).astype(float) / 0xFFFFFF


def clouds(p: np.ndarray, seed: int = 0, octaves: int = 4) -> np.ndarray:
    """Return fractal noise in 0..1."""
    parts = [noise(p * 2.0**i, seed + i) * 0.5**i for i in range(octaves)]
    return sum(parts) / sum(0.5**i for i in range(octaves))  # type: ignore[return-value]


def mix(a, b, t: np.ndarray) -> np.ndarray:
    """Return colours between `a` and `b` by `t` (k,)."""
    return np.asarray(a, float) * (1 - t[:, None]) + np.asarray(b, float) * t[:, None]


def rgb(code: str) -> np.ndarray:
    """Return (3,) sRGB 0..1 of ``rrggbb``."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)])


def full(p: np.ndarray, value: float) -> np.ndarray:
    """Return `value` for each point."""
    return np.full(len(p), value)


def paint(code: str, roughness: float = 0.42, metallic: float = 0.0, wear: float = 0.12) -> Material:
    """Return paint or metal with faint blotches."""

    def material(p: np.ndarray):
        blotch = clouds(p * 7, 3)
        base = rgb(code) * (1 + wear * (blotch - 0.5)[:, None] * 2)
        return (
            base.clip(0, 1),
            (full(p, roughness) + 0.25 * (blotch - 0.5)).clip(0.1, 1),
            full(p, metallic),
            blotch * 0.0,
        )

    return material


def iron(code: str = "6e6a66", rust: float = 0.5) -> Material:
    """Return forged iron with hammer marks and a little rust."""

    def material(p: np.ndarray):
        marks, dirt = clouds(p * 22, 11, 3), clouds(p * 6, 5)
        rusty = np.clip((dirt - 0.52) * 5, 0, 1) * rust
        base = mix(mix(rgb(code), rgb("8f8b86"), marks), rgb("6d3f22"), rusty)
        return base, 0.38 + 0.25 * marks + 0.3 * rusty, 0.85 * (1 - rusty), marks * 0.010

    return material


def wood(light: str, dark: str, along: int, across: Callable[[np.ndarray], np.ndarray], plank: float) -> Material:
    """Return planks that run along axis `along`, split by `across` (a length at right angles) every `plank`."""

    def material(p: np.ndarray):
        w = across(p) / plank
        index = np.floor(w)
        one = np.stack([index, index * 0, index * 0], axis=1).astype(np.int64)
        tone, slide = hashed(one, 1), hashed(one, 2)
        q = p * 16.0
        q[:, along] = p[:, along] * 1.6 + slide * 40
        grain = clouds(q + slide[:, None] * 13, 7, 4)
        rings = 0.5 + 0.5 * np.sin(40 * grain + 6 * tone)
        seam = np.clip(np.minimum(w - index, index + 1 - w) * plank / 0.012, 0, 1)
        base = mix(rgb(dark), rgb(light), (0.55 * grain + 0.25 * rings + 0.45 * (tone - 0.5) + 0.12).clip(0, 1))
        base *= (0.35 + 0.65 * seam)[:, None]
        return base, 0.6 + 0.2 * grain, full(p, 0), 0.012 * seam + 0.004 * rings

    return material
