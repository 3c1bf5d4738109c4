"""Guards of the packing per engine and of the PNG files, read back by a second reader (Pillow)."""

import io

import numpy as np
import pytest
from PIL import Image

from importer.errors import StageError
from importer.texture.packing import encode_png, flip_green, mask_map

ORM = np.array([[[10, 200, 30]]], np.uint8)


def test_unity_mask_map_has_metallic_occlusion_detail_smoothness():
    assert mask_map(ORM).tolist() == [[[30, 10, 0, 55]]]


def test_directx_flips_green_alone_and_keeps_flat_flat():
    normal = np.array([[[128, 128, 255], [200, 90, 30], [1, 0, 2], [1, 255, 2]]], np.uint8)
    assert flip_green(normal).tolist() == [[[128, 128, 255], [200, 166, 30], [1, 255, 2], [1, 1, 2]]]


@pytest.mark.parametrize(("channels", "mode"), [(None, "L"), (3, "RGB"), (4, "RGBA")])
def test_png_is_read_back_by_pillow_as_written(channels, mode):
    shape = (9, 7) if channels is None else (9, 7, channels)
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    data = encode_png(pixels)
    image = Image.open(io.BytesIO(data))
    assert image.mode == mode and (np.asarray(image) == pixels).all()
    assert data == encode_png(pixels.copy())


@pytest.mark.parametrize("pixels", [np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4, 3), np.float32)])
def test_what_is_no_picture_is_refused(pixels):
    with pytest.raises(StageError, match="8-bit"):
        encode_png(pixels)
