"""The export stage: packing per engine, and work done once."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from importer.texture import packing
from tests.support.models import asset
from tests.support.published import exported


def pixels(data: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    return image[..., [2, 1, 0, 3]] if image.shape[2] == 4 else image[..., ::-1]


def test_unity_mask_map_is_metallic_occlusion_detail_smoothness() -> None:
    made = asset()
    mask = pixels(exported(made).files["unity-hdrp/cart_MaskMap.png"]).astype(int)
    occlusion, roughness, metallic = np.moveaxis(made.maps.orm.astype(int), -1, 0)
    np.testing.assert_array_equal(mask, np.stack([metallic, occlusion, 0 * metallic, 255 - roughness], axis=-1))


def test_normal_maps_follow_the_engine() -> None:
    made = asset()
    files = exported(made).files
    opengl, directx = pixels(files["unity-urp/cart_Normal.png"]), pixels(files["unreal/T_cart_N.png"])
    np.testing.assert_array_equal(opengl, made.maps.normal)
    np.testing.assert_array_equal(directx[..., [0, 2]], opengl[..., [0, 2]])
    slope = (opengl[..., 1].astype(float) - 127.5) + (directx[..., 1].astype(float) - 127.5)
    assert np.abs(slope).max() <= 1
    assert np.ptp(opengl[..., 1]) > 40  # else the line above would say nothing


def test_unreal_orm_is_the_glb_s() -> None:
    made = asset()
    np.testing.assert_array_equal(pixels(exported(made).files["unreal/T_cart_ORM.png"]), made.maps.orm)


def test_each_distinct_map_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[bytes] = []
    encode = packing.encode_png

    def counted(image: np.ndarray) -> bytes:
        calls.append(image.tobytes())
        return encode(image)

    monkeypatch.setattr(packing, "encode_png", counted)
    exported(asset())
    assert len(calls) == len(set(calls)) == 5  # base colour, two normal maps, ORM, mask map


def test_only_the_wanted_targets_are_written() -> None:
    files = exported(asset(export={"targets": ["godot"]})).files
    assert list(files) == ["godot/cart.glb"]
