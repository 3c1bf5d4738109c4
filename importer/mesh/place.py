"""Upright, in metres, at its pivot, front towards +Z; the picture's camera comes along."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from importer.mesh.measure import measure
from importer.profile.schema import Facing, Scale
from importer.records import F64, Camera, Mesh, Solid

_MAX_TILT = np.radians(8.0)  # the camera head is off by less; more is the object's own slope
_FLAT_SHARE = 0.35  # of the footprint that a base must cover to be taken for one


def place(mesh: Mesh, camera: Camera, scale: Scale, pivot: Literal["base", "center"], facing: Facing) -> Solid:
    """Place a mesh in the world.

    Parameters
    ----------
    mesh : Mesh
        In the frame of `camera`, already upright as far as its elevation is right.
    camera : Camera
        Sees `mesh` as the picture does; the returned solid's camera sees the placed mesh the same way.
    scale : Scale
        The real size; without one the longest side becomes 1 m and the solid says that this is a guess.
    pivot : "base" or "center"
        What lies at the origin: the middle of the bounding box's underside, or of the box.
    facing : Facing
        A turn about +Y.
    """
    rotation = _yaw(facing.yaw_deg) @ _level(mesh)
    turned = mesh.vertices.astype(np.float64) @ rotation.T
    low, high = turned.min(0), turned.max(0)
    factor = _factor(scale, high - low)
    anchor = (low + high) / 2
    if pivot == "base":
        anchor[1] = low[1]
    placed = Mesh(((turned - anchor) * factor).astype(np.float32), mesh.faces)
    return Solid(
        placed,
        camera.moved(factor, rotation, -anchor * factor),
        scale_is_guess=not any(value is not None for _, value in scale),
        report=measure(placed),
    )


def _factor(scale: Scale, size: F64) -> float:
    given = {"width_m": size[0], "height_m": size[1], "depth_m": size[2], "longest_m": size.max()}
    for key, extent in given.items():
        wanted = getattr(scale, key)
        if wanted is not None:
            return wanted / max(float(extent), 1e-9)
    return 1.0 / max(float(size.max()), 1e-9)


def _yaw(degrees: float) -> F64:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _level(mesh: Mesh) -> F64:
    """Rotation that lays a nearly level base flat; the identity when there is no clear base or it leans too far.

    The base is the set of the convex hull's facets that look down: what the object would stand on.
    """
    try:
        hull = ConvexHull(mesh.vertices.astype(np.float64))
    except QhullError:  # flat
        return np.eye(3)
    a, b, c = (hull.points[hull.simplices[:, k]] for k in range(3))
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    normals = hull.equations[:, :3]
    footprint = (areas * np.abs(normals[:, 1])).sum() / 2
    down = np.array([0.0, -1.0, 0.0])
    for tolerance in (_MAX_TILT, _MAX_TILT / 2):
        base = normals @ down > np.cos(tolerance)
        if areas[base].sum() < _FLAT_SHARE * footprint:
            return np.eye(3)
        down = (areas[base, None] * normals[base]).sum(0)
        down /= np.linalg.norm(down)
    return _turn(down, np.array([0.0, -1.0, 0.0]))


def _turn(a: F64, b: F64) -> F64:
    """Smallest rotation that takes unit vector a to b (Rodrigues); they are never opposite here."""
    v = np.cross(a, b)
    cross = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.eye(3) + cross + cross @ cross / (1 + a @ b)
