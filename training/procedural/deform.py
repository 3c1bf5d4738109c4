"""Whole-object deformations: taper, bend, twist, shear and a slow random warp."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from importer.records import F64

Map = Callable[[F64], F64]


def taper(box: F64, amount: float) -> Map:
    """Scale x and z linearly with height, by 1 - amount at the top and 1 + amount at the bottom."""
    middle, height = box.mean(0), max(float(box[1, 1] - box[0, 1]), 1e-9)

    def apply(p: F64) -> F64:
        factor = 1 - 2 * amount * (p[:, 1] - middle[1]) / height
        return (p - middle) * np.stack([factor, np.ones_like(factor), factor], 1) + middle

    return apply


def twist(box: F64, radians: float) -> Map:
    """Turn about the box's middle axis, by `radians` from bottom to top."""
    middle, height = box.mean(0), max(float(box[1, 1] - box[0, 1]), 1e-9)

    def apply(p: F64) -> F64:
        q = p - middle
        c, s = np.cos(radians * q[:, 1] / height), np.sin(radians * q[:, 1] / height)
        return np.stack([c * q[:, 0] + s * q[:, 2], q[:, 1], -s * q[:, 0] + c * q[:, 2]], 1) + middle

    return apply


def bend(box: F64, radians: float, along: int, towards: int) -> Map:
    """Bend the axis `along` to an arc of `radians` towards an axis; the box's low end (or middle, if level) stays."""
    length = max(float(box[1, along] - box[0, along]), 1e-9)
    start = box[0, along] if along == 1 else box.mean(0)[along]
    centre = box.mean(0)[towards]

    def apply(p: F64) -> F64:
        if abs(radians) < 1e-3:
            return p
        radius = length / radians
        angle = (p[:, along] - start) / radius
        reach = radius - (p[:, towards] - centre)
        out = p.copy()
        out[:, along] = start + reach * np.sin(angle)
        out[:, towards] = centre + radius - reach * np.cos(angle)
        return out

    return apply


def warp(box: F64, amount: float, rng: np.random.Generator, waves: int = 5) -> Map:
    """Add a few long sine waves; `amount` is relative to the longest side and stays below what would fold space."""
    size = float((box[1] - box[0]).max())
    direction = rng.normal(size=(waves, 3)) * 2.5 / size
    phase, push = rng.uniform(0, 2 * np.pi, waves), rng.normal(size=(waves, 3)) * amount * size / np.sqrt(waves)
    return lambda p: p + np.sin(p @ direction.T + phase) @ push
