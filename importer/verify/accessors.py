"""Accessors of an untrusted glTF document as numpy arrays."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray

from importer.errors import StageError
from importer.export.gltf import meshopt
from importer.verify.container import Broken, integer, item, value

_COMPONENTS = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_MOST_ELEMENTS = 50_000_000


class Buffers:
    """The bytes of a document: the binary chunk and data URIs. Files outside are never opened."""

    def __init__(self, document: dict[str, Any], binary: bytes, where: str) -> None:
        self.document, self.binary, self.where = document, binary, where
        self._decoded: dict[int, bytes] = {}
        self._unpacked_views: dict[int, tuple[bytes, int]] = {}

    def view(self, index: int) -> tuple[memoryview, int]:
        """Return the bytes of a buffer view, and its stride (0: packed)."""
        where = f"{self.where}: bufferViews[{index}]"
        view = item(self.document, "bufferViews", index, self.where)
        for name, extension in value(view, "extensions", dict, where, {}).items():
            if name.endswith("meshopt_compression"):
                return self._unpacked(index, name, extension, where)
        return self._slice(view, where), integer(view, "byteStride", where, 0)

    def _unpacked(self, index: int, name: str, extension: Any, where: str) -> tuple[memoryview, int]:
        """Return a view that meshopt compressed, as it was before."""
        if name != meshopt.EXTENSION or not meshopt.available():
            raise Broken("COMPRESSED", where, f"{name} cannot be checked here", "Check the file uncompressed.")
        if not isinstance(extension, dict):
            raise Broken("GLTF_STRUCTURE", where, f"{name} must be an object")
        if index not in self._unpacked_views:
            data = self._slice(extension, where)
            count, stride = integer(extension, "count", where), integer(extension, "byteStride", where)
            mode = value(extension, "mode", str, where)
            try:
                plain = meshopt.decode(bytes(data), count, stride, mode, value(extension, "filter", str, where, "NONE"))
            except StageError as error:
                raise Broken("BUFFER_RANGE", where, f"{name}: {error.what}") from None
            # Indices are packed: a view of them may have no stride.
            self._unpacked_views[index] = plain, stride if mode == "ATTRIBUTES" else 0
        plain, stride = self._unpacked_views[index]
        return memoryview(plain), stride

    def _slice(self, view: dict[str, Any], where: str) -> memoryview:
        buffer = self._buffer(integer(view, "buffer", where))
        start, length = integer(view, "byteOffset", where, 0), integer(view, "byteLength", where)
        if start + length > len(buffer):
            raise Broken("BUFFER_RANGE", where, f"bytes {start}..{start + length} of a buffer of {len(buffer)}")
        return memoryview(buffer)[start : start + length]

    def accessor(self, index: int) -> NDArray[Any]:
        """Return an accessor as (count, width); normalised integers become float32.

        Raises
        ------
        Broken
        """
        where = f"{self.where}: accessors[{index}]"
        entry = item(self.document, "accessors", index, self.where)
        kind, width = self._kind(entry, where)
        count = integer(entry, "count", where)
        if count > _MOST_ELEMENTS:
            raise Broken("ACCESSOR_RANGE", where, f"{count} elements; at most {_MOST_ELEMENTS} are read")
        if "bufferView" in entry:
            rows = self._rows(entry, kind, count, width, where)
        else:
            rows = np.zeros((count, width), kind)
        if "sparse" in entry:
            rows = self._sparse(rows, value(entry, "sparse", dict, where), kind, where)
        if rows.dtype.kind != "f" and entry.get("normalized") is True:
            limit = np.iinfo(rows.dtype).max
            rows = np.maximum(rows.astype(np.float32) / np.float32(limit), np.float32(-1))
        if rows.dtype.kind == "f" and not np.isfinite(rows).all():
            bad = int((~np.isfinite(rows)).any(1).sum())
            raise Broken("ACCESSOR_NOT_FINITE", where, f"{bad} of {count} elements are NaN or infinite")
        return rows

    def _kind(self, entry: dict[str, Any], where: str) -> tuple[np.dtype[Any], int]:
        component, shape = entry.get("componentType"), entry.get("type")
        if not isinstance(component, int) or component not in _COMPONENTS:
            raise Broken("GLTF_STRUCTURE", where, f"componentType {component!r} is unknown")
        if not isinstance(shape, str) or shape not in _WIDTHS:
            raise Broken("GLTF_STRUCTURE", where, f"type {shape!r} is none of {', '.join(_WIDTHS)}")
        return np.dtype(_COMPONENTS[component]), _WIDTHS[shape]

    def _rows(self, entry: dict[str, Any], kind: np.dtype[Any], count: int, width: int, where: str) -> NDArray[Any]:
        data, stride = self.view(integer(entry, "bufferView", where))
        start, size = integer(entry, "byteOffset", where, 0), kind.itemsize * width
        stride = stride or size
        if stride < size:
            raise Broken("ACCESSOR_RANGE", where, f"elements of {size} bytes every {stride} bytes overlap")
        if count and start + stride * (count - 1) + size > len(data):
            raise Broken("ACCESSOR_RANGE", where, f"{count} elements need more than the view's {len(data)} bytes")
        if not count:
            return np.zeros((0, width), kind)
        return np.ndarray((count, width), kind, data, start, (stride, kind.itemsize))

    def _sparse(self, rows: NDArray[Any], sparse: dict[str, Any], kind: np.dtype[Any], where: str) -> NDArray[Any]:
        count = integer(sparse, "count", where)
        if count > len(rows):
            raise Broken("ACCESSOR_RANGE", where, f"{count} sparse elements in an accessor of {len(rows)}")
        at = value(sparse, "indices", dict, where)
        new = value(sparse, "values", dict, where)
        index_kind, _ = self._kind({**at, "type": "SCALAR"}, where)
        if index_kind.kind != "u":
            raise Broken("GLTF_STRUCTURE", where, "sparse indices must be unsigned integers")
        places = self._rows(at, index_kind, count, 1, where)[:, 0]
        if count and places.max() >= len(rows):
            raise Broken("ACCESSOR_RANGE", where, "a sparse index lies outside the accessor")
        rows = rows.copy()
        rows[places] = self._rows(new, kind, count, rows.shape[1], where)
        return rows

    def _buffer(self, index: int) -> bytes:
        if index in self._decoded:
            return self._decoded[index]
        where = f"{self.where}: buffers[{index}]"
        entry = item(self.document, "buffers", index, self.where)
        if "uri" in entry:
            data = data_uri(value(entry, "uri", str, where), where)
        elif index == 0:
            data = self.binary
        else:
            raise Broken("BUFFER_RANGE", where, "has no data: only the first buffer may lie in the binary chunk")
        if integer(entry, "byteLength", where) > len(data):
            raise Broken("BUFFER_RANGE", where, f"says {entry['byteLength']} bytes, {len(data)} are there")
        self._decoded[index] = data
        return data


def data_uri(uri: str, where: str) -> bytes:
    """Return the bytes of a base64 data URI."""
    head, comma, body = uri.partition(",")
    if not head.startswith("data:") or not head.endswith(";base64") or not comma:
        raise Broken("EXTERNAL_FILE", where, "refers to a file outside", "Embed everything in the GLB.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise Broken("BUFFER_RANGE", where, "its base64 data is damaged") from None
