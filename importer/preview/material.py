"""Surfaces for the renderer: an asset's maps, or plain clay."""

from __future__ import annotations

import cv2
import numpy as np

from importer.preview.ground import hemisphere
from importer.preview.rays import Floats, Hits, Scene
from importer.preview.render import Model
from importer.preview.shade import Surface, decode, unit
from importer.records import U8, Maps, TexturedMesh

MAX_MAP = 1024  # a tile shows less; larger maps are averaged down first, which is also the anti-aliasing


def textured(mesh: TexturedMesh, maps: Maps) -> Model:
    """Return the model as an engine shows it: base colour, tangent-space normal map (+Y) and ORM."""
    base, normal, orm = (_reduced(m) for m in (maps.base_color, maps.normal, maps.orm))
    base = decode(base / np.float32(255))

    attributes = np.concatenate([mesh.normals, mesh.tangents, mesh.uv], axis=1)

    def surface(hits: Hits) -> Surface:
        n, t, uv = np.split(blend(attributes, mesh.faces[hits.face], hits.bary), [3, 7], axis=1)
        local = sample(normal, uv) * np.float32(2 / 255) - 1
        # MikkTSpace: bitangent from the unnormalised interpolated vectors, the sum normalised once.
        b = np.cross(n, t[:, :3]) * np.sign(t[:, 3:])
        bent = local[:, :1] * t[:, :3] + local[:, 1:2] * b + local[:, 2:] * n
        occlusion, roughness, metallic = (sample(orm, uv) / np.float32(255)).T
        return Surface(sample(base, uv), unit(bent), roughness, metallic, occlusion)

    return Model(Scene(mesh.vertices, mesh.faces), surface)


def clay(mesh: TexturedMesh, grey: float = 0.42) -> Model:
    """Return the model in matt grey with ambient occlusion at its vertices."""
    scene = Scene(mesh.vertices, mesh.faces)
    occlusion = vertex_occlusion(scene, mesh.normals)

    def surface(hits: Hits) -> Surface:
        corners = mesh.faces[hits.face]
        k = len(hits.face)
        dark = blend(occlusion[:, None], corners, hits.bary)[:, 0]
        flat = np.full((k, 3), grey, np.float32)
        return Surface(
            flat,
            unit(blend(mesh.normals, corners, hits.bary)),
            np.full(k, 0.7, np.float32),
            np.zeros(k, np.float32),
            dark,
        )

    return Model(scene, surface)


def vertex_occlusion(scene: Scene, normals: Floats, rays: int = 24) -> Floats:
    """Return (n,) the part of the hemisphere above each vertex that is free within half the object's size."""
    local = hemisphere(rays)
    helper = np.where(np.abs(normals[:, :1]) < 0.9, np.array([[1, 0, 0]]), np.array([[0, 1, 0]]))
    side = unit(np.cross(normals, helper))
    other = np.cross(normals, side)
    start = scene.vertices + normals * np.float32(0.006 * scene.diagonal)
    free = np.zeros(len(normals), np.float32)
    for x, y, z in local:
        free += ~scene.blocked(start, x * side + y * normals + z * other)
    return free / rays


def blend(values: Floats, corners: np.ndarray, bary: Floats) -> Floats:
    """Return per-vertex `values` (n, c) at hits with `corners` (k, 3) and weights `bary` (k, 3), as (k, c) float32."""
    result = values[corners[:, 0]] * bary[:, :1]
    for i in (1, 2):
        result += values[corners[:, i]] * bary[:, i : i + 1]
    return result


def sample(image: np.ndarray, uv: Floats) -> Floats:
    """Return the bilinear value (k, c) of `image` (h, w, c) at `uv` (k, 2), origin top left, as float32."""
    h, w = image.shape[:2]
    if not len(uv):
        return np.zeros((0, *image.shape[2:]), np.float32)
    # cv2.remap takes no side of 32768 or more: fold the list into rows.
    rows = -(-len(uv) // 4096)
    at = np.zeros((rows * 4096, 2), np.float32)
    at[: len(uv)] = uv * np.array([w, h], np.float32) - np.float32(0.5)
    x, y = at.reshape(rows, 4096, 2).transpose(2, 0, 1)
    found = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return found.reshape(rows * 4096, -1)[: len(uv)].astype(np.float32)


def _reduced(image: U8) -> U8:
    side = image.shape[0]
    if side <= MAX_MAP:
        return image
    return cv2.resize(image, (MAX_MAP, MAX_MAP), interpolation=cv2.INTER_AREA).astype(np.uint8)
