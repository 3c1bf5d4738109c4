"""A plain background's colour at every pixel: a smooth field through what the picture's border shows."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from importer.matte.lab import spread
from importer.matte.masks import Mask, connected, ring
from importer.records import F32

_WORK = 320  # longer side at which the field is fitted; it is smooth
_NOISE_FLOOR, _NOISE_CEILING = 0.6, 2.5  # Lab units; more than the ceiling is a texture, not noise


@dataclass(frozen=True)
class Backdrop:
    """``color`` (h, w, 3) Lab; ``noise``: standard deviation in Lab; ``plain``: part of the border explained, 0..1."""

    color: F32
    noise: float
    plain: float


def fit_backdrop(lab: F32) -> Backdrop:
    """Fit the field to the border, then to all that connects with the border in its colour."""
    height, width = lab.shape[:2]
    factor = min(1.0, _WORK / max(height, width))
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small: F32 = cv2.resize(lab, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    border = ring(small.shape[:2])
    field, noise = _polynomial(small, border)
    inside = _distance(small, field) < _tolerance(noise)
    plain = _explained(inside, border)
    for _ in range(4):
        known = connected(_distance(small, field) < _tolerance(noise), border)
        mean, weight = spread(small, known, 0.04 * max(size))
        trust = np.clip(weight / 0.05, 0, 1)[..., None]
        field = (trust * mean + (1 - trust) * field).astype(np.float32)
    color: F32 = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return Backdrop(color, _pixel_noise(lab, color), plain)


def _distance(lab: F32, field: F32) -> F32:
    return np.linalg.norm(lab - field, axis=-1).astype(np.float32)


def _tolerance(noise: float) -> float:
    return 3.0 + 3.0 * min(noise, _NOISE_CEILING)


def _polynomial(lab: F32, ring: Mask) -> tuple[F32, float]:
    """Fit a quadratic in x and y to the ring's Lab values; least squares reweighted by Tukey's biweight."""
    height, width = ring.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)
    rows, values = terms[ring], lab[ring]
    residual = np.linalg.norm(values - np.median(values, axis=0), axis=1)
    solution = np.zeros((6, 3))
    scale = 1.0
    for step in range(12):
        used = 1 if step == 0 else 3 if step < 4 else 6
        scale = max(1.4826 * float(np.median(residual)), _NOISE_FLOOR)
        weight = np.clip(1 - (residual / (4.685 * scale)) ** 2, 0, None) ** 2
        root = weight[:, None]
        solution = np.zeros((6, 3))
        solution[:used] = np.linalg.lstsq(rows[:, :used] * root, values * root, rcond=None)[0]
        residual = np.linalg.norm(values - rows @ solution, axis=1)
    return (terms @ solution).astype(np.float32), scale


def _explained(inside: Mask, ring: Mask) -> float:
    """Return the part of the ring that the field explains, lowered where one side is hardly explained at all."""
    band = max(2, round(0.02 * min(ring.shape)))
    sides: list[NDArray] = [inside[:band], inside[-band:], inside[:, :band], inside[:, -band:]]
    worst = min(float(side.mean()) for side in sides)
    return float(inside[ring].mean()) * min(1.0, worst / 0.3)


def _pixel_noise(lab: F32, color: F32) -> float:
    """Return the standard deviation of the picture's own pixels around the field on the border."""
    border = ring(lab.shape[:2])
    return 1.4826 * float(np.median(np.linalg.norm(lab[border] - color[border], axis=1))) / 1.5
