"""Masks (h, w) bool: the few morphological steps that the mattes are made of, on OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from importer.records import I32, U8

Mask = NDArray[np.bool_]


def disk(radius: int) -> U8:
    """Return a disk-shaped kernel of side 2 * radius + 1."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)).astype(np.uint8)


def dilated(mask: Mask, radius: int) -> Mask:
    """Return the mask grown by a disk."""
    return cv2.dilate(mask.astype(np.uint8), disk(radius)) > 0


def eroded(mask: Mask, radius: int) -> Mask:
    """Return the mask shrunk by a disk; beyond the frame it is taken to go on."""
    return cv2.erode(mask.astype(np.uint8), disk(radius), borderType=cv2.BORDER_REPLICATE) > 0


def opened(mask: Mask, radius: int) -> Mask:
    """Return the mask without what is thinner than the disk."""
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disk(radius)) > 0


def ring(shape: tuple[int, ...]) -> Mask:
    """Return the frame's border, 2 % of the smaller side wide."""
    band = max(2, round(0.02 * min(shape[:2])))
    mask = np.ones(shape[:2], bool)
    mask[band:-band, band:-band] = False
    return mask


def components(mask: Mask, corners: bool = False) -> tuple[I32, NDArray[np.int64]]:
    """Return labels (h, w), 0 outside, and their areas, 0 for label 0; ``corners`` joins over corners too."""
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8 if corners else 4)
    found = labels.astype(np.int32)
    areas = np.bincount(found.ravel())
    areas[0] = 0
    return found, areas


def connected(mask: Mask, seeds: Mask, corners: bool = False) -> Mask:
    """Return the parts of ``mask`` that contain a seed."""
    labels, areas = components(mask, corners)
    touched = np.zeros(len(areas), bool)
    touched[labels[mask & seeds]] = True
    touched[0] = False
    return touched[labels]
