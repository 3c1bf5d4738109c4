"""The object before a busy background, guessed without a network: saliency, then GrabCut."""

from __future__ import annotations

import cv2
import numpy as np

from importer.matte.lab import spread, to_lab
from importer.matte.masks import Mask, components, connected, dilated, eroded, opened, ring
from importer.matte.plain import chambers, sharp_edges
from importer.matte.saliency import saliency
from importer.records import F32, U8

_WORK = 512  # longer side in pixels at which the guess is made


def guess_mask(rgb: U8) -> Mask:
    """Return (h, w) bool, by GrabCut (Rother, Kolmogorov and Blake 2004); all False where nothing stands out."""
    height, width = rgb.shape[:2]
    factor = min(1.0, _WORK / max(height, width))
    size = (max(16, round(width * factor)), max(16, round(height * factor)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    salient, _ = saliency(small)
    salient = salient / max(float(salient.max()), 0.05)
    likely = _enclosed(to_lab(small), salient)
    labels = _seeds(likely)
    if not np.any(labels == cv2.GC_FGD):
        return np.zeros((height, width), bool)
    cv2.setRNGSeed(0)  # GrabCut's first clusters are drawn at random
    models = np.zeros((1, 65)), np.zeros((1, 65))
    try:
        cv2.grabCut(small[..., ::-1].copy(), labels, (0, 0, 1, 1), *models, 6, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # fewer colours than clusters
        return np.zeros((height, width), bool)
    mask = _tidy((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))
    return cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) > 0.5


def _enclosed(lab: F32, salient: F32) -> F32:
    """Return saliency raised to 1 where edges, and what is salient, keep out a flood from the border.

    Where the colour there is that of the flooded surroundings, a gap in the object perhaps, it is lowered to 0.3.
    Where edges abound they tell nothing, and saliency stays as it is.
    """
    walls = dilated(sharp_edges(lab, 1.0), 2) | (salient > 0.35)
    frame = ring(walls.shape)
    reached = connected(~walls, frame)
    if float(reached[frame].mean()) < 0.6 or float(reached.mean()) < 0.3:
        return salient
    reached &= ~chambers(reached, frame)
    around, weight = spread(lab, reached, 0.06 * max(walls.shape))
    own = (np.linalg.norm(cv2.GaussianBlur(lab, (0, 0), 2.0) - around, axis=-1) > 10) | (weight < 1e-5)
    # What is thinner than a wall with its margin is a line in the background, such as where a table meets the wall.
    kept_out = opened(~dilated(reached, 2), 6)
    return np.where(kept_out, np.where(own, 1, np.minimum(salient, 0.3)), salient).astype(np.float32)


def _seeds(likely: F32) -> U8:
    """Return GrabCut's four classes: the surest parts and the frame are fixed."""
    labels = np.full(likely.shape, cv2.GC_PR_BGD, np.uint8)
    labels[likely > 0.35] = cv2.GC_PR_FGD
    labels[eroded(likely > 0.75, 2)] = cv2.GC_FGD
    frame = np.ones(likely.shape, bool)
    frame[2:-2, 2:-2] = False
    labels[frame & (likely < 0.35)] = cv2.GC_BGD
    return labels


def _tidy(mask: Mask) -> Mask:
    """Drop thin bridges' crumbs: keep the largest part and those at least a fifth of it, and close small holes."""
    labels, areas = components(opened(mask, 1), corners=True)
    if len(areas) < 2:
        return np.zeros(mask.shape, bool)
    large = areas >= 0.2 * areas.max()
    kept = large[labels] & (labels > 0)
    holes, hole_areas = components(~kept)
    small = hole_areas < 4e-4 * mask.size
    return kept | (small[holes] & (holes > 0))
