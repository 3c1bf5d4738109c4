"""Predictions of shapes whose surface is known exactly: what a perfect network would say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from importer.reconstruct.frustum import frustum_to_world, orbit_camera
from importer.records import Camera, Prediction, View

Distance = Callable[[np.ndarray], np.ndarray]  # points (n, 3) to signed distance (n,), negative inside
RANGE = 0.7
CELLS = 128


def sphere(radius: float, centre: tuple[float, float, float] = (0, 0, 0)) -> Distance:
    return lambda p: np.linalg.norm(p - np.array(centre), axis=1) - radius


def box(half: tuple[float, float, float], centre: tuple[float, float, float] = (0, 0, 0)) -> Distance:
    def distance(p: np.ndarray) -> np.ndarray:
        q = np.abs(p - np.array(centre)) - np.array(half)
        return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(1), 0)

    return distance


def torus(major: float, minor: float) -> Distance:
    """Around the z axis, so that the hole is seen from the front."""
    return lambda p: np.hypot(np.hypot(p[:, 0], p[:, 1]) - major, p[:, 2]) - minor


def union(*parts: Distance) -> Distance:
    return lambda p: np.min([part(p) for part in parts], axis=0)


def prediction(shape: Distance, camera: Camera | None = None, mask_shape: Distance | None = None) -> Prediction:
    """Fractional occupancy of `shape` as logits; the mask is that of `mask_shape`, which defaults to the same shape."""
    camera = camera or orbit_camera(0.2, 0.2)
    inside = _sampled(shape, camera)
    share = inside.reshape(CELLS, 3, CELLS, 2, CELLS, 2).mean((1, 3, 5))
    logits = np.log(np.clip(share, 1e-4, 1 - 1e-4) / np.clip(1 - share, 1e-4, 1)).astype(np.float16)
    covered = (inside if mask_shape is None else _sampled(mask_shape, camera)).max(0)
    rgba = np.full((*covered.shape, 4), 180, np.uint8)
    rgba[..., 3] = np.round(covered * 255)
    flat = np.zeros((CELLS, CELLS), np.float16)
    return Prediction(
        logits=logits,
        color=np.full((3, 32, 64, 64), 0.7, np.float16),
        depth=np.stack([flat, flat]),
        normal=np.stack([flat] * 6),
        albedo=np.full((3, CELLS, CELLS), 0.7, np.float16),
        view=View(rgba, camera),
        depth_range=RANGE,
        model={"name": "analytic"},
    )


def _sampled(shape: Distance, camera: Camera) -> np.ndarray:
    """How full each of 3 x 2 x 2 parts of each cell is, 0..1, from the distance at its middle."""
    index = np.stack(np.meshgrid(*[np.arange(CELLS, dtype=np.float32)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    far = shape(_world(index + 0.5, camera))
    result = np.repeat((far < 0).astype(np.float32)[:, None], 12, axis=1)
    near = np.flatnonzero(np.abs(far) < 2.5 * camera.side / CELLS)
    parts = np.array([(w / 3, v / 2, u / 2) for w in (0.5, 1.5, 2.5) for v in (0.5, 1.5) for u in (0.5, 1.5)])
    for k, part in enumerate(parts):
        distance = shape(_world(index[near] + part, camera))
        result[near, k] = np.clip(0.5 - distance * 2 * CELLS / camera.side, 0, 1)
    cells = result.reshape(CELLS, CELLS, CELLS, 3, 2, 2)
    return cells.transpose(0, 3, 1, 4, 2, 5).reshape(3 * CELLS, 2 * CELLS, 2 * CELLS)


def _world(index: np.ndarray, camera: Camera) -> np.ndarray:
    w, v, u = index.T / CELLS
    return frustum_to_world(np.stack([u, v, 2 * w - 1], axis=1), camera, RANGE)
