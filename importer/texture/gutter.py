"""The space between charts: filled from the nearest chart, so that filtering and mips never read background."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from importer.records import U8
from importer.texture.tangent import FLAT


def nearest_of(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each pixel of `chosen` (h, w) the flat index (h * w,) of the nearest chosen pixel, at least one."""
    away = (~chosen).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(away, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL)
    of_label = np.zeros(int(labels.max()) + 1, np.int64)
    places = np.flatnonzero(chosen)
    labels = np.asarray(labels, np.int64).ravel()
    of_label[labels[places]] = places
    return of_label[labels]


def spread(pixel: NDArray[np.int64], values: U8, size: int) -> U8:
    """Write the texels' `values` (k, c) into a map (size, size, c) and fill all the rest from the nearest texel."""
    chosen = np.zeros(size * size, bool)
    chosen[pixel] = True
    result = np.zeros((size * size, values.shape[1]), np.uint8)
    result[pixel] = values
    return result[nearest_of(chosen.reshape(size, size))].reshape(size, size, -1)


def flatten_far(normal: U8, pixel: NDArray[np.int64], padding: int) -> U8:
    """Make a normal map (s, s, 3) flat farther than `padding` from any chart, where it means nothing."""
    away = np.ones(normal.shape[:2], np.uint8)
    away.ravel()[pixel] = 0
    distance = cv2.distanceTransform(away, cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.where((distance > padding)[..., None], FLAT, normal)
