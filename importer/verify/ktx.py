"""The header of a KTX 2.0 texture: its size, and whether its colours are sRGB or linear.

KTX File Format Specification 2.0, chapter 3; Khronos Data Format Specification 1.3, chapter 5.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"\xabKTX 20\xbb\r\n\x1a\n"
_TRANSFER = {1: False, 2: True}  # KHR_DF_TRANSFER_LINEAR, KHR_DF_TRANSFER_SRGB


@dataclass(frozen=True)
class Header:
    """``srgb`` is None where the file does not say."""

    width: int
    height: int
    levels: int
    srgb: bool | None


def read_header(data: bytes) -> Header:
    """Return the header.

    Raises
    ------
    ValueError
        The file is too short, or is no 2D texture.
    """
    if not data.startswith(MAGIC) or len(data) < 80:
        raise ValueError("the KTX2 header is cut off")
    _, _, width, height, depth, layers, faces, levels, _ = struct.unpack_from("<9I", data, 12)
    if not width or not height or depth or layers > 1 or faces != 1:
        raise ValueError("the KTX2 file is no single 2D texture")
    start, length = struct.unpack_from("<2I", data, 48)
    srgb = None
    if length >= 16 and start + length <= len(data):
        srgb = _TRANSFER.get(data[start + 14])  # after the total size and two words of the basic block
    return Header(width, height, max(levels, 1), srgb)
