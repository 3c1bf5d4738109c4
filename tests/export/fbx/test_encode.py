"""The record format, byte by byte against a reader written from the published specification."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import pytest

from importer.errors import StageError
from importer.export.fbx import encode as module
from importer.export.fbx.encode import Record, encode

_SCALARS = {b"Y": "<h", b"C": "<?", b"I": "<i", b"F": "<f", b"D": "<d", b"L": "<q"}
_ARRAYS = {b"f": "<f4", b"d": "<f8", b"l": "<i8", b"i": "<i4", b"b": "|b1"}


def parse(data: bytes, at: int) -> tuple[tuple[Any, ...] | None, int]:
    """Return (name, values, children or None) of the record at an offset, None for a null record, and where it ends."""
    end, count, size, length = struct.unpack_from("<IIIB", data, at)
    if end == 0:
        assert data[at : at + 13] == bytes(13)
        return None, at + 13
    at += 13
    name, at = data[at : at + length].decode(), at + length
    stop, values = at + size, []
    while at < stop:
        kind, at = data[at : at + 1], at + 1
        if kind in _SCALARS:
            values.append((kind, struct.unpack_from(_SCALARS[kind], data, at)[0]))
            at += struct.calcsize(_SCALARS[kind])
        elif kind in (b"S", b"R"):
            (length,) = struct.unpack_from("<I", data, at)
            values.append((kind, data[at + 4 : at + 4 + length]))
            at += 4 + length
        else:
            number, encoding, length = struct.unpack_from("<III", data, at)
            raw = data[at + 12 : at + 12 + length]
            array = np.frombuffer(zlib.decompress(raw) if encoding else raw, _ARRAYS[kind])
            assert len(array) == number
            values.append((kind, array.tolist(), encoding))
            at += 12 + length
    assert at == stop and len(values) == count
    if at == end:
        return (name, values, None), at
    children = []
    while (child := parse(data, at))[0] is not None:
        children.append(child[0])
        at = child[1]
    assert child[1] == end
    return (name, values, children), end


def parsed(*records: Record) -> list[Any]:
    data = encode(records)
    assert data[:27] == b"Kaydara FBX Binary  \x00\x1a\x00" + struct.pack("<I", 7400)
    at, found = 27, []
    while (entry := parse(data, at))[0] is not None:
        found.append(entry[0])
        at = entry[1]
    return found


def test_every_type_of_property_comes_back():
    record = Record(
        "All",
        (True, False, -5, np.int64(-(2**40)), np.int16(-3), 0.1, np.float32(0.5), "größe\x00\x01箱", b"\x00\xff"),
    )
    ((name, values, children),) = parsed(record)
    assert (name, children) == ("All", None)
    assert values == [
        (b"C", True),
        (b"C", False),
        (b"I", -5),
        (b"L", -(2**40)),
        (b"Y", -3),
        (b"D", 0.1),
        (b"F", 0.5),
        (b"S", "größe\x00\x01箱".encode()),
        (b"R", b"\x00\xff"),
    ]


@pytest.mark.parametrize(
    ("dtype", "kind"), [("i4", b"i"), ("i8", b"l"), ("f4", b"f"), ("f8", b"d"), ("?", b"b"), (">f8", b"d")]
)
@pytest.mark.parametrize("length", [0, 3, 1000])
def test_arrays_come_back_and_long_ones_are_deflated(dtype, kind, length):
    array = (np.arange(length) % 7).astype(dtype)
    (((_, values, _)),) = parsed(Record("Array", (array,)))
    ((found, numbers, encoding),) = values
    assert (found, numbers, encoding) == (kind, array.tolist(), int(array.nbytes >= 128))


def test_arrays_with_strides_are_stored_in_order():
    array = np.arange(200.0).reshape(100, 2)
    (((_, values, _)),) = parsed(Record("Array", (array[::-1, 1],)))
    assert values[0][1] == array[::-1, 1].tolist()


def test_nested_lists_end_in_a_null_record_and_empty_ones_differ_from_none():
    tree = Record("A", (1,), (Record("B", (), ()), Record("C", ("x",)), Record("D", (), (Record("E"),))))
    assert parsed(tree, Record("F")) == [
        ("A", [(b"I", 1)], [("B", [], []), ("C", [(b"S", b"x")], None), ("D", [], [("E", [], None)])]),
        ("F", [], None),
    ]


@pytest.mark.parametrize("extra", range(17))
def test_footer_is_aligned_to_16_bytes(extra):
    """After its first mark: zeros up to a multiple of 16, one at least, then 4, the version, 120 zeros, a last mark."""
    data = encode([Record("A", (b"x" * extra,))])
    mark = data.index(bytes.fromhex("fabcab09d0c8d466b176fb831cf7267e"))
    assert data[mark - 13 : mark] == bytes(13)
    rest = data[mark + 16 :]
    padding = len(rest) - (4 + 4 + 120 + 16)
    assert 1 <= padding <= 16 and (mark + 16 + padding) % 16 == 0
    assert rest[: padding + 4] == bytes(padding + 4)
    assert rest[padding + 4 : padding + 8] == struct.pack("<I", 7400)
    assert rest[padding + 8 : -16] == bytes(120)
    assert rest[-16:] == bytes.fromhex("f85a8c6adef5d97eece90ce3758f290b")


def test_files_of_4_gib_are_refused(monkeypatch):
    monkeypatch.setattr(module, "_LARGEST", 1000)
    encode([Record("A", (b"x" * 900,))])
    with pytest.raises(StageError, match="4 GiB"):
        encode([Record("A", (b"x" * 1000,))])


@pytest.mark.parametrize("value", [None, 1j, [1]])
def test_values_without_a_type_are_a_programmers_error(value):
    with pytest.raises(TypeError, match="no property type"):
        encode([Record("A", (value,))])


def test_integers_beyond_32_bits_are_a_programmers_error():
    with pytest.raises(struct.error):
        encode([Record("A", (2**31,))])
