"""The object before a busy background by GrabCut: from saliency, a guess, or from what a network is sure of."""

from __future__ import annotations

import cv2
import numpy as np

from importer.matte.lab import spread, to_lab
from importer.matte.masks import Mask, components, connected, dilated, eroded, opened, ring
from importer.matte.plain import chambers, sharp_edges
from importer.matte.saliency import saliency
from importer.records import F32, U8

_WORK = 512  # longer side in pixels at which the guess is made
_ALIKE = 0.6  # part of what stands out that must be a network's object


def guess_mask(rgb: U8) -> Mask:
    """Return (h, w) bool, by GrabCut (Rother, Kolmogorov and Blake 2004); all False where nothing stands out."""
    small = _shrunk(rgb)
    return _grabbed(rgb, small, _seeds(_salient(small)))


def grown_mask(rgb: U8, soft: F32) -> Mask:
    """Return (h, w) bool: GrabCut from what a network's alpha ``soft`` (h, w) is sure of, both ways.

    It fills what the network left out inside an object and drops what it took of the background, by their colours.
    What stands out from the border is not sure to be background, whatever the network says; and where most of it is
    the network's object, the rest is taken for parts of it.
    """
    small = _shrunk(rgb)
    salient = _salient(small)
    likely = cv2.resize(soft, small.shape[1::-1], interpolation=cv2.INTER_AREA).astype(np.float32)
    labels = np.full(likely.shape, cv2.GC_PR_BGD, np.uint8)
    object_, striking = likely > 0.5, salient > 0.75
    if (striking & object_).sum() > _ALIKE * striking.sum():
        object_ = connected(object_ | striking, object_)
    labels[object_] = cv2.GC_PR_FGD
    labels[eroded(likely > 0.95, 1)] = cv2.GC_FGD
    labels[eroded((likely < 0.02) & (salient < 0.5), 2)] = cv2.GC_BGD
    return _grabbed(rgb, small, labels)


def _salient(small: U8) -> F32:
    salient, _ = saliency(small)
    return _enclosed(to_lab(small), salient / max(float(salient.max()), 0.05))


def _shrunk(rgb: U8) -> U8:
    height, width = rgb.shape[:2]
    factor = min(1.0, _WORK / max(height, width))
    size = (max(16, round(width * factor)), max(16, round(height * factor)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _grabbed(rgb: U8, small: U8, labels: U8) -> Mask:
    """Run GrabCut on ``small`` from its four classes, and return the mask at the size of ``rgb``."""
    height, width = rgb.shape[:2]
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
