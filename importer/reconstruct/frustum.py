"""The network's frame: a box of rays behind the pixels of a square view (docs/design.md, Frames).

The one definition of the frustum, used by reconstruction, texturing and training alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from importer.records import F64, Camera


def orbit_camera(elevation: float, tan_half_fov: float) -> Camera:
    """Return the camera that looks at the origin from +Z, raised by `elevation` radians, with a view of side 1."""
    c, s = np.cos(elevation), np.sin(elevation)
    distance = 0.5 / tan_half_fov
    rotation = np.array([[1, 0, 0], [0, c, -s], [0, s, c]], np.float64)
    return Camera(rotation, distance * rotation[2], float(2 * np.arctan(tan_half_fov)), float(distance))


def frustum_to_world(coords: NDArray[np.floating], camera: Camera, depth_range: float) -> F64:
    """Take frustum coordinates (n, 3) as (u, v, w), u and v in 0..1 from the top left, w in -1..1, to world points."""
    u, v, w = np.asarray(coords, np.float64).T
    depth = camera.distance + depth_range * camera.side * w
    reach = 2 * depth * np.tan(camera.fov / 2)
    local = np.stack([(u - 0.5) * reach, (0.5 - v) * reach, -depth], axis=1)
    return local @ camera.rotation + camera.position


def world_to_frustum(points: NDArray[np.floating], camera: Camera, depth_range: float) -> F64:
    """Take world points (n, 3) to frustum coordinates (u, v, w); the inverse of `frustum_to_world`."""
    uv, depth = camera.project(points)
    return np.column_stack([uv, (depth - camera.distance) / (depth_range * camera.side)])
