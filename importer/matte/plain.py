"""The object before a plain background: flood from the border through the background's colour and its soft shadows.

A shadow on the ground is the background's colour darkened, without a sharp edge; an object has a sharp edge all around,
even a white one before white. So the flood goes through what is no lighter and no other hue than the background, and
stops at sharp edges. What it cannot reach is object, but for holes that show the background's very colour.
"""

from __future__ import annotations

import cv2
import numpy as np
from scipy.ndimage import find_objects

from importer.matte.backdrop import Backdrop
from importer.matte.masks import Mask, components, connected, dilated, disk, ring
from importer.records import F32

_DARKEST = 0.35  # a shadow keeps at least this part of the background's lightness
_GAP = 2  # pixels: gaps in an edge up to twice this wide stop the flood too
_MOUTH = 0.021  # of the longer side: half the width of a mouth through which no flood comes
_TALLEST = 0.55  # of the object's height with its shadow: a taller shade is no shadow on the ground
_POCKET = 1.5e-3  # of the picture's area
_LEAST_HOLE = 2e-5, 12  # of the picture's area, and pixels


def background_mask(lab: F32, backdrop: Backdrop) -> Mask:
    """Return (h, w) bool: certainly background; a seam of a few pixels along the object's edge is left out."""
    border = ring(lab.shape)
    edges = sharp_edges(lab, backdrop.noise)
    same = _distance(lab, backdrop) < 3.0 + 2.5 * backdrop.noise
    shaded = _shaded(lab, backdrop)
    reached = _flood(same | shaded, edges, border & same)
    shadow = _flat(reached & ~same, ~same | edges)
    reached = _flood(same | shadow, edges, border & same)
    reached &= ~chambers(reached, border)
    reached |= _pockets(lab, backdrop, reached)
    return reached | _holes(lab, backdrop, reached)


def _flood(open_: Mask, edges: Mask, seeds: Mask) -> Mask:
    reached = connected(open_ & ~dilated(edges, _GAP), seeds)
    for _ in range(_GAP):  # back up to the edges
        reached |= dilated(reached, 1) & open_ & ~edges
    return reached


def sharp_edges(lab: F32, noise: float) -> Mask:
    """Return where colour changes within about two pixels; a wide ramp of the same slope does not count."""
    fine, coarse = _slope(lab, 1.2), _slope(lab, 4.0)
    strength = fine - 1.3 * coarse
    strong = max(0.8, 0.6 * noise)
    return connected(strength > 0.45 * strong, strength > strong)  # hysteresis (Canny 1986)


def _slope(lab: F32, sigma: float) -> F32:
    smooth = cv2.GaussianBlur(lab, (0, 0), sigma)
    along_x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
    along_y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.sqrt((along_x**2 + along_y**2).sum(axis=-1))


def _distance(lab: F32, backdrop: Backdrop) -> F32:
    return np.linalg.norm(lab - backdrop.color, axis=-1).astype(np.float32)


def _shaded(lab: F32, backdrop: Backdrop) -> Mask:
    """Return where the colour is the background's with less light: lightness and chroma shrink together."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.5)
    light = np.maximum(backdrop.color[..., 0], 1.0)
    share = smooth[..., 0] / light
    tint = np.linalg.norm(smooth[..., 1:] - backdrop.color[..., 1:] * np.clip(share, 0, 1)[..., None], axis=-1)
    return (
        (share > _DARKEST)
        & (share < 1 + (2 + 2 * backdrop.noise) / light)
        & (tint < np.minimum(4.0 + backdrop.noise + 50 * np.clip(1 - share, 0, 1), 16))
    )


def chambers(reached: Mask, border: Mask) -> Mask:
    """Return what was reached through a narrow mouth only: where a white foot meets its shadow an edge has gaps."""
    radius = max(2, round(_MOUTH * max(reached.shape)))
    outside = cv2.copyMakeBorder(
        reached.astype(np.uint8), radius, radius, radius, radius, cv2.BORDER_CONSTANT, value=[1]
    )
    wide = cv2.erode(outside, disk(radius))[radius:-radius, radius:-radius] > 0
    outer = connected(wide, border)
    return connected(reached & ~dilated(outer, radius), wide & ~outer)


def _flat(shade: Mask, rest: Mask) -> Mask:
    """Return the parts of ``shade`` that are flat enough against the rest to be a shadow on the ground.

    Where a shadow is as dark as the object on it there is no edge between, and the flood runs through the object.
    """
    labels, _ = components(shade, corners=True)
    tall = _TALLEST * np.ptp(np.flatnonzero(rest.any(axis=1))) if rest.any() else 0
    fit = np.array([False, *(box[0].stop - box[0].start <= tall for box in find_objects(labels))])
    return fit[labels]


def _pockets(lab: F32, backdrop: Backdrop, reached: Mask) -> Mask:
    """Return small patches of the background's colour along the object, which JPEG's ringing fenced off as edges do."""
    distance = cv2.medianBlur(_distance(lab, backdrop), 3)
    labels, areas = components((distance < 4.0 + 1.0 * backdrop.noise) & ~reached)
    beside = np.zeros(len(areas), bool)
    beside[labels[dilated(reached, 1)]] = True
    beside[0] = False
    return (beside & (areas < _POCKET * distance.size))[labels]


def _holes(lab: F32, backdrop: Backdrop, reached: Mask) -> Mask:
    """Return enclosed parts that show the background: its colour and flatness, with a sharp edge around.

    A highlight or a white label has neither: it fades out, or differs a little.
    """
    distance = cv2.medianBlur(_distance(lab, backdrop), 3)
    usual = float(distance[ring(distance.shape)].mean())
    labels, areas = components((distance < 4.0 + 1.0 * backdrop.noise) & ~reached)
    means = np.bincount(labels.ravel(), distance.ravel()) / np.maximum(areas, 1)
    outer, outer_areas = components((distance < 10.0 + 3.0 * backdrop.noise) & ~reached)
    part, least = _LEAST_HOLE
    fit = (areas >= max(least, part * distance.size)) & (means <= 1.2 * usual + max(0.4, 3 - 3 * backdrop.noise))
    boxes = find_objects(labels)
    for label in np.flatnonzero(fit):
        inside = np.pad(labels[boxes[label - 1]] == label, 1)
        rim = int((dilated(inside, 1) & ~inside).sum())
        around = int(outer_areas[outer[boxes[label - 1]][inside[1:-1, 1:-1]][0]])
        # The width in pixels of the zone between the two thresholds.
        fit[label] = (around - areas[label]) / max(1, rim) < 2.5
    return fit[labels]
