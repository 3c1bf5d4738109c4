"""The parts of a mask: specks are dropped, the frame's sides that cut the object are named, the picture is trimmed."""

from __future__ import annotations

import cv2
import numpy as np

from importer.matte.lab import nearest
from importer.matte.masks import components, connected
from importer.records import F32, U8

SIDES = ("top", "bottom", "left", "right")
_SPECK = 2e-3  # of the largest part's area: smaller parts are specks if they lie apart
_CRUMB = 1e-3  # smaller ones are specks wherever they lie
_APART = 0.02  # of the picture's longer side


def drop_specks(alpha: F32) -> tuple[F32, int]:
    """Return alpha without specks and their number. Several large parts are all kept."""
    labels, areas = components(alpha > 0.5, corners=True)
    if len(areas) < 2:
        return np.zeros_like(alpha), 0
    large = areas >= _SPECK * areas.max()
    away = cv2.distanceTransform((~large[labels] | (labels == 0)).astype(np.uint8), cv2.DIST_L2, 5)
    gap = np.full(len(areas), np.inf)
    np.minimum.at(gap, labels.ravel(), away.ravel())
    kept = large | ((areas >= _CRUMB * areas.max()) & (gap < _APART * max(alpha.shape)))
    kept[0] = False
    haze = connected(alpha > 0.02, kept[labels], corners=True)
    return np.where(haze, alpha, 0).astype(np.float32), int(len(areas) - 1 - kept.sum())


def cut_sides(alpha: F32) -> list[str]:
    """Return the sides of the frame that the object runs into, along at least 2 % of their length."""
    lines = alpha[:2], alpha[-2:], alpha[:, :2].T, alpha[:, -2:].T
    return [side for side, line in zip(SIDES, lines, strict=True) if float((line.max(axis=0) > 0.5).mean()) > 0.02]


def trim(rgb: U8, alpha: F32, margin: float) -> U8:
    """Return RGBA of the object's box plus ``margin`` of its longer side on each side, clear beyond the frame.

    Colours under clear pixels are the nearest object's, so that filtering the picture draws no halo.
    """
    rows, columns = np.flatnonzero((alpha > 0.02).any(axis=1)), np.flatnonzero((alpha > 0.02).any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    pad = max(1, round(margin * max(bottom - top, right - left)))
    box = np.dstack([rgb, np.round(alpha * 255).astype(np.uint8)])[top:bottom, left:right]
    box = np.pad(box, ((pad, pad), (pad, pad), (0, 0)))
    box[..., 3][box[..., 3] < 3] = 0
    box[..., :3] = nearest(box[..., :3], box[..., 3] > 0)
    return np.ascontiguousarray(box)
