"""The web target: one small file with all levels, by extensions that every viewer of today knows."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from importer.export.flavour import flavour
from importer.export.images import encode_webp
from importer.records import Files
from tests.export.carts import assert_is_the_cart
from tests.support.glb_edit import split
from tests.support.models import asset
from tests.support.node import run_script
from tests.support.published import exported

GEOMETRIES, TEXTURES = ("plain", "quantized", "meshopt"), ("png", "webp", "ktx2")


def web(geometry: str = "quantized", textures: str = "webp") -> Files:
    return exported(asset(export={"targets": ["web"], "web_geometry": geometry, "web_textures": textures}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("web")
    for geometry, textures in product(GEOMETRIES, TEXTURES):
        for name, data in web(geometry, textures).files.items():
            path = base / f"{geometry}-{textures}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return base


def images(data: bytes) -> dict[str, tuple[str, bytes]]:
    document, binary = split(data)
    found = {}
    for image in document["images"]:
        view = document["bufferViews"][image["bufferView"]]
        start = view.get("byteOffset", 0)
        found[image["name"]] = image["mimeType"], binary[start : start + view["byteLength"]]
    return found


def test_levels_share_one_file_and_hulls_have_their_own():
    layout = flavour("web", "chair", 3, 1)
    assert [(lod.file, lod.node) for lod in layout.lods] == [
        ("web/chair.glb", node) for node in ("chair", "chair_LOD1", "chair_LOD2")
    ]
    assert layout.meshes == ("web/chair.glb", "web/chair_collision.glb")
    assert layout.textures == ()


def test_khronos_validator_finds_no_error_and_no_warning(folder: Path):
    reports = run_script("validate.mjs", sorted(folder.rglob("*.glb")))
    assert len(reports) == 2 * 9
    for path, report in reports.items():
        warnings = {(message["code"], message["pointer"]) for message in report["messages"] if message["severity"] < 2}
        if "ktx2" in path and "collision" not in path:
            # It knows no KHR_texture_basisu, and so neither the type of such images nor what they are.
            images = {f"/images/{number}" for number in range(3)}
            warnings -= {("VALUE_NOT_IN_LIST", f"{image}/mimeType") for image in images}
            warnings -= {("IMAGE_UNRECOGNIZED_FORMAT", image) for image in images}
        assert not warnings, (path, report["messages"])


def test_a_reader_that_knows_no_levels_shows_the_finest_alone():
    document, _ = split(web().files["web/cart.glb"])
    assert document["scenes"][0]["nodes"] == [0]
    first, second = document["nodes"]
    assert first["extensions"]["MSFT_lod"]["ids"] == [1]
    # The first is drawn from the whole screen down to half of it, the second from there to nothing.
    assert first["extras"]["MSFT_screencoverage"] == [0.5, 0.0]
    assert (first["name"], second["name"]) == ("cart", "cart_LOD1")
    assert "MSFT_lod" not in document["extensionsRequired"]


@pytest.mark.parametrize(
    ("geometry", "textures", "required"),
    [
        ("plain", "png", []),
        ("plain", "webp", ["EXT_texture_webp"]),
        ("quantized", "png", ["KHR_mesh_quantization"]),
        ("plain", "ktx2", ["KHR_texture_basisu"]),
        ("meshopt", "webp", ["EXT_meshopt_compression", "EXT_texture_webp", "KHR_mesh_quantization"]),
    ],
)
def test_files_say_what_a_reader_must_know(geometry: str, textures: str, required: list[str]):
    document, _ = split(web(geometry, textures).files["web/cart.glb"])
    assert document.get("extensionsRequired", []) == required
    assert document["extensionsUsed"] == sorted([*required, "MSFT_lod"])


@pytest.mark.parametrize("reader", ["read_glb.mjs", "read_babylon.mjs"])
def test_three_and_babylon_draw_the_cart(reader: str, folder: Path):
    paths = [folder / f"{geometry}-webp" / "web" / "cart.glb" for geometry in GEOMETRIES]
    for path, read in run_script(reader, paths).items():
        (mesh,) = read["meshes"]
        assert_is_the_cart(mesh["points"], 1e-4)
        assert np.array(mesh["points"])[:, 1].min() == pytest.approx(0, abs=1e-6), path


def test_webp_keeps_colours_close_and_data_exact():
    made = asset()
    found = images(web().files["web/cart.glb"])
    assert {mime for mime, _ in found.values()} == {"image/webp"}
    pixels: dict[str, Any] = {
        name: cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(float)
        for name, (_, data) in found.items()
    }
    np.testing.assert_array_equal(pixels["cart_Normal"], made.maps.normal)
    np.testing.assert_array_equal(pixels["cart_ORM"], made.maps.orm)
    flat = (slice(2, 6), slice(2, 6))  # within one square of the checkers
    np.testing.assert_allclose(pixels["cart_BaseColor"][flat], made.maps.base_color[flat], atol=3)


def test_a_smooth_picture_loses_little():
    y, x = np.mgrid[:256, :256] / 256
    picture = np.stack([120 + 80 * np.sin(9 * x), 110 + 60 * np.cos(7 * y), 90 + 50 * x * y], axis=-1).astype(np.uint8)
    data = np.frombuffer(encode_webp(picture, lossless=False), np.uint8)
    found = cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1].astype(float)
    assert np.sqrt(((found - picture) ** 2).mean()) < 2  # of 255: 42 dB


def test_the_web_s_file_is_smaller_than_the_plain_one_of_level_0():
    large = exported(asset(size=256, export={"targets": ["gltf", "web"]})).files
    assert len(large["web/cart.glb"]) < len(large["gltf/cart.glb"])


def test_same_records_give_the_same_bytes():
    assert web("meshopt").files == web("meshopt").files
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    assert encode_webp(noise, lossless=False) == encode_webp(noise, lossless=False)
