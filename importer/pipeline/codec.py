"""Records to plain JSON and separate blobs, and back: generic, exact, and without code in the data (no pickle).

Exact, because a stage must see the same values whether its input was just computed or comes from the cache: arrays
become C-contiguous and read-only, numpy scalars keep their type, floats their bits, dicts their order.
"""

from __future__ import annotations

import dataclasses
import importlib
from typing import Any

import numpy as np

Blob = np.ndarray | bytes
_PLAIN = (bool, int, float, str, type(None))


class DecodeError(Exception):
    """The data is not what `encode` writes, or the record's class has changed since."""


def encode(record: Any) -> tuple[Any, dict[str, Blob]]:
    """Return ``record`` as a JSON value, and its arrays and bytes by file name.

    Raises
    ------
    TypeError
        It holds something other than package dataclasses, tuples, lists, dicts with text keys, arrays, bytes and plain
        values; the message says where.
    """
    blobs: dict[str, Blob] = {}
    return _encode(record, type(record).__name__, blobs), blobs


def _encode(value: Any, where: str, blobs: dict[str, Blob]) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        name = f"{len(blobs)}.npy"
        blobs[name] = frozen(value)
        return {"array": name, "dtype": value.dtype.str, "shape": list(value.shape)}
    if isinstance(value, np.generic):
        return {"scalar": _encode(np.asarray(value), where, blobs)}
    if isinstance(value, bytes):
        name = f"{len(blobs)}.bin"
        blobs[name] = value
        return {"bytes": name, "size": len(value)}
    if type(value) in (tuple, list):
        return {type(value).__name__: [_encode(item, f"{where}[{i}]", blobs) for i, item in enumerate(value)]}
    if type(value) is dict and all(type(key) is str for key in value):
        return {"dict": [[key, _encode(item, f"{where}[{key!r}]", blobs)] for key, item in value.items()]}
    if dataclasses.is_dataclass(value) and type(value).__module__.startswith("importer."):
        kind: Any = type(value)
        fields = {f.name: _encode(getattr(value, f.name), f"{where}.{f.name}", blobs) for f in dataclasses.fields(kind)}
        return {"record": f"{kind.__module__}:{kind.__qualname__}", "fields": fields}
    raise TypeError(f"{where} is a {type(value).__name__}, which a record between stages cannot hold")


def frozen(array: np.ndarray) -> np.ndarray:
    """Return a C-contiguous, read-only view of ``array``, or a copy where it must be one."""
    view = np.ascontiguousarray(array).reshape(array.shape).view(np.ndarray)  # ascontiguousarray makes 0-d arrays 1-d
    view.flags.writeable = False
    return view


def decode(value: Any, blobs: dict[str, Blob]) -> Any:
    """Return the record that `encode` took apart; arrays are read-only.

    Raises
    ------
    DecodeError
        A blob is missing or differs from its description, or a class has other fields now.
    """
    if type(value) in _PLAIN:
        return value
    try:
        kind = next(iter(value))
        match kind:
            case "array":
                return _array(value, blobs)
            case "scalar":
                return _array(value["scalar"], blobs)[()]
            case "bytes":
                return _bytes(value, blobs)
            case "tuple":
                return tuple(decode(item, blobs) for item in value["tuple"])
            case "list":
                return [decode(item, blobs) for item in value["list"]]
            case "dict":
                return {key: decode(item, blobs) for key, item in value["dict"]}
            case "record":
                return _record(value["record"], value["fields"], blobs)
    except (KeyError, TypeError, ValueError, AttributeError, ImportError, StopIteration) as error:
        raise DecodeError(f"{type(error).__name__}: {error}") from error
    raise DecodeError(f"unknown kind {kind!r}")


def _array(value: dict[str, Any], blobs: dict[str, Blob]) -> np.ndarray:
    array = blobs[value["array"]]
    if not isinstance(array, np.ndarray) or array.dtype.str != value["dtype"] or list(array.shape) != value["shape"]:
        raise DecodeError(f"{value['array']} is not an array of {value['dtype']} {value['shape']}")
    return frozen(array)


def _bytes(value: dict[str, Any], blobs: dict[str, Blob]) -> bytes:
    data = blobs[value["bytes"]]
    if not isinstance(data, bytes) or len(data) != value["size"]:
        raise DecodeError(f"{value['bytes']} does not have {value['size']} bytes")
    return data


def _record(name: str, fields: dict[str, Any], blobs: dict[str, Blob]) -> Any:
    module, _, kind = name.partition(":")
    if not module.startswith("importer."):
        raise DecodeError(f"{name} is no record of this package")
    cls = getattr(importlib.import_module(module), kind)
    if not (isinstance(cls, type) and dataclasses.is_dataclass(cls)):
        raise DecodeError(f"{name} is no record")
    if [field.name for field in dataclasses.fields(cls)] != list(fields):
        raise DecodeError(f"{name} has other fields now")
    return cls(**{key: decode(item, blobs) for key, item in fields.items()})
