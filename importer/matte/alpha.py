"""The picture's own alpha: made straight, without a painted shadow, with clean colours along its soft edges."""

from __future__ import annotations

import cv2
import numpy as np

from importer.matte.edge import clean_colors
from importer.matte.masks import Mask, connected, dilated, disk, eroded, opened
from importer.records import F32, U8


def own_alpha(rgba: U8) -> tuple[F32, U8, list[str]]:
    """Return alpha (h, w) in 0..1, colours (h, w, 3), and warnings."""
    notes: list[str] = []
    rgb, alpha = rgba[..., :3], (rgba[..., 3] / np.float32(255)).astype(np.float32)
    top = float(np.percentile(alpha[alpha > 0.02], 90)) if (alpha > 0.02).any() else 1.0
    if top < 0.9:
        notes.append(f"the whole object is see-through (opacity {top:.0%}); it was taken as solid")
        alpha = np.clip(alpha / top, 0, 1).astype(np.float32)
    if _premultiplied(rgb, alpha):
        notes.append("the colours along the edges are multiplied by alpha (premultiplied); this was undone")
        rgb = np.clip(rgb / np.maximum(alpha, 1 / 255)[..., None] + 0.5, 0, 255).astype(np.uint8)
    shadow = _shadow(rgb, alpha)
    if shadow.any():
        notes.append("a soft dark shadow in the picture's transparency was left out")
        alpha = np.where(shadow, 0, alpha).astype(np.float32)
    soft = float(((alpha > 0.1) & (alpha < 0.9)).sum()) / max(1.0, float((alpha > 0.1).sum()))
    if soft > 0.35:
        notes.append(f"{soft:.0%} of the object is half transparent; the shape follows what is more than half opaque")
    picture = rgb.astype(np.float32)
    return alpha, clean_colors(picture, alpha, picture), notes


def _premultiplied(rgb: U8, alpha: F32) -> bool:
    """Tell whether colours fade to black with alpha: never above it, and close to the solid ones once divided by it."""
    edge = (alpha > 0.2) & (alpha < 0.8)
    solid = alpha > 0.97
    if edge.sum() < 50 or not solid.any():
        return False
    if float((rgb[edge].max(axis=1) <= alpha[edge] * 255 + 2).mean()) < 0.995:
        return False
    near = cv2.dilate(np.where(solid[..., None], rgb, 0).astype(np.uint8), disk(3)).max(axis=-1).astype(np.float32)
    beside = edge & (near > 60)  # a dark object tells nothing
    if beside.sum() < 50:
        return False
    bright = rgb[beside].max(axis=1).astype(np.float32)
    divided = bright / alpha[beside]
    return float(np.median(np.abs(divided - near[beside]))) < 0.6 * float(np.median(np.abs(bright - near[beside])))


def _shadow(rgb: U8, alpha: F32) -> Mask:
    """Return the wide, dark, colourless, half-transparent areas outside the object's solid part.

    The rim of a solid part is soft too, but only a few pixels wide.
    """
    solid = opened(alpha > 0.9, 1)
    bright, dark = rgb.max(axis=-1).astype(np.int16), rgb.min(axis=-1).astype(np.int16)
    veil = (alpha > 0.004) & (alpha <= 0.9) & (bright < 70) & (bright - dark < 24)
    apart = veil & ~dilated(solid, 1)
    shadow = connected(apart, eroded(apart, max(2, round(0.006 * max(alpha.shape)))), corners=True)
    # A shadow lies under something: without a solid part, this is the object itself.
    return shadow if solid.any() and shadow.sum() < 3 * solid.sum() else np.zeros_like(shadow)
