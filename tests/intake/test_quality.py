from __future__ import annotations

import cv2
import numpy as np
import pytest

from importer.intake.quality import blur_width, picture_quality


def striped(side: int, contrast: float = 1.0) -> np.ndarray:
    """An opaque square with stripes, clear margin around."""
    x = np.mgrid[0:side, 0:side][1]
    board = 128 + contrast * 100 * ((x * 8 // side) % 2 - 0.5)
    rgba = np.dstack([board, board, board, np.full_like(board, 255)]).astype(np.uint8)
    return np.pad(rgba, ((8, 8), (8, 8), (0, 0)))


def blurred(rgba: np.ndarray, sigma: float) -> np.ndarray:
    soft = rgba.copy()
    soft[..., :3] = cv2.GaussianBlur(np.pad(rgba[8:-8, 8:-8, :3], ((8, 8), (8, 8), (0, 0)), mode="edge"), (0, 0), sigma)
    return soft


def test_a_good_picture_has_no_warnings():
    assert picture_quality(striped(496)) == ()


@pytest.mark.parametrize("contrast", [1.0, 0.3])
@pytest.mark.parametrize("sigma", [2.0, 4.0, 7.0])
def test_blur_is_measured_in_pixels_whatever_the_contrast(sigma, contrast):
    assert blur_width(blurred(striped(496, contrast), sigma)) == pytest.approx(sigma, rel=0.25)


def test_blurred_small_white_and_black_pictures_are_reported_with_advice():
    assert any("blurred" in note and "sharper" in note for note in picture_quality(blurred(striped(496), 5)))
    assert any("100 x 100 px" in note and "512" in note for note in picture_quality(striped(100)))
    white, black = striped(496), striped(496)
    white[..., :3], black[..., :3] = 255, 0
    assert any("overexposed" in note for note in picture_quality(white))
    assert any("underexposed" in note for note in picture_quality(black))


def test_a_plain_object_is_not_called_blurred():
    rgba = striped(496, 0.0)
    assert picture_quality(rgba) == ()
