"""Tiles, labels and PNG files."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from importer.preview.render import backdrop
from importer.preview.shade import decode, encode
from importer.records import U8

INK, PAPER = (28, 30, 34), (246, 246, 247)


def label(tile: U8, text: str, ink: tuple[int, int, int] = INK) -> U8:
    """Return `tile` (h, w, 3) with `text` at its lower left, on a light plate that keeps it readable on any picture."""
    image = Image.fromarray(tile)
    draw = ImageDraw.Draw(image)
    size = max(11, round(min(tile.shape[:2]) * 0.042))
    font = ImageFont.load_default(size)
    at = (size * 0.7, tile.shape[0] - size * 1.75)
    left, top, right, bottom = draw.textbbox(at, text, font=font)
    pad = size * 0.3
    draw.rounded_rectangle((left - pad, top - pad, right + pad, bottom + pad), radius=pad, fill=PAPER)
    draw.text(at, text, font=font, fill=ink)
    return np.asarray(image)


def grid(tiles: list[U8], columns: int, gap: int = 4) -> U8:
    """Return equal tiles in rows of `columns`, with a gap of paper between them."""
    h, w = tiles[0].shape[:2]
    rows = -(-len(tiles) // columns)
    sheet = np.full((rows * (h + gap) + gap, columns * (w + gap) + gap, 3), PAPER, np.uint8)
    for i, tile in enumerate(tiles):
        y, x = gap + i // columns * (h + gap), gap + i % columns * (w + gap)
        sheet[y : y + h, x : x + w] = tile
    return sheet


def fit(rgba: U8, height: int, width: int) -> U8:
    """Return a picture (h, w, 4) with straight alpha, fitted into a tile on the studio's backdrop."""
    margin = 0.06 if rgba[..., 3].min() < 255 else 0.0
    inner_h, inner_w = height * (1 - 2 * margin), width * (1 - 2 * margin)
    scale = min(inner_h / rgba.shape[0], inner_w / rgba.shape[1])
    h, w = (max(1, round(side * scale)) for side in rgba.shape[:2])
    # Area averaging on premultiplied linear light: no dark fringe at soft edges.
    alpha = rgba[..., 3:].astype(np.float32) / 255
    light = np.concatenate([decode(rgba[..., :3] / np.float32(255)) * alpha, alpha], axis=2)
    small = cv2.resize(light, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    side = max(height, width)
    tile = backdrop(side)[(side - height) // 2 :, (side - width) // 2 :][:height, :width]
    y, x = (height - h) // 2, (width - w) // 2
    part = tile[y : y + h, x : x + w]
    part[:] = small[..., :3] + part * (1 - small[..., 3:].clip(0, 1))
    return encode(tile)


def png(image: U8) -> bytes:
    """Return an RGB or grey picture as a PNG file."""
    ordered = image if image.ndim == 2 else image[..., ::-1]
    done, data = cv2.imencode(".png", np.ascontiguousarray(ordered), [cv2.IMWRITE_PNG_COMPRESSION, 4])
    assert done, image.shape
    return data.tobytes()
