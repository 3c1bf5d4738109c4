"""Ambient occlusion of the dense surface: the part of the cosine-weighted hemisphere that sees the sky."""

from __future__ import annotations

import numpy as np

from importer.records import F32
from importer.texture.dense import Dense, smooth, vertex_graph
from importer.texture.rays import blocked
from importer.texture.texels import unit

_RAYS = 64
_BUDGET = 3_000_000  # rays in all, about one second of one core
_CHUNK = 8_192  # vertices at once, for memory
_LIFT = 0.75  # start above the surface, in edges: voxel noise does not shade itself
_ROUNDS = 3


def bake_occlusion(dense: Dense) -> F32:
    """Return the openness (n,) of every dense vertex: 1 sees all of the sky, 0 none; smoothed over the surface."""
    count = len(dense.mesh.vertices)
    rays = int(np.clip(_BUDGET // max(count, 1), 16, _RAYS))
    bundle = _cosine_directions(rays)
    lift = _LIFT * dense.edge_length
    origins = (dense.mesh.vertices + lift * dense.normals).astype(np.float32)
    turns = np.random.default_rng(0).uniform(0, 2 * np.pi, count).astype(np.float32)
    open_part = np.empty(count, np.float32)
    for start in range(0, count, _CHUNK):
        part = slice(start, start + _CHUNK)
        directions = _aim(bundle, dense.normals[part], turns[part])
        begin = np.repeat(origins[part], rays, axis=0)
        shaded = blocked(dense.scene, begin, directions.reshape(-1, 3)).reshape(-1, rays)
        open_part[part] = 1 - shaded.mean(axis=1)
    return smooth(vertex_graph(dense), open_part[:, None], _ROUNDS)[:, 0]


def _cosine_directions(count: int) -> F32:
    """Cosine-weighted directions (count, 3) about +Z on a sunflower spiral, which is stratified."""
    index = np.arange(count) + 0.5
    radius = np.sqrt(index / count)
    angle = index * (np.pi * (3 - np.sqrt(5)))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1 - radius**2)], axis=1).astype(np.float32)


def _aim(bundle: F32, normals: F32, turns: F32) -> F32:
    """Turn the bundle about each normal: (n, r, 3)."""
    helper = np.where(np.abs(normals[:, :1]) < 0.7, [[1, 0, 0]], [[0, 1, 0]]).astype(np.float32)
    u = unit(np.cross(helper, normals))
    v = np.cross(normals, u)
    c, s = np.cos(turns)[:, None], np.sin(turns)[:, None]
    u, v = c * u + s * v, c * v - s * u
    frames = np.stack([u, v, normals], axis=1)
    return np.asarray(bundle @ frames, np.float32)
