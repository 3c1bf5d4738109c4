"""The picture as a source of colour: without its rim, filtered for the texels, and in two bands."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from importer.records import F32, U8, View
from importer.texture.gutter import nearest_of

_RIM = 1 / 400  # soft edge that mixes with what was behind the object, part of the side
_BROAD = 1 / 45  # width of the low band, part of the side
_ROW = 8192  # OpenCV's remap refuses sides of 32768 and more


@dataclass(frozen=True)
class Source:
    """Colours 0..1 (s, s, 3) float32, defined everywhere: ``sharp``, and its low band ``broad``."""

    sharp: F32
    broad: F32


def open_picture(view: View, pixels_per_texel: float) -> Source:
    """Prepare `view` for texels that are `pixels_per_texel` of its pixels wide."""
    rgb = view.rgba[..., :3].astype(np.float32) / 255
    core = _core(view.rgba[..., 3])
    rgb = rgb.reshape(-1, 3)[nearest_of(core)].reshape(rgb.shape)
    if pixels_per_texel > 1:  # otherwise the texels would skip pixels and alias
        rgb = cv2.GaussianBlur(rgb, (0, 0), 0.5 * np.sqrt(pixels_per_texel**2 - 1 + 1e-6))
    return Source(np.asarray(rgb, np.float32), _low_band(np.asarray(rgb, np.float32), core))


def sample(image: F32, uv: NDArray[np.floating], interpolation: int = cv2.INTER_LINEAR) -> F32:
    """Read `image` (h, w) or (h, w, c) at `uv` (k, 2), 0..1 from the top left: (k, c). The border repeats outside."""
    height, width = image.shape[:2]
    rows = -(-len(uv) // _ROW)
    place = np.zeros((max(rows, 1) * _ROW, 2), np.float32)
    place[: len(uv)] = np.clip(np.nan_to_num(uv), -1, 2) * (width, height) - 0.5
    place = place.reshape(-1, _ROW, 2)
    parts = [
        cv2.remap(image, strip[..., 0], strip[..., 1], interpolation, borderMode=cv2.BORDER_REPLICATE)
        for strip in np.array_split(place, -(-len(place) // 4096))
    ]
    return np.concatenate(parts).reshape(place.shape[0] * _ROW, -1)[: len(uv)].astype(np.float32)


def _core(alpha: U8) -> NDArray[np.bool_]:
    """Pixels of the object's own colour: the mask without its rim, but with parts thinner than two rims."""
    solid = (alpha > 230).astype(np.uint8)
    if not solid.any():  # a faint mask, or none at all: the best there is
        solid = (alpha == alpha.max()).astype(np.uint8)
    width = max(1, round(_RIM * alpha.shape[0]))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    inner = cv2.erode(solid, disc)
    return (inner > 0) | ((solid > 0) & (cv2.dilate(inner, cv2.dilate(disc, disc)) == 0))


def _low_band(rgb: F32, core: NDArray[np.bool_]) -> F32:
    """Gaussian of the object alone (normalised convolution), at a quarter of the resolution as it is smooth."""
    size = rgb.shape[0]
    small = max(16, size // 4)
    weight = cv2.resize(core.astype(np.float32), (small, small), interpolation=cv2.INTER_AREA)
    color = cv2.resize(rgb * core[..., None], (small, small), interpolation=cv2.INTER_AREA)
    total = cv2.GaussianBlur(np.dstack([color, weight]), (0, 0), _BROAD * small)
    broad = total[..., :3] / np.maximum(total[..., 3:], 1e-6)
    near = nearest_of(total[..., 3] > 1e-3)
    broad = broad.reshape(-1, 3)[near].reshape(broad.shape)
    return np.asarray(cv2.resize(broad, (size, size), interpolation=cv2.INTER_LINEAR), np.float32)
