"""Soft alpha along an object's edge and its own colours there, by the compositing equation C = aF + (1 - a)B."""

from __future__ import annotations

import numpy as np

from importer.matte.lab import local_mean
from importer.matte.masks import Mask
from importer.records import F32, U8

_BLIND, _SURE = 12.0, 42.0  # distance of object and background in RGB: nothing to tell them apart by, and plenty


def soften(rgb: U8, inside: Mask, outside: Mask, guess: F32) -> tuple[F32, U8]:
    """Return alpha (h, w) in 0..1 and the object's own colours (h, w, 3).

    Parameters
    ----------
    rgb : (h, w, 3) uint8
    inside, outside : (h, w) bool
        Certainly object, certainly background; the rest is decided here.
    guess : (h, w) float32
        Alpha where the colours of object and background are too alike to tell.
    """
    picture = rgb.astype(np.float32)
    back = local_mean(picture, outside)
    along = local_mean(picture, inside) - back
    power = np.einsum("hwc,hwc->hw", along, along)
    measured = np.einsum("hwc,hwc->hw", picture - back, along) / np.maximum(power, 1e-3)
    trust = np.clip((np.sqrt(power) - _BLIND) / (_SURE - _BLIND), 0, 1)
    alpha = trust * np.clip(measured, 0, 1) + (1 - trust) * guess
    alpha = np.where(inside, 1.0, np.where(outside, 0.0, alpha)).astype(np.float32)
    return alpha, clean_colors(picture, alpha, back)


def clean_colors(picture: F32, alpha: F32, back: F32) -> U8:
    """Return the object's colours: solved for where alpha is high enough, and taken from its solid part below that.

    ``back`` (h, w, 3) is the background's colour in ``picture``, or ``picture`` itself where there is none in it.
    """
    share = np.maximum(alpha, 0.35)[..., None]
    solved = np.clip((picture - (1 - share) * back) / share, 0, 255)
    solid = alpha > 0.97
    weight = np.clip((alpha - 0.35) / 0.6, 0, 1)[..., None]
    mixed = weight * solved + (1 - weight) * local_mean(picture, solid) if solid.any() else solved
    return np.clip(np.where(solid[..., None], picture, mixed) + 0.5, 0, 255).astype(np.uint8)
