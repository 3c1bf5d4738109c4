"""Analytic solids, their atlases, cameras and pictures for the tests of texturing."""

import numpy as np
import trimesh
import xatlas

from importer.reconstruct.frustum import orbit_camera
from importer.records import Mesh, Prediction, Solid, TexturedMesh, Unwrapped, View


def mesh_of(tri) -> Mesh:
    return Mesh(np.asarray(tri.vertices, np.float32), np.asarray(tri.faces, np.int32))


def sphere(subdivisions=4, radius=0.4) -> Mesh:
    return mesh_of(trimesh.creation.icosphere(subdivisions=subdivisions, radius=radius))


def box(extents=(0.6, 0.6, 0.6), pieces=1) -> Mesh:
    tri = trimesh.creation.box(extents)
    for _ in range(pieces):
        tri = tri.subdivide()
    return mesh_of(tri)


def joined(*meshes) -> Mesh:
    return mesh_of(trimesh.util.concatenate([trimesh.Trimesh(m.vertices, m.faces, process=False) for m in meshes]))


def moved(mesh: Mesh, offset) -> Mesh:
    return Mesh(mesh.vertices + np.asarray(offset, np.float32), mesh.faces)


def unwrap(mesh: Mesh, crease_deg=40.0, size=512) -> Unwrapped:
    """Atlas by xatlas, normals split at creases, tangents from the UV gradient (Lengyel's method)."""
    tri = trimesh.graph.smooth_shade(trimesh.Trimesh(mesh.vertices, mesh.faces), angle=np.radians(crease_deg))
    atlas = xatlas.Atlas()
    atlas.add_mesh(np.asarray(tri.vertices, np.float32), np.asarray(tri.faces, np.uint32))
    options = xatlas.PackOptions()
    options.resolution, options.padding, options.bilinear = size, 4, True
    atlas.generate(pack_options=options)
    origin, faces, uv = atlas[0]
    vertices, normals = np.asarray(tri.vertices)[origin], np.asarray(tri.vertex_normals)[origin]
    faces = faces.astype(np.int32)
    textured = TexturedMesh(
        *(np.ascontiguousarray(a, np.float32) for a in (vertices, normals, tangents(vertices, normals, uv, faces), uv)),
        faces,
    )
    return Unwrapped(textured, atlas.chart_count, float(atlas.utilization))


def tangents(vertices, normals, uv, faces):
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    p, q, r = (uv[faces[:, i]].astype(float) for i in range(3))
    du, dv = (q - p)[:, :1], (q - p)[:, 1:]
    eu, ev = (r - p)[:, :1], (r - p)[:, 1:]
    area = du * ev - dv * eu
    along = (ev * (b - a) - dv * (c - a)) / np.where(area == 0, 1, area)
    total, side = np.zeros_like(vertices, dtype=float), np.zeros(len(vertices))
    for corner in range(3):
        np.add.at(total, faces[:, corner], along)
        # The texture's v runs down, so that the bitangent of glTF points against its growth.
        np.add.at(side, faces[:, corner], -np.sign(area[:, 0]))
    total -= normals * (total * normals).sum(axis=1, keepdims=True)
    total /= np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
    return np.concatenate([total, np.where(side < 0, -1.0, 1.0)[:, None]], axis=1)


def prediction_of(rgba, camera=None, color=None) -> Prediction:
    """A prediction with the picture `rgba` (s, s, 4) and a colour volume (3, d, h, w); mid grey without one."""
    camera = camera or orbit_camera(0.2, np.tan(np.radians(15)))
    color = np.full((3, 8, 16, 16), 0.5) if color is None else color
    flat = np.zeros((8, 4, 4), np.float16)
    return Prediction(
        logits=np.zeros((8, 8, 8), np.float16),
        color=color.astype(np.float16),
        depth=flat[:2],
        normal=flat[:6],
        albedo=flat[:3],
        view=View(rgba, camera),
        depth_range=0.7,
        model={"name": "none"},
    )


def solid_of(mesh: Mesh, prediction: Prediction) -> Solid:
    return Solid(mesh, prediction.view.camera, scale_is_guess=True)
