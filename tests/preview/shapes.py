"""Analytic shapes with a UV atlas and flat maps."""

from __future__ import annotations

import numpy as np
import trimesh

from importer.records import Maps, TexturedMesh


def textured(mesh: trimesh.Trimesh, uv: tuple[float, float] = (0.5, 0.5)) -> TexturedMesh:
    """Return the mesh with every vertex at one texel and tangents at right angles to its normals."""
    n = np.asarray(mesh.vertex_normals, np.float32)
    helper = np.where(np.abs(n[:, :1]) < 0.9, [[1, 0, 0]], [[0, 1, 0]]).astype(np.float32)
    t = np.cross(n, helper)
    t /= np.linalg.norm(t, axis=1, keepdims=True)
    return TexturedMesh(
        np.asarray(mesh.vertices, np.float32),
        n,
        np.column_stack([t, np.ones(len(n))]).astype(np.float32),
        np.tile(np.float32(uv), (len(n), 1)),
        np.asarray(mesh.faces, np.int32),
    )


def joined(*parts: TexturedMesh) -> TexturedMesh:
    starts = np.cumsum([0, *(len(part.vertices) for part in parts)])[:-1]
    names = ("vertices", "normals", "tangents", "uv")
    arrays = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
    faces = np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=True)]).astype(np.int32)
    return TexturedMesh(*arrays, faces)


def flat_maps(*colors: tuple[int, int, int], size: int = 64) -> Maps:
    """Return maps whose base colour is `colors` in equal columns, matt, not metallic, normals straight."""
    base = np.zeros((size, size, 3), np.uint8)
    for i, color in enumerate(colors):
        base[:, i * size // len(colors) : (i + 1) * size // len(colors)] = color
    normal = np.full((size, size, 3), (128, 128, 255), np.uint8)
    orm = np.full((size, size, 3), (255, 230, 0), np.uint8)
    return Maps(base, normal, orm, np.full((size, size), 255, np.uint8))


def sphere(radius: float = 0.5, height: float = 0.5) -> trimesh.Trimesh:
    mesh = trimesh.creation.icosphere(subdivisions=4, radius=radius)
    mesh.apply_translation([0, height, 0])
    return mesh


def box(size: float, center: tuple[float, float, float]) -> trimesh.Trimesh:
    mesh = trimesh.creation.box([size] * 3)
    mesh.apply_translation(center)
    mesh.unmerge_vertices()
    return mesh
