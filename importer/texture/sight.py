"""Where the picture sees the surface, and how well: the weight of the picture's colour at a point.

A point counts where it is in front in the camera's depth map, faces the camera, and lies clear of silhouettes: at
grazing angles a pixel would be drawn out into a streak along the view, beyond the mask there is no object, and
close behind the edge of a nearer part the small misfit between mesh and picture would print that part twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from importer.raster import rasterize
from importer.records import F32, F64, I32, U8, Camera, View
from importer.texture.picture import sample
from importer.texture.texels import unit

GRAZING, FACING = 0.08, 0.3  # cosines where the picture begins to count, and where it counts in full
_BIAS = 0.012  # depth by which a point may lie behind the depth map, part of the view's side
_STEP = 0.045  # a step in depth that makes an occluder, part of the view's side
_CLEAR = (0.004, 0.008, 0.012)  # distance from an occluder's edge, part of the view's side
_OUTSIDE = 0.012  # how far outside the mask the picture still counts a little, part of the view's side


@dataclass(frozen=True)
class Sight:
    """What the camera sees, in maps (r, r) over the square view."""

    camera: Camera
    depths: tuple[F32, ...]  # the farthest depth in the 3 x 3 pixels around, infinite on the background
    nearest: tuple[F32, ...]  # the nearest depth within each distance of _CLEAR
    outside: F32  # distance outside the picture's mask, part of the side


def open_sight(view: View, camera: Camera, *meshes: tuple[F32, I32]) -> Sight:
    """Render depth maps of `meshes` (vertices, faces), all of which must leave a point in sight, and read the mask."""
    resolution = int(np.clip(view.rgba.shape[0], 256, 1024))
    rendered = [_depth_map(camera, vertices, faces, resolution) for vertices, faces in meshes]
    front = np.minimum.reduce(rendered)
    nearest = tuple(np.asarray(cv2.erode(front, _disc(reach * resolution)), np.float32) for reach in _CLEAR)
    mask = cv2.resize(view.rgba[..., 3], (resolution, resolution), interpolation=cv2.INTER_AREA)
    outside = cv2.distanceTransform((mask < 128).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    square = np.ones((3, 3), np.uint8)
    return Sight(
        camera,
        tuple(np.asarray(cv2.dilate(depth, square), np.float32) for depth in rendered),
        nearest,
        np.asarray(outside / resolution, np.float32),
    )


def weigh(sight: Sight, points: F32, normals: F32) -> F32:
    """Return the picture's weight (k,), 0..1, at `points` (k, 3) with unit `normals` (k, 3)."""
    uv, depth = sight.camera.project(points)
    side = sight.camera.side
    row, column = _pixel(uv, sight.outside.shape[0])
    inside = ((uv >= 0) & (uv < 1)).all(axis=1) & (depth > 0)
    for front in sight.depths:
        inside &= depth <= front[row, column] + _BIAS * side
    clear = np.mean([depth <= near[row, column] + _STEP * side for near in sight.nearest], axis=0)
    rim = 1 - np.clip(sample(sight.outside, uv)[:, 0] / _OUTSIDE, 0, 1)
    towards = smoothstep(facing(sight.camera, points, normals), GRAZING, FACING)
    return (inside * clear * rim * towards).astype(np.float32)


def facing(camera: Camera, points: F32, normals: F32) -> F32:
    """Cosine (k,) between the normals and the directions to the camera."""
    return np.einsum("ij,ij->i", normals, unit(camera.position - points))


def smoothstep(values: NDArray[np.floating] | np.floating, low: float, high: float) -> F32:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _depth_map(camera: Camera, vertices: F32, faces: I32, resolution: int) -> F32:
    uv, depth = camera.project(vertices)
    return rasterize(uv[faces] * resolution, (resolution, resolution), depth[faces], perspective=True).depth


def _disc(radius: float) -> U8:
    size = 2 * max(1, round(radius)) + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)).astype(np.uint8)


def _pixel(uv: F64, resolution: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    column, row = np.clip(np.nan_to_num(uv) * resolution, 0, resolution - 1).astype(np.int64).T
    return row, column
