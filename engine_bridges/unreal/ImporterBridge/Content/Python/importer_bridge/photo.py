"""Photographs of an asset: whether it is to be seen on them, and how they become a PNG file."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from .slices import Steps

SIDE = 512  # pixels
_GREY = bytes((128, 128, 128))
_FEWEST = SIDE * SIDE // 5000  # pixels of surface; a pole of a hundredth of its height has more
_NEAR = 8  # of 255


class Pixel(Protocol):
    """A colour of Unreal's, 0 to 255."""

    @property
    def r(self) -> int: ...  # noqa: D102
    @property
    def g(self) -> int: ...  # noqa: D102
    @property
    def b(self) -> int: ...  # noqa: D102


@dataclass(frozen=True)
class Photo:
    """One view, twice: RGB, `SIDE` by `SIDE`, rows from the top.

    ``grid`` shows the same in the grey grid that Unreal draws where a material is missing or not compiled. The grid
    is never black as nothing is, so it tells where the surface is.
    """

    own: bytes
    grid: bytes


@dataclass(frozen=True)
class Seen:
    """What a photograph shows: ``fault`` is empty, or says what is wrong; ``png`` has a grey background."""

    fault: str
    png: bytes


def to_rgb(pixels: Iterable[Pixel]) -> Steps[bytes]:
    """Return the pixels as bytes."""
    data = bytearray()
    for number, pixel in enumerate(pixels):
        data += bytes((pixel.r, pixel.g, pixel.b))
        if number % 256 == 255:
            yield None
    return bytes(data)


def look_at(photo: Photo) -> Steps[Seen]:
    """Judge a photograph and put a grey background behind it.

    Nothing may touch the corner of the picture, which tells what the background is.
    """
    empty = photo.grid[:3]
    covered = coloured = different = 0
    rows = bytearray()
    for y in range(SIDE):
        own, grid = (picture[3 * SIDE * y : 3 * SIDE * (y + 1)] for picture in (photo.own, photo.grid))
        row = bytearray(own)
        for x in range(0, 3 * SIDE, 3):
            if grid[x : x + 3] == empty:
                row[x : x + 3] = _GREY
                continue
            covered += 1
            coloured += own[x : x + 3] != empty
            different += any(abs(own[i] - grid[i]) > _NEAR for i in range(x, x + 3))
        rows += b"\0" + row  # PNG: no filter
        if y % 4 == 3:
            yield None
    png = yield from _png(bytes(rows))
    return Seen(_fault(covered, coloured, different), png)


def _fault(covered: int, coloured: int, different: int) -> str:
    if covered < _FEWEST:
        return "nothing is to be seen"
    if coloured < covered / 100:
        return "its material draws nothing, or black"
    if different < covered / 20:
        return "it is drawn in Unreal's grey grid: its material is missing, or not compiled"
    return ""


def _png(rows: bytes) -> Steps[bytes]:
    packer, packed = zlib.compressobj(6), b""
    for block in _blocks(rows, 2**15):
        packed += packer.compress(block)
        yield None
    head = struct.pack(">2I5B", SIDE, SIDE, 8, 2, 0, 0, 0)  # 8 bits, RGB
    parts = ((b"IHDR", head), (b"IDAT", packed + packer.flush()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _blocks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
