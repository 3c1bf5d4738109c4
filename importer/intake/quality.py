"""What makes a picture poor for reconstruction, judged on the object alone, each with what to do about it."""

from __future__ import annotations

import cv2
import numpy as np

from importer.records import F32, U8

_SMALL = 200  # px on the longer side; the network sees 256
_SCALE = 512  # longer side to which sharpness refers
_BLUR = 1.3  # px at that scale; sharp pictures measure 0, ones blurred by 4 px mostly 1.4 or more
_SMOOTH = 2.0  # px blurred on top, and taken off the result: 8-bit rounding would pass for detail
_WHITE, _BLACK = 0.5, 0.6  # part of the object that may be clipped


def picture_quality(rgba: U8) -> tuple[str, ...]:
    """Return warnings on a cut-out object (h, w, 4)."""
    solid = rgba[..., 3] > 127
    if not solid.any():
        return ()
    notes = []
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    height, width = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    if max(height, width) < _SMALL:
        notes.append(
            f"the object is only {width} x {height} px; details will be lost. "
            "Use a picture with 512 px or more on its longer side"
        )
    blur = blur_width(rgba)
    if blur > _BLUR:
        notes.append(
            f"the picture is blurred (by about {blur * max(height, width) / _SCALE:.0f} px); "
            "textures will be soft. Use a sharper picture"
        )
    light = rgba[..., :3][solid]
    if float((light.min(axis=1) >= 254).mean()) > _WHITE:
        notes.append("most of the object is pure white (overexposed). Expose it darker if it has detail")
    if float((light.max(axis=1) <= 6).mean()) > _BLACK:
        notes.append("most of the object is pure black (underexposed). Expose it brighter if it has detail")
    return tuple(notes)


def blur_width(rgba: U8) -> float:
    """Return the standard deviation in pixels of the blur of the object's sharpest edges, were it 512 px long.

    The Laplacian's strength against the gradient's: a step edge blurred by s has them in the ratio 0.61 / s, whatever
    its contrast. (The Laplacian's variance alone calls every plainly coloured object blurred.) 0 without any edge.
    """
    factor = min(1.0, _SCALE / max(rgba.shape[:2]))
    size = (max(8, round(rgba.shape[1] * factor)), max(8, round(rgba.shape[0] * factor)))
    small = cv2.resize(rgba, size, interpolation=cv2.INTER_AREA)
    grey: F32 = cv2.cvtColor(np.ascontiguousarray(small[..., :3]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    inside = cv2.erode((small[..., 3] > 250).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    if inside.sum() < 400:
        return 0.0
    grey = cv2.GaussianBlur(grey, (0, 0), _SMOOTH).astype(np.float32)
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=1 / 8))
    curve = np.abs(cv2.Laplacian(grey, cv2.CV_32F))
    steep = float(np.percentile(slope[inside], 99.5))
    if steep < 1.0:
        return 0.0
    enlarged = max(1.0, _SCALE / max(rgba.shape[:2]))
    width = 0.61 * steep / max(float(np.percentile(curve[inside], 99.5)), 1e-3)
    return float(np.sqrt(max(width**2 - _SMOOTH**2, 0))) * enlarged
