"""Pictures of analytic shapes with their true masks: what a matte is measured against."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from importer.records import Picture

SIZE = 360
_SUPER = 4


def _drawn(draw) -> np.ndarray:
    """Return coverage (SIZE, SIZE) in 0..1 of what ``draw`` paints into a large mask with cv2; coordinates 0..1."""
    side = SIZE * _SUPER
    mask = np.zeros((side, side), np.uint8)
    draw(mask, side)
    return cv2.resize(mask, (SIZE, SIZE), interpolation=cv2.INTER_AREA).astype(np.float64) / 255


def _at(side: int, *values: float) -> tuple[int, ...]:
    return tuple(round(value * side) for value in values)


def disk() -> np.ndarray:
    return _drawn(lambda m, s: cv2.circle(m, _at(s, 0.5, 0.5), round(0.3 * s), 255, -1))


def ring() -> np.ndarray:
    """A ring whose hole shows the background."""

    def draw(m, s):
        cv2.circle(m, _at(s, 0.5, 0.5), round(0.34 * s), 255, -1)
        cv2.circle(m, _at(s, 0.5, 0.5), round(0.2 * s), 0, -1)

    return _drawn(draw)


def table() -> np.ndarray:
    """A board on four thin legs."""

    def draw(m, s):
        cv2.rectangle(m, _at(s, 0.15, 0.3), _at(s, 0.85, 0.4), 255, -1)
        for x in (0.18, 0.36, 0.6, 0.8):
            cv2.rectangle(m, _at(s, x, 0.4), _at(s, x + 0.02, 0.85), 255, -1)

    return _drawn(draw)


def star() -> np.ndarray:
    angle = np.arange(14) * np.pi / 7
    radius = np.where(np.arange(14) % 2, 0.15, 0.4)
    points = np.stack([0.5 + radius * np.sin(angle), 0.5 - radius * np.cos(angle)], axis=1)
    return _drawn(lambda m, s: cv2.fillPoly(m, [np.round(points * s).astype(np.int32)], 255))


SHAPES = {"disk": disk, "ring": ring, "table": table, "star": star}


def flat(color) -> np.ndarray:
    return np.broadcast_to(np.asarray(color, np.float64), (SIZE, SIZE, 3)).copy()


def studio() -> np.ndarray:
    """A light grey sweep that darkens downwards and to the right, with a vignette."""
    y, x = np.mgrid[0 : 1 : SIZE * 1j, 0 : 1 : SIZE * 1j]
    light = 225 - 40 * y - 15 * x - 25 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
    return np.dstack([light, light * 0.99, light * 0.97])


def shaded(background: np.ndarray, strength: float = 0.45) -> np.ndarray:
    """The background with a wide soft shadow on the ground, below the middle."""
    y, x = np.mgrid[0 : 1 : SIZE * 1j, 0 : 1 : SIZE * 1j]
    shadow = strength * np.exp(-(((x - 0.55) / 0.28) ** 2 + ((y - 0.84) / 0.05) ** 2))
    return background * (1 - shadow[..., None])


def surface(hue: tuple[float, float, float]) -> np.ndarray:
    """An object's colours: shaded from one side, so that they are never one plain value."""
    y, x = np.mgrid[0 : 1 : SIZE * 1j, 0 : 1 : SIZE * 1j]
    light = 0.65 + 0.35 * np.cos(3 * (x - 0.4)) * np.cos(2 * (y - 0.4))
    return np.asarray(hue) * light[..., None]


def photograph(
    coverage: np.ndarray, front: np.ndarray, back: np.ndarray, noise: float = 0.0, jpeg: int | None = None
) -> Picture:
    """Composite, add Gaussian noise (standard deviation in 0..255), save as JPEG of a quality."""
    pixels = front * coverage[..., None] + back * (1 - coverage[..., None])
    pixels = pixels + np.random.default_rng(5).normal(0, noise, pixels.shape)
    rgb = np.clip(np.round(pixels), 0, 255).astype(np.uint8)
    if jpeg:
        file = io.BytesIO()
        Image.fromarray(rgb).save(file, "JPEG", quality=jpeg)
        rgb = np.asarray(Image.open(file))
    return Picture(np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)]), False, "0" * 64)


def cut_out(coverage: np.ndarray, colors: np.ndarray) -> Picture:
    rgb = np.clip(np.round(colors), 0, 255).astype(np.uint8)
    return Picture(np.dstack([rgb, np.round(coverage * 255).astype(np.uint8)]), True, "0" * 64)


def placed(truth: np.ndarray, rgba: np.ndarray) -> np.ndarray:
    """Return the true coverage trimmed and padded as the matte does it, found by the best overlap of the two boxes.

    The cutout's box is the object's plus an equal margin on all sides, so the object's box lies centred in it.
    """
    rows, columns = np.flatnonzero(truth.max(axis=1) > 0.02), np.flatnonzero(truth.max(axis=0) > 0.02)
    box = truth[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    spare = rgba.shape[0] - box.shape[0], rgba.shape[1] - box.shape[1]
    best, score = None, -1.0
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            canvas = np.zeros(rgba.shape[:2])
            top, left = spare[0] // 2 + dy, spare[1] // 2 + dx
            if top < 0 or left < 0 or top + box.shape[0] > canvas.shape[0] or left + box.shape[1] > canvas.shape[1]:
                continue
            canvas[top : top + box.shape[0], left : left + box.shape[1]] = box
            overlap = iou(canvas, rgba)
            if overlap > score:
                best, score = canvas, overlap
    assert best is not None, (spare, box.shape)
    return best


def iou(truth: np.ndarray, rgba: np.ndarray) -> float:
    """Intersection over union of the masks at half coverage."""
    true, found = truth > 0.5, rgba[..., 3] > 127
    return float((true & found).sum() / (true | found).sum())
