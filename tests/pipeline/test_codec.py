import dataclasses
from dataclasses import dataclass

import numpy as np
import pytest

from importer.pipeline.codec import DecodeError, decode, encode
from importer.records import Camera, Files, Finding, Lods, Mesh, Quality, Solid, TexturedMesh, View


def same(a, b):
    assert type(a) is type(b)
    if isinstance(a, np.ndarray):
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        assert a.tobytes() == b.tobytes()
    elif dataclasses.is_dataclass(a):
        for field in dataclasses.fields(a):
            same(getattr(a, field.name), getattr(b, field.name))
    elif isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            same(a[key], b[key])
    elif isinstance(a, tuple | list):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    else:
        assert repr(a) == repr(b)


def mesh(n=4):
    return Mesh(np.linspace(0, 1, 3 * n, dtype=np.float32).reshape(n, 3), np.arange(6, dtype=np.int32).reshape(2, 3))


def textured():
    f = np.zeros((3, 3), np.float32)
    return TexturedMesh(f, f, np.ones((3, 4), np.float32), f[:, :2], np.array([[0, 1, 2]], np.int32))


CAMERA = Camera(np.eye(3), np.array([0.1, 0.2, np.nan]), 0.1 + 0.2, 1e-320)

RECORDS = [
    mesh(),
    mesh(0),
    Solid(mesh(), CAMERA, True, {"b": 1.5, "a": float("inf")}, ("ü", "")),
    View(np.zeros((2, 2, 4), np.uint8), CAMERA),
    Lods((textured(), textured()), (0.0, -0.0), (1.0, 0.1)),
    Files({"b/x.bin": b"", "a.glb": bytes(range(256))}, ()),
    Quality((Finding("error", "X", "y", "z"),), {"n": 3, "f": 0.1, "s": "é\ud800", "b": True}),
    (None, [1, (2,)], {"": {}}),
    Mesh(np.float16([[1, 2, 3]]), np.array(5)),  # type: ignore[arg-type]
    (np.float32(0.1), np.int64(-1), np.bool_(True)),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_come_back_exactly(record):
    same(decode(*encode(record)), record)


def test_views_become_contiguous_and_read_only():
    turned = np.arange(12, dtype=np.float32).reshape(3, 4).T[::2]
    back = decode(*encode((turned,)))[0]
    np.testing.assert_array_equal(back, turned)
    assert back.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        back[0] = 1
    turned[0] = 1  # the stage's own array stays writable


@dataclass
class Foreign:
    x: int = 1


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (Files({"a": 1j}), r"Files\.files\['a'\] is a complex"),  # type: ignore[dict-item]
        ((1, {2}), r"tuple\[1\] is a set"),
        ([Foreign()], r"list\[0\] is a Foreign"),
        ({1: 2}, "dict"),
        ((np.array([object()]),), r"tuple\[0\] is a ndarray"),
        ((lambda: 1,), "function"),
    ],
)
def test_what_no_record_may_hold_is_refused_with_its_place(value, where):
    with pytest.raises(TypeError, match=where):
        encode(value)


def damaged(change):
    document, blobs = encode(RECORDS[2])
    change(document, blobs)
    return document, blobs


@pytest.mark.parametrize(
    "change",
    [
        lambda d, b: b.pop("0.npy"),
        lambda d, b: b.update({"0.npy": b["0.npy"].astype(np.float64)}),
        lambda d, b: b.update({"0.npy": b["0.npy"][1:]}),
        lambda d, b: b.update({"0.npy": b"bytes"}),
        lambda d, b: d["fields"].pop("camera"),
        lambda d, b: d["fields"].update({"more": 1}),
        lambda d, b: d.update({"record": "importer.records:Nothing"}),
        lambda d, b: d.update({"record": "importer.records:np"}),
        lambda d, b: d.update({"record": "os:system"}),
        lambda d, b: d.update({"fields": 7}),
        lambda d, b: (d.clear(), d.update({"pickle": "x"})),
        lambda d, b: d.clear(),
    ],
)
def test_damage_and_changed_classes_are_decode_errors(change):
    with pytest.raises(DecodeError):
        decode(*damaged(change))
