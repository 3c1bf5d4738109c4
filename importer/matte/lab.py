"""CIE Lab pictures, and colours spread from where they are known to where they are not."""

from __future__ import annotations

import cv2
import numpy as np

from importer.matte.masks import Mask
from importer.records import F32, U8


def to_lab(rgb: U8) -> F32:
    """Return (h, w, 3) float32: L 0..100, a and b about -128..127."""
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab).astype(np.float32)


def spread(colors: F32, known: Mask, sigma: float) -> tuple[F32, F32]:
    """Return the Gaussian mean of the known pixels around each pixel (h, w, c), and its weight (h, w) in 0..1.

    Normalised convolution (Knutsson and Westin 1993), at a reduced size where sigma allows it.
    """
    height, width = known.shape
    factor = max(1, int(sigma / 4))
    size = (max(1, width // factor), max(1, height // factor))
    weight = known.astype(np.float32)

    def blurred(values: F32) -> F32:
        small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
        soft = cv2.GaussianBlur(small, (0, 0), sigma / factor, borderType=cv2.BORDER_CONSTANT)
        return cv2.resize(soft, (width, height)).astype(np.float32)

    mass = blurred(weight)
    return (blurred(colors * weight[..., None]) / np.maximum(mass, 1e-9)[..., None]).astype(np.float32), mass


def nearest(colors: np.ndarray, known: Mask) -> np.ndarray:
    """Return ``colors`` (h, w, c) with each unknown pixel replaced by the nearest known one."""
    if known.all() or not known.any():
        return colors
    unknown = (~known).astype(np.uint8)
    _, found = cv2.distanceTransformWithLabels(unknown, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    labels = found.astype(np.int64)
    index = np.zeros(int(labels.max()) + 1, np.int64)
    index[labels[known]] = np.flatnonzero(known)
    return colors.reshape(-1, colors.shape[-1])[index[labels]]


def local_mean(colors: F32, known: Mask) -> F32:
    """Return the mean colour of the known pixels close by; far from all of them, of the nearest."""
    if not known.any():
        return colors
    mean, weight = spread(colors, known, 2.0)
    far = cv2.GaussianBlur(nearest(colors, known), (0, 0), 2.0).astype(np.float32)
    trust = np.clip(weight / 0.05, 0, 1)[..., None]
    return (trust * mean + (1 - trust) * far).astype(np.float32)
