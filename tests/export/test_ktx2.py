"""KTX2 files: the container as ktx-parse reads it, mipmaps by light and by direction."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from importer.export.ktx2 import encode_ktx2
from importer.verify.ktx import read_header
from tests.export.transcode import transcoded
from tests.support.models import maps
from tests.support.node import run_script


def checkers(one: tuple[int, ...], other: tuple[int, ...]) -> np.ndarray:
    y, x = np.mgrid[:16, :16]
    return np.where(((x + y) % 2)[..., None], one, other).astype(np.uint8)


def write(folder: Path, **pictures: tuple[np.ndarray, str]) -> dict[str, Path]:
    paths = {}
    for name, (picture, meaning) in pictures.items():
        paths[name] = folder / f"{name}.ktx2"
        paths[name].write_bytes(encode_ktx2(picture, meaning))  # type: ignore[arg-type]
    return paths


def test_container_is_what_the_gltf_extension_asks_for(tmp_path: Path):
    paths = write(tmp_path, color=(maps(64).base_color, "color"), orm=(maps(64).orm, "data"))
    for name, path in paths.items():
        found = run_script("parse_ktx2.mjs", [path])[str(path)]
        assert (found["vkFormat"], found["typeSize"]) == (0, 1)
        assert (found["pixelWidth"], found["pixelHeight"], found["pixelDepth"]) == (64, 64, 0)
        assert (found["layerCount"], found["faceCount"], found["levelCount"]) == (0, 1, 7)
        assert found["supercompressionScheme"] == 0
        assert found["levels"] == [16 * max(1, side // 4) ** 2 for side in (64, 32, 16, 8, 4, 2, 1)]
        (block,) = found["dataFormatDescriptor"]
        assert (block["colorModel"], block["colorPrimaries"]) == (166, 1)  # UASTC, BT.709
        assert block["transferFunction"] == (2 if name == "color" else 1)  # sRGB, linear
        assert block["texelBlockDimension"] == [3, 3, 0, 0]
        assert block["bytesPlane"][0] == 16
        (sample,) = block["samples"]
        assert (sample["bitLength"], sample["channelType"]) == (127, 0)  # 128 bits of RGB
        assert found["keyValue"] == {"KTXorientation": "rd", "KTXwriter": "asset-drop"}
        header = read_header(path.read_bytes())
        assert (header.width, header.height, header.levels, header.srgb) == (64, 64, 7, name == "color")


def test_small_levels_are_means_of_light_directions_or_numbers(tmp_path: Path):
    left, right = (128 - 90, 128, 217), (128 + 90, 128, 217)
    read = transcoded(
        write(
            tmp_path,
            color=(checkers((255, 255, 255), (0, 0, 0)), "color"),
            normal=(checkers(left, right), "normal"),
            data=(checkers((200, 0, 10), (100, 50, 10)), "data"),
        ).values()
    )
    found = {path.stem: texture.levels for path, texture in read.items()}
    np.testing.assert_allclose(found["color"][1], 188, atol=1)  # half of the light, in sRGB
    np.testing.assert_allclose(found["normal"][1].reshape(-1, 3), np.tile([128, 128, 255], (64, 1)), atol=1)
    np.testing.assert_allclose(found["data"][1].reshape(-1, 3), np.tile([150, 25, 10], (64, 1)), atol=1)
    assert [level.shape[:2] for level in found["color"]] == [(16, 16), (8, 8), (4, 4), (2, 2), (1, 1)]


def test_maps_of_unequal_sides_end_in_one_texel(tmp_path: Path):
    picture = np.random.default_rng(0).integers(0, 256, (8, 32, 3), np.uint8)
    (read,) = transcoded(write(tmp_path, wide=(picture, "data")).values()).values()
    assert [level.shape[:2] for level in read.levels] == [(8, 32), (4, 16), (2, 8), (1, 4), (1, 2), (1, 1)]


@pytest.mark.parametrize("meaning", ["color", "normal", "data"])
def test_same_pixels_give_the_same_bytes(meaning):
    assert encode_ktx2(maps().normal, meaning) == encode_ktx2(maps().normal, meaning)
