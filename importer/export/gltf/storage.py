"""The binary chunk while it grows: buffer views and accessors, compressed where asked for.

A compressed view has two places: its bytes in the chunk, and its room in a second buffer that has no data (glTF 2.0,
EXT_meshopt_compression, "fallback buffer").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pygltflib as gltf
from numpy.typing import NDArray

from importer.export.gltf import meshopt
from importer.records import U8

_LARGEST_SHORT_INDEX = 65_534  # 65535 restarts primitives in some engines, and glTF forbids it
_TYPES = {1: gltf.SCALAR, 2: gltf.VEC2, 3: gltf.VEC3, 4: gltf.VEC4, 16: gltf.MAT4}
_COMPONENTS = {
    "f4": gltf.FLOAT,
    "i1": gltf.BYTE,
    "u1": gltf.UNSIGNED_BYTE,
    "i2": gltf.SHORT,
    "u2": gltf.UNSIGNED_SHORT,
    "u4": gltf.UNSIGNED_INT,
}


@dataclass(frozen=True)
class Column:
    """One accessor: ``rows`` (n, k) as they are stored; ``octahedral`` rows (n, 4) are filtered after decoding."""

    rows: NDArray[Any]
    normalized: bool = False
    bounds: bool = False
    octahedral: U8 | None = None


class Storage:
    """Fills the buffers, views and accessors of a document."""

    def __init__(self, model: gltf.GLTF2, *, compressed: bool) -> None:
        self.model, self.compressed = model, compressed
        self.pieces: list[bytes] = []
        self._length = self._room = 0

    def image(self, data: bytes) -> int:
        """Add a view of a file's bytes and return its index."""
        return self._view(gltf.BufferView(buffer=0, byteOffset=self._append(data), byteLength=len(data)))

    def values(self, column: Column) -> int:
        """Add an accessor of anything but vertices and return its index."""
        return self._accessor(column, self._plain(_bytes(column.rows)), len(column.rows))

    def vertices(self, column: Column) -> int:
        """Add an accessor of a vertex attribute and return its index."""
        count, stride = len(column.rows), -(-column.rows.dtype.itemsize * column.rows.shape[1] // 4) * 4
        raw = np.zeros((count, stride), np.uint8)
        raw[:, : column.rows.dtype.itemsize * column.rows.shape[1]] = _bytes(column.rows)
        if self.compressed:
            packed, filter = (raw, "NONE") if column.octahedral is None else (column.octahedral, "OCTAHEDRAL")
            view = self._packed(meshopt.encode_rows(packed), count, stride, "ATTRIBUTES", filter)
            self.model.bufferViews[view].byteStride = stride
        else:
            view = self._plain(raw)
            if stride != column.rows.dtype.itemsize * column.rows.shape[1]:
                self.model.bufferViews[view].byteStride = stride
        self.model.bufferViews[view].target = gltf.ARRAY_BUFFER
        return self._accessor(column, view, count)

    def indices(self, faces: NDArray[np.integer], vertices: int) -> int:
        """Add an accessor of triangles (m, 3) and return its index."""
        short = faces.max(initial=0) <= _LARGEST_SHORT_INDEX
        rows = np.ascontiguousarray(faces, "<u2" if short else "<u4").reshape(-1, 1)
        if self.compressed:
            stride = rows.dtype.itemsize
            view = self._packed(meshopt.encode_triangles(faces, vertices), len(rows), stride, "TRIANGLES")
        else:
            view = self._plain(_bytes(rows))
        self.model.bufferViews[view].target = gltf.ELEMENT_ARRAY_BUFFER
        return self._accessor(Column(rows), view, len(rows))

    def finish(self) -> list[bytes]:
        """Add the buffers and return the chunk's pieces."""
        self.model.buffers.append(gltf.Buffer(byteLength=self._length))
        if self._room:
            extensions = {meshopt.EXTENSION: {"fallback": True}}
            self.model.buffers.append(gltf.Buffer(byteLength=self._room, extensions=extensions))
        return self.pieces

    def _accessor(self, column: Column, view: int, count: int) -> int:
        accessor = gltf.Accessor(
            bufferView=view,
            componentType=_COMPONENTS[column.rows.dtype.str[1:]],
            normalized=column.normalized,
            count=count,
            type=_TYPES[column.rows.shape[1]],
        )
        if column.bounds:
            accessor.min, accessor.max = column.rows.min(0).tolist(), column.rows.max(0).tolist()
        self.model.accessors.append(accessor)
        return len(self.model.accessors) - 1

    def _plain(self, raw: U8) -> int:
        data = raw.tobytes()
        return self._view(gltf.BufferView(buffer=0, byteOffset=self._append(data), byteLength=len(data)))

    def _packed(self, data: bytes, count: int, stride: int, mode: str, filter: str = "NONE") -> int:
        packed = {"buffer": 0, "byteOffset": self._append(data), "byteLength": len(data), "byteStride": stride}
        packed |= {"count": count, "mode": mode}
        if filter != "NONE":
            packed["filter"] = filter
        view = gltf.BufferView(buffer=1, byteOffset=self._room, byteLength=count * stride)
        view.extensions = {meshopt.EXTENSION: packed}
        self._room += count * stride + (-count * stride % 4)
        return self._view(view)

    def _view(self, view: gltf.BufferView) -> int:
        self.model.bufferViews.append(view)
        return len(self.model.bufferViews) - 1

    def _append(self, data: bytes) -> int:
        at = self._length
        self.pieces += [data, b"\0" * (-len(data) % 4)]
        self._length += len(data) + (-len(data) % 4)
        return at


def _bytes(rows: NDArray[Any]) -> U8:
    rows = np.ascontiguousarray(rows, rows.dtype.newbyteorder("<"))
    return rows.view(np.uint8).reshape(len(rows), -1)
