"""Cameras that go round an object, and the rays behind their pixels."""

from __future__ import annotations

import numpy as np

from importer.preview.rays import Floats
from importer.preview.shade import unit
from importer.records import F64, Camera

FOV = np.radians(26.0)  # about a 80 mm lens: little distortion, as in product shots
ELEVATION = np.radians(14.0)


def orbit(center: F64, azimuth: float, elevation: float, distance: float, fov: float = FOV) -> Camera:
    """Return the camera that looks at `center` from +Z, moved round +Y by `azimuth`, counter-clockwise seen from above.

    At 90 degrees it stands on +X: it sees the left side of an object that faces +Z. Angles in radians.
    """
    ca, sa, ce, se = np.cos(azimuth), np.sin(azimuth), np.cos(elevation), np.sin(elevation)
    back = np.array([sa * ce, se, ca * ce])
    right = np.array([ca, 0.0, -sa])
    rotation = np.stack([right, np.cross(back, right), back])
    return Camera(rotation, np.asarray(center, np.float64) + distance * back, float(fov), float(distance))


def ring(vertices: Floats, azimuths: F64, elevation: float = ELEVATION, fill: float = 0.84) -> list[Camera]:
    """Return one camera for each azimuth, all at the distance at which the object fills `fill` of the widest view."""
    points = np.asarray(vertices, np.float64)
    center = (points.min(0) + points.max(0)) / 2
    distance = 2.0 * max(float(np.linalg.norm(points - center, axis=1).max()), 1e-6) / np.sin(FOV / 2)
    for _ in range(6):  # perspective makes the fit a fixed point
        views = [orbit(center, a, elevation, distance) for a in azimuths]
        reach = max(float(np.abs(view.project(points)[0] - 0.5).max()) for view in views)
        distance *= reach / (fill / 2)
    return [orbit(center, a, elevation, distance) for a in azimuths]


def pixel_rays(camera: Camera, x: np.ndarray, y: np.ndarray, size: int) -> Floats:
    """Return unit directions (n, 3) through pixel coordinates `x`, `y` (n,) of a square view of `size` pixels."""
    reach = 2 * np.tan(camera.fov / 2)
    local = np.stack([(x / size - 0.5) * reach, (0.5 - y / size) * reach, np.full(x.shape, -1.0)], axis=-1)
    return unit(local.astype(np.float32) @ camera.rotation.astype(np.float32))
