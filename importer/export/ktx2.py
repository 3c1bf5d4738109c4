"""KTX 2.0 files of UASTC textures with mipmaps, as KHR_texture_basisu wants them.

Source: KTX File Format Specification 2.0; Khronos Data Format Specification 1.3, chapter 5.
"""

from __future__ import annotations

import struct
from typing import Literal

import numpy as np

from importer.export.uastc import decode_uastc, encode_uastc
from importer.records import F32, U8

MAGIC = b"\xabKTX 20\xbb\r\n\x1a\n"
Meaning = Literal["color", "normal", "data"]
_LARGEST = 16_384
_UASTC, _BT709, _LINEAR, _SRGB = 166, 1, 1, 2
_ENTRIES = ((b"KTXorientation", b"rd"), (b"KTXwriter", b"asset-drop"))  # origin at the top left


def encode_ktx2(image: U8, meaning: Meaning) -> bytes:
    """Encode RGB (h, w, 3), 8 bit, sides divisible by 4; the same pixels give the same bytes.

    Smaller levels are means: of light for colours, of directions for normals.
    """
    levels = [encode_uastc(level) for level in _mipmaps(image, meaning)]
    descriptor, entries = _descriptor(meaning), _key_values()
    described = 80 + 24 * len(levels)
    head = struct.pack("<9I", 0, 1, image.shape[1], image.shape[0], 0, 0, 1, len(levels), 0)
    index = struct.pack("<4I2Q", described, len(descriptor), described + len(descriptor), len(entries), 0, 0)
    at = described + len(descriptor) + len(entries)
    places, chunks = [b""] * len(levels), []
    for number in reversed(range(len(levels))):  # smallest first, so that a stream can show something early
        padding = -at % 16
        chunks += [b"\0" * padding, levels[number]]
        at += padding
        places[number] = struct.pack("<3Q", at, len(levels[number]), len(levels[number]))
        at += len(levels[number])
    return b"".join([MAGIC, head, index, *places, descriptor, entries, *chunks])


def decode_ktx2(data: bytes) -> U8 | None:
    """Return the pixels (h, w, 3) of the first level of a file as `encode_ktx2` writes them; None for any other."""
    if not data.startswith(MAGIC) or len(data) < 104:
        return None
    _, _, width, height, *kind, _, compression = struct.unpack_from("<9I", data, 12)
    start, length = struct.unpack_from("<2Q", data, 80)
    if kind != [0, 0, 1] or compression or max(width, height) > _LARGEST or start + length > len(data):
        return None
    return decode_uastc(data[start : start + length], width, height)


def _descriptor(meaning: Meaning) -> bytes:
    transfer = _SRGB if meaning == "color" else _LINEAR
    block = struct.pack("<IHH4B4B8B", 0, 2, 40, _UASTC, _BT709, transfer, 0, 3, 3, 0, 0, 16, *[0] * 7)
    sample = struct.pack("<HBB4BII", 0, 127, 0, 0, 0, 0, 0, 0, 0xFFFFFFFF)
    return struct.pack("<I", 4 + len(block) + len(sample)) + block + sample


def _key_values() -> bytes:
    found = b""
    for key, value in _ENTRIES:
        entry = key + b"\0" + value + b"\0"
        found += struct.pack("<I", len(entry)) + entry + b"\0" * (-len(entry) % 4)
    return found


def _mipmaps(image: U8, meaning: Meaning) -> list[U8]:
    levels, values = [image], _decoded(image, meaning)
    while max(values.shape[:2]) > 1:
        height, width = (max(1, side // 2) for side in values.shape[:2])
        down, across = values.shape[0] // height, values.shape[1] // width
        whole = values[: height * down, : width * across]
        values = whole.reshape(height, down, width, across, 3).mean((1, 3))
        levels.append(_encoded(values, meaning))
    return levels


def _decoded(image: U8, meaning: Meaning) -> F32:
    values = image.astype(np.float32) / np.float32(255)
    if meaning == "color":
        return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return values * 2 - 1 if meaning == "normal" else values


def _encoded(values: F32, meaning: Meaning) -> U8:
    if meaning == "color":
        values = np.where(values <= 0.0031308, values * 12.92, 1.055 * np.maximum(values, 0) ** (1 / 2.4) - 0.055)
    elif meaning == "normal":
        values = values / np.maximum(np.linalg.norm(values, axis=2, keepdims=True), 1e-6) / 2 + 0.5
    return np.round(np.clip(values, 0, 1) * 255).astype(np.uint8)
