"""Closed meshes of known volume, by trimesh."""

from __future__ import annotations

import numpy as np
import trimesh

from importer.reconstruct.frustum import orbit_camera
from importer.records import Mesh, Solid


def of(mesh: trimesh.Trimesh) -> Mesh:
    return Mesh(np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32))


def to_trimesh(mesh: Mesh) -> trimesh.Trimesh:
    return trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)


def sphere(radius: float = 0.5, at: tuple[float, float, float] = (0, 0, 0), detail: int = 4) -> Mesh:
    mesh = trimesh.creation.icosphere(detail, radius)
    mesh.apply_translation(at)
    return of(mesh)


def box(
    size: tuple[float, float, float] = (1, 1, 1), at: tuple[float, float, float] = (0, 0, 0), cuts: int = 3
) -> Mesh:
    mesh = trimesh.creation.box(size)
    for _ in range(cuts):
        mesh = mesh.subdivide()
    mesh.apply_translation(at)
    return of(mesh)


def torus(major: float = 0.4, minor: float = 0.12) -> Mesh:
    return of(trimesh.creation.torus(major, minor, 96, 48))


def joined(*meshes: Mesh) -> Mesh:
    offsets = np.cumsum([0] + [len(m.vertices) for m in meshes[:-1]])
    faces = [m.faces + offset for m, offset in zip(meshes, offsets, strict=True)]
    return Mesh(np.concatenate([m.vertices for m in meshes]), np.concatenate(faces).astype(np.int32))


def inverted(mesh: Mesh) -> Mesh:
    return Mesh(mesh.vertices, np.ascontiguousarray(mesh.faces[:, ::-1]))


def solid(mesh: Mesh) -> Solid:
    return Solid(mesh, orbit_camera(0.2, 0.2), scale_is_guess=True)
