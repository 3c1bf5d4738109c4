"""The codecs of EXT_meshopt_compression: exact both ways, safe on damaged data, refused without the library."""

from __future__ import annotations

import numpy as np
import pytest

from importer.errors import StageError
from importer.export.gltf import meshopt
from importer.export.gltf.document import write_gltf
from importer.system import meshoptimizer
from tests.export.gltf.scenes import cart_scene
from tests.support.models import ball

RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize("stride", [4, 8, 12, 16, 64, 256])
@pytest.mark.parametrize("count", [1, 15, 16, 17, 256, 1000])
def test_rows_come_back_as_they_were(stride: int, count: int):
    rows = RANDOM.integers(0, 256, (count, stride), np.uint8)
    data = meshopt.encode_rows(rows)
    assert data[0] == 0xA0  # version 0, the only one of the extension
    assert meshopt.decode(data, count, stride, "ATTRIBUTES") == rows.tobytes()


def test_like_rows_take_less_room():
    rows = np.repeat(np.arange(250, dtype=np.uint32), 4)[:, None].view(np.uint8).reshape(1000, 4)
    assert len(meshopt.encode_rows(rows)) < rows.nbytes / 4


@pytest.mark.parametrize("stride", [2, 4])
def test_triangles_keep_their_order_and_winding(stride: int):
    mesh = ball(12)
    data = meshopt.encode_triangles(mesh.faces, len(mesh.vertices))
    assert data[0] == 0xE1  # version 1
    plain = meshopt.decode(data, mesh.faces.size, stride, "TRIANGLES")
    faces = np.frombuffer(plain, f"<u{stride}").reshape(-1, 3).astype(np.int64)
    turned = [np.roll(faces, turn, axis=1) for turn in range(3)]
    assert np.any([(other == mesh.faces).all(1) for other in turned], axis=0).all()


def test_directions_come_back_by_the_octahedral_filter():
    directions = RANDOM.normal(size=(500, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    hand = np.where(np.arange(500) % 2, 1.0, -1.0)
    packed = meshopt.encode_directions(np.column_stack([directions, hand]).astype(np.float32))
    plain = meshopt.decode(meshopt.encode_rows(packed), 500, 4, "ATTRIBUTES", "OCTAHEDRAL")
    found = np.frombuffer(plain, np.int8).reshape(-1, 4) / 127
    cosine = (found[:, :3] * directions).sum(1) / np.linalg.norm(found[:, :3], axis=1)
    assert np.degrees(np.arccos(cosine.min())) < 1
    np.testing.assert_array_equal(found[:, 3], hand)


def test_quaternions_and_exponents_are_decoded_as_the_extension_says():
    # Three components of 12 bits over the square root of 2, and which one is left out, here w.
    one = 0x7FF
    stored = np.array([[0, 0, 0, (one & ~3) | 3]], "<i2")
    plain = meshopt.decode(meshopt.encode_rows(stored.view(np.uint8)), 1, 8, "ATTRIBUTES", "QUATERNION")
    np.testing.assert_array_equal(np.frombuffer(plain, "<i2"), [0, 0, 0, 32767])
    # A signed exponent in the high byte, a mantissa of 24 bits: 3 * 2**-1 and -5 * 2**2.
    stored = np.array([[(0xFF << 24) | 3, (0x02 << 24) | (-5 & 0xFFFFFF)]], "<u4")
    plain = meshopt.decode(meshopt.encode_rows(stored.view(np.uint8)), 1, 8, "ATTRIBUTES", "EXPONENTIAL")
    np.testing.assert_array_equal(np.frombuffer(plain, "<f4"), [1.5, -20])


def test_damaged_data_is_refused_and_never_crashes():
    rows = RANDOM.integers(0, 256, (300, 12), np.uint8)
    good = meshopt.encode_rows(rows)
    for data in (b"", good[:1], good[: len(good) // 2], b"\x00" + good[1:]):
        with pytest.raises(StageError, match=r"damaged|cannot be compressed"):
            meshopt.decode(data, 300, 12, "ATTRIBUTES")
    triangles = meshopt.encode_triangles(ball(6).faces, len(ball(6).vertices))
    for _ in range(200):
        broken = bytearray(triangles)
        broken[RANDOM.integers(len(broken))] = RANDOM.integers(256)
        try:
            assert len(meshopt.decode(bytes(broken), ball(6).faces.size, 4, "TRIANGLES")) == ball(6).faces.size * 4
        except StageError:
            continue


@pytest.mark.parametrize(
    ("count", "stride", "mode", "filter"),
    [
        (10, 3, "ATTRIBUTES", "NONE"),
        (10, 260, "ATTRIBUTES", "NONE"),
        (10, 0, "ATTRIBUTES", "NONE"),
        (-1, 4, "ATTRIBUTES", "NONE"),
        (10**9, 256, "ATTRIBUTES", "NONE"),
        (10, 12, "ATTRIBUTES", "OCTAHEDRAL"),
        (10, 4, "ATTRIBUTES", "QUATERNION"),
        (10, 4, "ATTRIBUTES", "COLOR"),
        (10, 4, "TRIANGLES", "NONE"),
        (9, 8, "TRIANGLES", "NONE"),
        (9, 4, "INDICES", "OCTAHEDRAL"),
        (9, 4, "POINTS", "NONE"),
    ],
)
def test_views_that_the_extension_does_not_know_are_refused(count: int, stride: int, mode: str, filter: str):
    data = meshopt.encode_rows(np.zeros((16, 4), np.uint8))
    with pytest.raises(StageError):
        meshopt.decode(data, count, stride, mode, filter)


def test_without_the_library_the_user_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(meshoptimizer, "library", lambda: None)
    meshopt._library.cache_clear()
    try:
        assert not meshopt.available()
        with pytest.raises(StageError, match=r"meshoptimizer.*not installed.*web_geometry to quantized"):
            write_gltf(cart_scene(), "meshopt")
        assert write_gltf(cart_scene(), "quantized")
    finally:
        meshopt._library.cache_clear()
