"""UASTC blocks as the transcoder of Basis Universal decodes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from importer.export.ktx2 import encode_ktx2
from importer.export.uastc import decode_uastc, encode_uastc
from tests.export.transcode import transcoded

SIDE = 64


def gradient() -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    return np.stack([120 + 80 * np.sin(3 * x), 110 + 60 * np.cos(2 * y), 90 + 50 * x * y], axis=-1)


def normals() -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    vector = np.stack([0.4 * np.sin(9 * x), 0.4 * np.cos(8 * y), np.ones_like(x)], axis=-1)
    return vector / np.linalg.norm(vector, axis=-1, keepdims=True) * 127.5 + 127.5


def two_colours() -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE]
    return np.where(((x * 7 + y * 3) % 5 < 2)[..., None], [200, 31, 77], [12, 140, 90])


def grey_steps() -> np.ndarray:
    return np.broadcast_to((np.arange(SIDE) // 4 * 17 % 256)[None, :, None], (SIDE, SIDE, 3))


# Decibels that a picture must reach: 40 is what is called good for textures of 8 bits a texel, and noise of three
# channels on one line per block has 10 to 15. None is every bit.
PICTURES = {
    "gradient": (gradient(), 45),
    "normals": (normals(), 40),
    "noise": (np.random.default_rng(2).integers(0, 256, (SIDE, SIDE, 3)), 12),
    "two colours": (two_colours(), None),
    "solid blocks": (grey_steps(), None),
    "black": (np.zeros((SIDE, SIDE, 3)), None),
    "white": (np.full((SIDE, SIDE, 3), 255), None),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    folder = tmp_path_factory.mktemp("uastc")
    paths = {}
    for name, (picture, _) in PICTURES.items():
        paths[name] = Path(folder / f"{name}.ktx2")
        paths[name].write_bytes(encode_ktx2(np.round(picture).astype(np.uint8), "data"))
    read = transcoded(paths.values())
    return {name: read[path].levels[0] for name, path in paths.items()}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_come_back(name: str, found: dict[str, np.ndarray]):
    picture, decibels = PICTURES[name]
    picture = np.round(picture).astype(np.uint8)
    if decibels is None:
        np.testing.assert_array_equal(found[name], picture)
        return
    error = ((found[name].astype(float) - picture) ** 2).mean()
    assert 10 * np.log10(255**2 / error) > decibels


@pytest.mark.parametrize("name", PICTURES)
def test_our_own_decoder_gives_what_the_transcoder_gives(name: str, found: dict[str, np.ndarray]):
    data = encode_uastc(np.round(PICTURES[name][0]).astype(np.uint8))
    np.testing.assert_array_equal(decode_uastc(data, SIDE, SIDE), found[name])


def test_blocks_in_other_modes_and_of_other_sizes_are_not_decoded():
    data = bytearray(encode_uastc(np.zeros((8, 8, 3), np.uint8)))
    assert decode_uastc(bytes(data), 8, 8) is not None
    assert decode_uastc(bytes(data), 16, 8) is None
    data[16] = 0b10111  # the mode for one colour
    assert decode_uastc(bytes(data), 8, 8) is None


def test_a_block_takes_16_bytes_and_edges_are_filled_up():
    assert len(encode_uastc(np.zeros((8, 12, 3), np.uint8))) == 16 * 2 * 3
    assert len(encode_uastc(np.zeros((1, 1, 3), np.uint8))) == 16
    picture = np.random.default_rng(4).integers(0, 256, (5, 6, 3), np.uint8)
    padded = np.pad(picture, ((0, 3), (0, 2), (0, 0)), "edge")
    assert encode_uastc(picture) == encode_uastc(padded)


def test_blocks_do_not_depend_on_their_neighbours():
    picture = np.random.default_rng(6).integers(0, 256, (16, 16, 3), np.uint8)
    whole = encode_uastc(picture)
    assert encode_uastc(picture[4:8, 8:12]) == whole[16 * 6 : 16 * 7]
