"""From a triangle soup with materials to a record of the corpus: normals, texture coordinates, colours, unit box."""

from __future__ import annotations

import numpy as np

from importer.records import F64
from training.corpus import TEXTURE_SIZE, Shape
from training.procedural.paint import Material
from training.procedural.soup import I64, Soup
from training.procedural.textures import texture


def unit_box(tri: F64) -> F64:
    """Centre corners (m, 3, 3) and scale their longest side to 1."""
    low, high = tri.min((0, 1)), tri.max((0, 1))
    return (tri - (low + high) / 2) / max(float((high - low).max()), 1e-9)


def face_normals(tri: F64) -> F64:
    """Return face normals (m, 3) whose length is twice the area."""
    return np.cross(tri[:, 1] - tri[:, 0], tri[:, 2] - tri[:, 0])


def weld(tri: F64, part: I64) -> I64:
    """Return a number (m, 3) for each corner, the same for corners of one part at one place."""
    cell = np.rint((tri + 1) * 1e5).astype(np.int64)
    key = ((cell[..., 0] * 200003 + cell[..., 1]) * 200003 + cell[..., 2]) * 131 + part[:, None] * 1000003
    _, inverse = np.unique(key, return_inverse=True)
    return inverse.reshape(key.shape)


def corner_normals(tri: F64, part: I64, crease: float) -> F64:
    """Return normals (m, 3, 3): the mean of a part's faces at the corner that turn by less than `crease` degrees."""
    scaled = face_normals(tri)
    unit = scaled / np.maximum(np.linalg.norm(scaled, axis=1, keepdims=True), 1e-12)
    out = np.repeat(unit[:, None], 3, 1)
    if crease <= 0:
        return out
    corner = weld(tri, part).ravel()
    order = np.argsort(corner, kind="stable")
    count = np.bincount(corner)
    start = np.cumsum(count) - count
    face = np.repeat(np.arange(len(tri)), 3)
    total = scaled[face]
    limit = np.cos(np.radians(crease))
    for shift in range(1, min(int(count.max()), 40)):  # the other faces at the corner, one after the other
        position = np.empty(len(order), int)
        position[order] = np.arange(len(order)) - start[corner[order]]
        rows = np.nonzero(count[corner] > shift)[0]
        other = face[order[start[corner[rows]] + (position[rows] + shift) % count[corner[rows]]]]
        near = (unit[face[rows]] * unit[other]).sum(1) > limit
        total[rows[near]] += scaled[other[near]]
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(length > 1e-12, total / np.maximum(length, 1e-12), out.reshape(-1, 3)).reshape(-1, 3, 3)


def box_mapping(tri: F64) -> F64:
    """Return texture coordinates (m, 3, 2) projected along each face's main axis, v down."""
    axis = np.abs(face_normals(tri)).argmax(1)
    u = np.where((axis == 0)[:, None], tri[..., 2], tri[..., 0])
    v = np.where((axis == 1)[:, None], tri[..., 2], -tri[..., 1])
    return np.stack([u, v], -1)


def finish(s: Soup, materials: list[Material], rng: np.random.Generator, crease: float) -> Shape:
    """Return the object as a record in the unit box.

    Textures are at most four a record; vertices are not shared between faces; a fifth of the records get darker
    towards the floor as painted kits do.
    """
    size = float(np.ptp(s.tri.reshape(-1, 3), axis=0).max())
    keep = np.linalg.norm(face_normals(unit_box(s.tri)), axis=1) > 1e-10  # the rest has no normal
    s = Soup(s.tri[keep], s.mat[keep], s.part[keep], s.uv[keep])
    tri = unit_box(s.tri)
    used = np.unique(s.mat)
    textured = [int(i) for i in used if materials[i].grain][:4]
    layer = np.full(len(materials), -1, np.int16)
    layer[textured] = np.arange(len(textured))
    pictures = [texture(rng, materials[i].grain, materials[i].rgb) for i in textured]
    rgb = np.array([(1.0, 1.0, 1.0) if i in textured else m.rgb for i, m in enumerate(materials)])[s.mat]
    rgb = np.repeat(rgb[:, None], 3, 1)
    if rng.random() < 0.2:
        height = (tri[..., 1] - tri[..., 1].min()) / max(float(np.ptp(tri[..., 1])), 1e-6)
        rgb = rgb * (1 - rng.uniform(0.1, 0.4) * (1 - height))[..., None]
    own = np.asarray(np.isnan(s.uv).any((1, 2)))
    repeats = np.array([m.size for m in materials])[s.mat][:, None, None]
    uv = np.where(own[:, None, None], box_mapping(tri), s.uv / size) * repeats
    corners = 3 * len(tri)
    rgba = np.concatenate([np.rint(255 * np.clip(rgb, 0, 1)), np.full((*rgb.shape[:2], 1), 255.0)], -1)
    rough = np.array([m.roughness for m in materials], np.float32)
    return Shape(
        vertices=tri.reshape(-1, 3).astype(np.float32),
        normals=corner_normals(tri, s.part, crease).reshape(-1, 3).astype(np.float32),
        faces=np.arange(corners, dtype=np.int32).reshape(-1, 3),
        uv=uv.reshape(-1, 2).astype(np.float32),
        rgba=rgba.reshape(-1, 4).astype(np.uint8),
        layer=np.repeat(layer[s.mat], 3),
        flags=np.zeros(corners, np.uint8),
        roughness=np.repeat(rough[s.mat], 3),
        textures=np.stack(pictures) if pictures else np.zeros((0, TEXTURE_SIZE, TEXTURE_SIZE, 4), np.uint8),
    )
