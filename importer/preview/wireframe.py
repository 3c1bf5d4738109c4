"""The LOD chain as wireframes, side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from importer.preview.camera import ring
from importer.preview.material import clay
from importer.preview.rays import Hits
from importer.preview.render import Model, render
from importer.preview.shade import Surface
from importer.preview.sheet import grid, label
from importer.records import U8, Camera, Lods, TexturedMesh

LINE = np.array([0.012, 0.03, 0.075], np.float32)  # dark blue, linear
AZIMUTH = np.radians(30.0)


def wireframe(lods: Lods, size: int = 384) -> U8:
    """Return one labelled tile for each level, finest first, all from one camera."""
    camera = ring(lods.meshes[0].vertices, np.array([AZIMUTH]))[0]
    with ThreadPoolExecutor(max_workers=2) as pool:
        tiles = list(pool.map(lambda mesh: render(drawn(mesh, camera, size), camera, size, None), lods.meshes))
    names = [f"LOD{i}: {len(mesh.faces):,} triangles" for i, mesh in enumerate(lods.meshes)]
    return grid([label(tile, text) for tile, text in zip(tiles, names, strict=True)], columns=min(4, len(tiles)))


def drawn(mesh: TexturedMesh, camera: Camera, size: int) -> Model:
    """Return the mesh in clay with its edges drawn one pixel wide as `camera` sees them in a view of `size` pixels."""
    body = clay(mesh)
    uv, _ = camera.project(mesh.vertices)
    corners = (uv * size).astype(np.float32)[mesh.faces]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    doubled = np.abs((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]))
    lengths = np.stack([np.linalg.norm(edge, axis=1) for edge in (c - b, a - c, b - a)], axis=1)
    heights = doubled[:, None] / np.maximum(lengths, 1e-6)  # of the corner over its opposite edge, in pixels

    def surface(hits: Hits) -> Surface:
        plain = body.surface(hits)
        away = (hits.bary * heights[hits.face]).min(axis=1)
        ink = np.clip(1.0 - away, 0, 1)[:, None] * 0.85
        return replace(plain, base=plain.base * (1 - ink) + LINE * ink)

    return Model(body.scene, surface)
