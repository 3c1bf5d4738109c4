"""The outermost layers of a GLB file from anybody: header, chunks, JSON, and typed access to JSON values.

Nothing in the file is believed: every length, offset and type is checked, and what is wrong becomes a finding.
"""

from __future__ import annotations

import json
import math
import struct
from typing import Any, TypeVar

from importer.export.glb import BINARY_CHUNK, JSON_CHUNK, MAGIC
from importer.records import Finding

Kind = TypeVar("Kind", dict, list, str)
_EXPORT_AGAIN = "Export the file again; it was damaged or written wrongly."


class Broken(Exception):
    """The file, or a part of it, cannot be read; carries the finding that says why."""

    def __init__(self, code: str, where: str, what: str, fix: str = _EXPORT_AGAIN) -> None:
        super().__init__(what)
        self.finding = Finding("error", code, where, what, fix)


def open_container(data: bytes, where: str) -> tuple[dict[str, Any], bytes]:
    """Return the JSON document and the binary chunk (empty if there is none).

    Raises
    ------
    Broken
    """
    if len(data) < 12 or struct.unpack_from("<I", data)[0] != MAGIC:
        raise Broken("GLB_NOT_GLB", where, "this is no GLB file: it does not begin with 'glTF'")
    _, version, length = struct.unpack_from("<III", data)
    if version != 2:
        raise Broken("GLB_VERSION", where, f"the container has version {version}; only 2 is known")
    if length > len(data):
        raise Broken(
            "GLB_TRUNCATED", where, f"the header says {length} bytes, the file has {len(data)}", "Copy it again."
        )
    chunks = _chunks(data[:length], where)
    if not chunks or chunks[0][0] != JSON_CHUNK:
        raise Broken("GLB_CHUNKS", where, "the first chunk is not JSON")
    binary = chunks[1][1] if len(chunks) > 1 and chunks[1][0] == BINARY_CHUNK else b""
    return _document(chunks[0][1], where), binary


def _chunks(data: bytes, where: str) -> list[tuple[int, bytes]]:
    found, at = [], 12
    while at < len(data):
        if at + 8 > len(data):
            raise Broken("GLB_CHUNKS", where, f"{len(data) - at} stray bytes after the last chunk")
        size, kind = struct.unpack_from("<II", data, at)
        if at + 8 + size > len(data):
            raise Broken("GLB_TRUNCATED", where, f"the chunk at byte {at} says {size} bytes and runs past the end")
        found.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size
    return found


def _document(text: bytes, where: str) -> dict[str, Any]:
    try:
        document = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Broken("GLB_JSON", where, f"the JSON chunk cannot be parsed: {str(error)[:120]}") from None
    if not isinstance(document, dict):
        raise Broken("GLB_JSON", where, "the JSON chunk is not an object")
    asset = value(document, "asset", dict, where)
    if value(asset, "version", str, f"{where}: asset").split(".")[0] != "2":
        raise Broken("GLTF_VERSION", where, f"glTF version {asset['version']!r}; only 2.x is known")
    return document


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def value(parent: dict[str, Any], key: str, kind: type[Kind], where: str, default: Kind | None = None) -> Kind:
    """Return ``parent[key]``, which must be of `kind`; `default` where it is absent, unless that is None."""
    if key not in parent and default is not None:
        return default
    found = parent.get(key)
    if not isinstance(found, kind):
        raise Broken("GLTF_STRUCTURE", where, f"{key!r} must be {_NAMES[kind]}, not {_shown(found)}")
    return found


def integer(parent: dict[str, Any], key: str, where: str, default: int | None = None) -> int:
    """Return a whole number that is at least 0."""
    found = parent.get(key, default)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**53:
        raise Broken("GLTF_STRUCTURE", where, f"{key!r} must be a whole number of at least 0, not {_shown(found)}")
    return found


def numbers(parent: dict[str, Any], key: str, count: int, where: str, default: list[float]) -> list[float]:
    """Return `count` finite numbers."""
    found = parent.get(key, default)
    if not isinstance(found, list) or len(found) != count or not all(map(_is_number, found)):
        raise Broken("GLTF_STRUCTURE", where, f"{key!r} must be {count} finite numbers, not {_shown(found)}")
    return [float(x) for x in found]


def item(document: dict[str, Any], key: str, index: int, where: str) -> dict[str, Any]:
    """Return the object `index` of the top-level array `key`."""
    array = value(document, key, list, where, [])
    if index >= len(array):
        raise Broken("GLTF_REFERENCE", where, f"{key}[{index}] is referred to, but there are {len(array)}")
    if not isinstance(array[index], dict):
        raise Broken("GLTF_STRUCTURE", f"{where}: {key}[{index}]", f"must be an object, not {_shown(array[index])}")
    return array[index]


def _is_number(found: Any) -> bool:
    return (
        isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e300 and math.isfinite(found)
    )


def _shown(found: Any) -> str:
    if isinstance(found, int) and abs(found) > 10**30:
        return "a huge number"
    return repr(found)[:60]


_NAMES = {dict: "an object", list: "an array", str: "a string"}
