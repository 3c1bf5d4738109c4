"""The codecs of EXT_meshopt_compression, by the meshoptimizer library (MIT, A. Kapoulkine), both ways.

``ATTRIBUTES`` holds rows of bytes, version 0; ``TRIANGLES`` indices by threes, version 1; ``INDICES`` any indices.
Filters turn what was decoded into unit vectors, quaternions or floats. Decoding is safe on damaged data.
"""

from __future__ import annotations

import ctypes
import functools

import numpy as np
from numpy.typing import NDArray

from importer.errors import StageError
from importer.records import U8
from importer.system import meshoptimizer

EXTENSION = "EXT_meshopt_compression"
_SIZE, _INT, _ANY = ctypes.c_size_t, ctypes.c_int, ctypes.c_void_p
_FILTERS = {"OCTAHEDRAL": "Oct", "QUATERNION": "Quat", "EXPONENTIAL": "Exp"}
_STRIDES = {"OCTAHEDRAL": (4, 8), "QUATERNION": (8,), "EXPONENTIAL": range(4, 257, 4)}


def available() -> bool:
    """Tell whether the library is here; it is not on Windows, where it has no wheel."""
    return _library() is not None


def encode_rows(rows: U8) -> bytes:
    """Encode rows (n, stride) of bytes; the stride is a multiple of 4 and at most 256."""
    codec, rows = _required(), np.ascontiguousarray(rows, np.uint8)
    count, stride = rows.shape
    out = np.empty(codec.meshopt_encodeVertexBufferBound(count, stride), np.uint8)
    level = 2  # of 0..3, the library's default
    size = codec.meshopt_encodeVertexBufferLevel(_at(out), out.size, _at(rows), count, stride, level, 0)
    return _whole(out, size)


def encode_triangles(faces: NDArray[np.integer], vertices: int) -> bytes:
    """Encode triangles (m, 3); each keeps its winding, but may begin at another corner."""
    codec, indices = _required(), np.ascontiguousarray(faces, np.uint32).reshape(-1)
    out = np.empty(codec.meshopt_encodeIndexBufferBound(indices.size, vertices), np.uint8)
    return _whole(out, codec.meshopt_encodeIndexBuffer(_at(out), out.size, _at(indices), indices.size))


def encode_directions(rows: NDArray[np.floating]) -> U8:
    """Return unit vectors with a fourth value in -1..1, (n, 4), as bytes (n, 4) for the filter OCTAHEDRAL."""
    codec, rows = _required(), np.ascontiguousarray(rows, np.float32)
    out = np.empty((len(rows), 4), np.uint8)
    codec.meshopt_encodeFilterOct(_at(out), len(rows), 4, 8, _at(rows))
    return out


def decode(data: bytes, count: int, stride: int, mode: str, filter: str = "NONE") -> bytes:
    """Return what a compressed buffer view stands for: `count` elements of `stride` bytes.

    Raises
    ------
    StageError
        The data is damaged, or the extension does not allow such a view, or meshoptimizer is not installed.
    """
    codec = _required()
    source = np.frombuffer(data, np.uint8)
    if mode == "ATTRIBUTES":
        fits = 4 <= stride <= 256 and stride % 4 == 0
        run = codec.meshopt_decodeVertexBuffer
    elif mode in ("TRIANGLES", "INDICES"):
        fits = stride in (2, 4) and filter == "NONE" and (mode == "INDICES" or count % 3 == 0)
        run = codec.meshopt_decodeIndexBuffer if mode == "TRIANGLES" else codec.meshopt_decodeIndexSequence
    else:
        raise StageError(f"the compression mode {mode!r} is unknown")
    if filter != "NONE" and (filter not in _FILTERS or stride not in _STRIDES[filter]):
        raise StageError(f"the filter {filter!r} is unknown, or not for elements of {stride} bytes")
    # 64 elements take a byte at least, so no small file asks for all the memory.
    if not fits or count < 0 or count > 64 * (len(data) + 1):
        raise StageError(f"{count} elements of {stride} bytes cannot be compressed as {mode} in {len(data)} bytes")
    out = np.zeros(max(count * stride, 1), np.uint8)
    if run(_at(out), count, stride, _at(source), source.size) != 0:
        raise StageError("the compressed data is damaged")
    if filter != "NONE":
        getattr(codec, f"meshopt_decodeFilter{_FILTERS[filter]}")(_at(out), count, stride)
    return out[: count * stride].tobytes()


def _whole(out: U8, size: int) -> bytes:
    if not size:
        raise StageError("meshoptimizer could not compress the mesh", where="export")
    return out[:size].tobytes()


def _at(array: NDArray[np.generic]) -> int:
    return array.ctypes.data


def _required() -> ctypes.CDLL:
    found = _library()
    if found is None:
        raise StageError(
            "meshopt compression needs the package meshoptimizer, which is not installed",
            fix="Install it (it builds with a C++ compiler), or set export.web_geometry to quantized.",
        )
    return found


@functools.cache
def _library() -> ctypes.CDLL | None:
    found = meshoptimizer.library()
    if found is not None:
        _declare(found)
    return found


def _declare(codec: ctypes.CDLL) -> None:
    for name, result, arguments in (
        ("encodeVertexBufferBound", _SIZE, [_SIZE, _SIZE]),
        ("encodeVertexBufferLevel", _SIZE, [_ANY, _SIZE, _ANY, _SIZE, _SIZE, _INT, _INT]),
        ("encodeIndexBufferBound", _SIZE, [_SIZE, _SIZE]),
        ("encodeIndexBuffer", _SIZE, [_ANY, _SIZE, _ANY, _SIZE]),
        ("encodeFilterOct", None, [_ANY, _SIZE, _SIZE, _INT, _ANY]),
        ("decodeVertexBuffer", _INT, [_ANY, _SIZE, _SIZE, _ANY, _SIZE]),
        ("decodeIndexBuffer", _INT, [_ANY, _SIZE, _SIZE, _ANY, _SIZE]),
        ("decodeIndexSequence", _INT, [_ANY, _SIZE, _SIZE, _ANY, _SIZE]),
        *((f"decodeFilter{kind}", None, [_ANY, _SIZE, _SIZE]) for kind in _FILTERS.values()),
    ):
        function = getattr(codec, f"meshopt_{name}")
        function.restype, function.argtypes = result, arguments
