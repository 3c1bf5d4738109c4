"""Parts of procedural models: a mesh with smooth normals, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import trimesh
from manifold3d import CrossSection, FillRule, Manifold

Material = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]


@dataclass
class Part:
    """A mesh, unit normals at its vertices, and a material that takes points (k, 3) of the model."""

    vertices: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    material: Material

    def moved(self, matrix: np.ndarray) -> Part:
        """Return the part under a rigid motion (4, 4)."""
        turn, shift = matrix[:3, :3], matrix[:3, 3]
        return Part(self.vertices @ turn.T + shift, self.normals @ turn.T, self.faces, self.material)

    def at(self, x: float, y: float, z: float) -> Part:
        """Return the part moved by (x, y, z)."""
        return self.moved(trimesh.transformations.translation_matrix([x, y, z]))

    def turned(self, degrees: float, axis: tuple[float, float, float]) -> Part:
        """Return the part turned about an axis through the origin."""
        return self.moved(trimesh.transformations.rotation_matrix(np.radians(degrees), axis))


def of(mesh: trimesh.Trimesh, material: Material, crease: float = 35.0) -> Part:
    """Return a part with edges sharper than `crease` degrees kept sharp."""
    smooth = trimesh.graph.smooth_shade(mesh, angle=np.radians(crease))
    return Part(np.asarray(smooth.vertices), np.asarray(smooth.vertex_normals), np.asarray(smooth.faces), material)


def rounded_box(size: tuple[float, float, float], radius: float, material: Material, steps: int = 6) -> Part:
    """Return a box of full `size` about the origin with round edges, normals exact."""
    half = np.array(size) / 2
    radius = min(radius, float(half.min()) * 0.999)
    bend = np.tan(np.linspace(-1, 1, 2 * steps + 1)[: steps + 1] * np.pi / 4)  # equal angles on the round part
    vertices, normals, faces, count = [], [], [], 0
    for axis in range(3):
        for sign in (-1, 1):
            u, v = (axis + 1) % 3, (axis + 2) % 3
            lines = [
                np.concatenate([bend * radius - (half[i] - radius), -bend[::-1] * radius + (half[i] - radius)])
                for i in (u, v)
            ]
            gu, gv = np.meshgrid(*lines, indexing="ij")
            cube = np.zeros((*gu.shape, 3))
            cube[..., axis], cube[..., u], cube[..., v] = sign * half[axis], gu, gv
            core = np.clip(cube, -(half - radius), half - radius)
            normal = cube - core
            normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
            n, m = gu.shape
            index = np.arange(n * m).reshape(n, m) + count
            a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
            quads = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
            faces.append(quads if sign > 0 else quads[:, ::-1])
            vertices.append((core + radius * normal).reshape(-1, 3))
            normals.append(normal.reshape(-1, 3))
            count += n * m
    return Part(np.concatenate(vertices), np.concatenate(normals), np.concatenate(faces), material)


def lathe(profile: list[tuple[float, float]], material: Material, crease: float = 35.0, sides: int = 96) -> Part:
    """Return a profile of (radius, height) pairs, from the bottom to the top, turned about +Y."""
    mesh = trimesh.creation.revolve(np.array(profile, float), sections=sides)
    mesh.apply_transform(trimesh.transformations.rotation_matrix(-np.pi / 2, [1, 0, 0]))
    if mesh.volume < 0:
        mesh.invert()
    return of(mesh, material, crease)


def ball(radius: float, material: Material, squash: float = 1.0) -> Part:
    """Return a sphere about the origin, its height multiplied by `squash`."""
    mesh = trimesh.creation.icosphere(subdivisions=4, radius=radius)
    mesh.apply_scale([1, squash, 1])
    return of(mesh, material, 180)


def rod(radius: float, length: float, material: Material, bevel: float = 0.0) -> Part:
    """Return a cylinder about +Y, centred, with bevelled rims."""
    h, b = length / 2, bevel
    return lathe([(0, -h), (radius - b, -h), (radius, -h + b), (radius, h - b), (radius - b, h), (0, h)], material)


def slab(outline: list[tuple[float, float]], depth: float, material: Material, crease: float = 35.0) -> Part:
    """Return an outline in x and y, pulled along z by `depth`, centred on z = 0."""
    solid = Manifold.extrude(CrossSection([outline], FillRule.NonZero), depth).to_mesh()
    mesh = trimesh.Trimesh(np.asarray(solid.vert_properties)[:, :3], np.asarray(solid.tri_verts), process=False)
    mesh.apply_translation([0, 0, -depth / 2])
    return of(mesh, material, crease)


def smooth_profile(points: list[tuple[float, float]], count: int = 48) -> list[tuple[float, float]]:
    """Return a Catmull-Rom curve through (radius, height) points."""
    p = np.array([points[0], *points, points[-1]], float)
    result = []
    for i in range(1, len(p) - 2):
        t = np.linspace(0, 1, count // (len(points) - 1) + 1)[:-1, None]
        a, b, c, d = p[i - 1 : i + 3]
        result.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    curve = np.concatenate([*result, p[-1:]])
    curve[:, 0] = np.maximum(curve[:, 0], 0)
    return [(float(r), float(y)) for r, y in curve]
