from pathlib import Path

import numpy as np
import pytest

from importer.errors import PictureError
from importer.profile.schema import Reconstruct
from importer.reconstruct.contract import Contract
from importer.reconstruct.predict import network_input, predict, square_crop
from importer.records import Cutout
from tests.support.silhouette_model import CONTRACT, write

CONTRACT_RECORD = Contract.model_validate(CONTRACT)


def disc(height: int = 120, width: int = 200, radius: int = 40, at: tuple[int, int] = (60, 150)) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    rgba = np.zeros((height, width, 4), np.uint8)
    rgba[..., :3] = (200, 100, 50)
    rgba[..., 3] = np.where(np.hypot(y - at[0], x - at[1]) <= radius, 255, 0)
    return rgba


@pytest.mark.parametrize("ratio", [0.87, 0.5])
def test_the_longer_side_fills_the_crop_ratio_and_the_object_is_centred(ratio: float) -> None:
    rgba = np.zeros((300, 400, 4), np.uint8)
    rgba[40:240, 310:390] = 255
    square = square_crop(rgba, ratio)
    rows, columns = np.nonzero(square[..., 3])
    assert square.shape[0] == square.shape[1] == round(200 / ratio)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (200, 80)
    assert abs(rows.mean() - (len(square) - 1) / 2) <= 0.5 and abs(columns.mean() - (len(square) - 1) / 2) <= 0.5


def test_a_faint_halo_does_not_shrink_the_object() -> None:
    rgba = disc()
    halo = rgba.copy()
    halo[rgba[..., 3] == 0, 3] = 60
    assert square_crop(halo, 0.87).shape == square_crop(rgba, 0.87).shape


def test_a_huge_picture_is_reduced_without_dark_fringes() -> None:
    rgba = np.zeros((4000, 4000, 4), np.uint8)
    rgba[100:3900, 100:3901] = (250, 250, 250, 255)
    square = square_crop(rgba, 0.87)
    assert square.shape == (2048, 2048, 4)
    soft = (square[..., 3] > 20) & (square[..., 3] < 235)
    assert soft.any() and square[soft][:, :3].min() >= 245


def test_the_input_is_composited_on_the_background() -> None:
    image = network_input(square_crop(disc(), 0.87), CONTRACT_RECORD)
    assert image.shape == (1, 4, 256, 256) and image.dtype == np.float32
    np.testing.assert_allclose(image[0, :, 0, 0], (0.5, 0.5, 0.5, 0), atol=1e-6)
    np.testing.assert_allclose(image[0, :, 128, 128], (200 / 255, 100 / 255, 50 / 255, 1), atol=1e-6)


def test_an_empty_mask_is_refused() -> None:
    with pytest.raises(PictureError, match="mask is empty"):
        square_crop(np.zeros((50, 50, 4), np.uint8), 0.87)


def test_a_prediction_keeps_its_promises_and_repeats_itself(tmp_path: Path) -> None:
    settings = Reconstruct(model=str(write(tmp_path / "m.onnx")))
    first, second = (predict(Cutout(disc(), "alpha"), settings) for _ in range(2))
    for name, shape in {"logits": (128,) * 3, "color": (3, 32, 64, 64), "depth": (2, 128, 128)}.items():
        array = getattr(first, name)
        assert array.shape == shape and array.dtype == np.float16
        assert array.tobytes() == getattr(second, name).tobytes()
    np.testing.assert_allclose(np.linalg.norm(first.normal[:3].astype(float), axis=0), 1, atol=2e-3)
    assert first.view.rgba.shape[0] == round(81 / 0.87)
    assert first.view.camera.side == pytest.approx(1)
    assert np.arcsin(first.view.camera.position[1] / first.view.camera.distance) == pytest.approx(0.2)
    assert first.model["name"] == "silhouette" and len(first.model["sha256"]) == 64
