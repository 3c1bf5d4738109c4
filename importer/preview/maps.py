"""The map sheet: every texture map, the channels of ORM, and the UV layout."""

from __future__ import annotations

import cv2
import numpy as np

from importer.preview.sheet import grid, label
from importer.records import U8, Maps, TexturedMesh


def map_sheet(mesh: TexturedMesh, maps: Maps, size: int = 384) -> U8:
    """Return two rows of four labelled tiles."""
    orm = small(maps.orm, size)
    tiles = {
        f"base colour {maps.base_color.shape[0]}": small(maps.base_color, size),
        "normal (OpenGL, +Y)": small(maps.normal, size),
        "ORM": orm,
        "seen in the picture": grey(small(maps.seen, size)),
        "occlusion (R)": grey(orm[..., 0]),
        "roughness (G)": grey(orm[..., 1]),
        "metallic (B)": grey(orm[..., 2]),
        f"UV layout, {len(mesh.faces):,} triangles": uv_layout(mesh, size),
    }
    return grid([label(tile, text) for text, tile in tiles.items()], columns=4)


def uv_layout(mesh: TexturedMesh, size: int) -> U8:
    """Return the atlas as lines: charts light, overlaps and gaps show at once."""
    shift, factor = 4, 16
    points = np.round(mesh.uv[mesh.faces] * size * factor - factor / 2).astype(np.int32)
    fill = np.zeros((size, size), np.uint8)
    for triangle in points:
        cv2.fillConvexPoly(fill, triangle, 255, cv2.LINE_8, shift)
    tile = np.where(fill[..., None] > 0, np.array([214, 222, 235]), np.array([255, 255, 255])).astype(np.uint8)
    cv2.polylines(tile, list(points), True, (40, 62, 110), 1, cv2.LINE_AA, shift)
    return tile


def grey(channel: U8) -> U8:
    """Return one channel (h, w) as RGB."""
    return np.repeat(channel[..., None], 3, axis=2)


def small(image: U8, size: int) -> U8:
    """Return `image` at `size` pixels a side: averaged down, or enlarged with hard texels."""
    way = cv2.INTER_AREA if image.shape[0] >= size else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(image, (size, size), interpolation=way), np.uint8)
