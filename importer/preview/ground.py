"""The floor under the object: a soft contact shadow from the sky and the shadow of the key light.

Both are sampled on a grid on the floor, not at pixels: they are smooth, the sky's share is the same in every view, and
a grid has no noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from importer.preview.rays import Floats, Scene
from importer.records import F64

GRID = 176
REACH = 1.6  # half the grid's side, in object sizes
SKY_RAYS, KEY_RAYS = 40, 10
KEY_SPREAD = 0.11  # radius of the key light as seen from the object, radians


@dataclass(frozen=True)
class Floor:
    """The plane y = ``height``; ``sky`` (GRID, GRID) is the part of the sky seen within ``center`` +- ``half``."""

    scene: Scene
    height: float
    center: F64
    half: float
    sky: Floats

    def points(self) -> Floats:
        """Return the grid's points (GRID * GRID, 3), rows along z, columns along x."""
        t = np.linspace(-self.half, self.half, GRID, dtype=np.float32)
        z, x = np.meshgrid(t, t, indexing="ij")
        y = np.full(x.shape, self.height - 1e-4 * self.half)
        return np.stack([x + self.center[0], y, z + self.center[1]], axis=-1).reshape(-1, 3).astype(np.float32)

    def key(self, direction: Floats) -> Floats:
        """Return the part (GRID, GRID) of the key light that arrives."""
        lit = seen_part(self.scene, self.points(), cone(direction, KEY_RAYS, KEY_SPREAD))
        return np.asarray(cv2.GaussianBlur(lit.reshape(GRID, GRID), (0, 0), 1.0), np.float32)

    def sample(self, grid: Floats, x: Floats, z: Floats) -> Floats:
        """Return grid values at floor points; 1 outside."""
        column = (x - self.center[0] + self.half) / (2 * self.half) * (GRID - 1)
        row = (z - self.center[1] + self.half) / (2 * self.half) * (GRID - 1)
        at = column.astype(np.float32), row.astype(np.float32)
        found = cv2.remap(grid, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(1.0,))
        return np.asarray(found, np.float32)


def lay(scene: Scene) -> Floor:
    """Return the floor on which the scene's object stands."""
    low, high = scene.bounds
    center = ((low + high) / 2)[[0, 2]].astype(np.float64)
    floor = Floor(
        scene, float(low[1]), center, REACH * max(float((high - low).max()), 1e-6), np.ones((GRID, GRID), np.float32)
    )
    sky = seen_part(scene, floor.points(), hemisphere(SKY_RAYS)).reshape(GRID, GRID)
    fade = np.minimum(np.linspace(0, 8, GRID), np.linspace(8, 0, GRID)).clip(0, 1)
    sky = 1 - (1 - cv2.GaussianBlur(sky, (0, 0), 1.2)) * np.minimum.outer(fade, fade).astype(np.float32)
    return Floor(scene, floor.height, center, floor.half, sky.astype(np.float32))


def seen_part(scene: Scene, points: Floats, directions: Floats) -> Floats:
    """Return (n,) the part of `directions` (k, 3) along which the mesh does not block each of `points` (n, 3)."""
    free = np.zeros(len(points), np.float32)
    for direction in directions:
        free += ~scene.blocked(points, direction[None])
    return free / len(directions)


def hemisphere(count: int) -> Floats:
    """Return `count` directions about +Y with the density of the cosine, on a Fibonacci spiral."""
    i = np.arange(count) + 0.5
    radius, turn = np.sqrt(i / count), i * np.pi * (3 - np.sqrt(5))
    return np.stack([radius * np.cos(turn), np.sqrt(1 - i / count), radius * np.sin(turn)], axis=1).astype(np.float32)


def cone(direction: Floats, count: int, spread: float) -> Floats:
    """Return `count` unit directions that fill a disk of radius `spread` about `direction`, on a Fibonacci spiral."""
    helper = np.array([0, 0, 1]) if abs(direction[2]) < 0.9 else np.array([1, 0, 0])
    side = np.cross(direction, helper)
    side /= np.linalg.norm(side)
    up = np.cross(side, direction)
    i = np.arange(count) + 0.5
    radius, turn = spread * np.sqrt(i / count), i * np.pi * (3 - np.sqrt(5))
    spots = direction + np.outer(radius * np.cos(turn), side) + np.outer(radius * np.sin(turn), up)
    return (spots / np.linalg.norm(spots, axis=1, keepdims=True)).astype(np.float32)
