"""A picture of what a file draws: eight views round it, in its own colours."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from importer.errors import StageError
from importer.export.ktx2 import decode_ktx2
from importer.preview.sheet import grid, label, png
from importer.preview.turntable import name, views
from importer.records import F64, U8, Maps, TexturedMesh
from importer.system.child import run_in_child
from importer.verify import ktx
from importer.verify.drawn import Scene, Shape
from importer.verify.subject import Level

_FLAT = np.full((1, 1, 3), (128, 128, 255), np.uint8)
_MATT = np.full((1, 1, 3), (255, 180, 0), np.uint8)


def picture(level: Level, scenes: tuple[Scene, ...]) -> bytes | None:
    """Return a PNG of a level, drawn in a child process; None where it cannot be drawn."""
    images = {scene.file: scene.images for scene in scenes}
    shapes = [(shape, images.get(shape.file, ())) for shape in level.shapes]
    try:
        return run_in_child(_draw, shapes, timeout_s=120, memory_mb=4096, what="drawing the file")
    except StageError:
        return None


def _draw(shapes: list[tuple[Shape, tuple[bytes, ...]]]) -> bytes:
    mesh, maps = _one_map(*shapes[0]) if len(shapes) == 1 and _is_textured(shapes[0][0]) else _palette(shapes)
    degrees = list(range(0, 360, 45))
    tiles = [label(tile, name(d)) for d, tile in zip(degrees, views(mesh, maps, degrees, 256), strict=True)]
    return png(grid(tiles, columns=4))


def _is_textured(shape: Shape) -> bool:
    return shape.uv is not None and shape.surface is not None and "base_color" in shape.surface.images


def _one_map(shape: Shape, images: tuple[bytes, ...]) -> tuple[TexturedMesh, Maps]:
    assert shape.surface is not None and shape.uv is not None
    found = {slot: _decoded(images[index]) for slot, index in shape.surface.images.items() if images[index]}
    base, orm = found.get("base_color"), found.get("metallic_roughness")
    bumps = found.get("normal") if shape.tangents is not None else None
    maps = Maps(
        base if base is not None else np.full((1, 1, 3), 160, np.uint8),
        bumps if bumps is not None else _FLAT,
        orm if orm is not None else _MATT,
        _FLAT[..., 0],
    )
    return _mesh([shape], shape.uv % 1 if shape.surface.repeats else shape.uv), maps


def _palette(shapes: list[tuple[Shape, tuple[bytes, ...]]]) -> tuple[TexturedMesh, Maps]:
    """Return all shapes as one mesh, each in one colour: the material's, or the mean of its texture."""
    colors = []
    for shape, images in shapes:
        base = None
        if shape.surface is not None and "base_color" in shape.surface.images:
            data = images[shape.surface.images["base_color"]]
            base = _decoded(data) if data else None
        colors.append(base.reshape(-1, 3).mean(0) if base is not None else _srgb(shape))
    uv = [np.tile([(i + 0.5) / len(shapes), 0.5], (len(shape.positions), 1)) for i, (shape, _) in enumerate(shapes)]
    base = np.round(np.array(colors)[None]).astype(np.uint8)
    return _mesh([shape for shape, _ in shapes], np.concatenate(uv)), Maps(base, _FLAT, _MATT, _FLAT[..., 0])


def _srgb(shape: Shape) -> F64:
    linear = np.clip(np.array(shape.surface.color if shape.surface else (0.4, 0.4, 0.4)), 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255


def _mesh(shapes: list[Shape], uv: F64) -> TexturedMesh:
    starts = np.cumsum([0, *(len(shape.positions) for shape in shapes)])
    faces = np.concatenate([shape.faces + start for shape, start in zip(shapes, starts, strict=False)])
    normals = np.concatenate([_normals(shape) for shape in shapes])
    tangents = shapes[0].tangents if len(shapes) == 1 and shapes[0].tangents is not None else _across(normals)
    positions = np.concatenate([shape.positions for shape in shapes])
    a, b, c, d = (np.asarray(row, np.float32) for row in (positions, normals, tangents, uv))
    return TexturedMesh(a, b, c, d, faces.astype(np.int32))


def _normals(shape: Shape) -> F64:
    if shape.normals is not None:
        return shape.normals
    a, b, c = (shape.positions[shape.faces[:, i]] for i in range(3))
    cross = np.cross(b - a, c - a)
    normals = np.zeros_like(shape.positions)
    for corner in range(3):
        np.add.at(normals, shape.faces[:, corner], cross)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)


def _across(normals: F64) -> F64:
    """Return any tangents (n, 4) at right angles to the normals."""
    axis = np.where(np.abs(normals[:, :1]) < 0.9, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    rows = np.cross(normals, axis)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-30)
    return np.column_stack([rows, np.ones(len(rows))])


def _decoded(data: bytes) -> U8 | None:
    try:
        if data.startswith(ktx.MAGIC):
            return decode_ktx2(data)
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            image.thumbnail((1024, 1024))
            return np.ascontiguousarray(np.asarray(image.convert("RGB")))
    except Exception:  # Pillow raises of every kind on damaged files
        return None
