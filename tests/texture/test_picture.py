"""Guards of the picture as a source of colour."""

import cv2
import numpy as np

from importer.reconstruct.frustum import orbit_camera
from importer.records import View
from importer.texture.picture import open_picture, sample

CAMERA = orbit_camera(0.0, 0.2)


def disc(size=400, radius=150, soft=3.0):
    """A green disc on magenta, its edge mixed with the background as a camera would."""
    away = np.hypot(*(np.indices((size, size)) + 0.5 - size / 2))
    alpha = np.clip((radius - away) / soft + 0.5, 0, 1)
    rgb = alpha[..., None] * (0, 200, 0) + (1 - alpha[..., None]) * (255, 0, 255)
    return np.dstack([rgb, 255 * alpha]).round().astype(np.uint8)


def test_no_background_color_is_left_anywhere():
    source = open_picture(View(disc(), CAMERA), 1.0)
    np.testing.assert_allclose(source.sharp, np.broadcast_to([0, 200 / 255, 0], source.sharp.shape), atol=0.02)
    np.testing.assert_allclose(source.broad, np.broadcast_to([0, 200 / 255, 0], source.broad.shape), atol=0.02)


def test_thin_parts_keep_their_color():
    rgba = disc()
    rgba[:60, 199:201] = (250, 30, 20, 255)  # an antenna two pixels wide
    source = open_picture(View(rgba, CAMERA), 1.0)
    np.testing.assert_allclose(source.sharp[5:30, 199:201] * 255, np.broadcast_to([250, 30, 20], (25, 2, 3)), atol=1)


def test_an_empty_or_faint_mask_does_not_fail():
    for alpha in (0, 90):
        rgba = np.full((64, 64, 4), 77, np.uint8)
        rgba[..., 3] = alpha
        np.testing.assert_allclose(open_picture(View(rgba, CAMERA), 1.0).broad, 77 / 255, atol=1e-3)


def test_samples_lie_on_pixel_centres():
    image = np.random.default_rng(0).random((32, 48, 3)).astype(np.float32)
    rows, columns = np.divmod(np.arange(32 * 48), 48)
    uv = np.stack([(columns + 0.5) / 48, (rows + 0.5) / 32], axis=1)
    for interpolation in (cv2.INTER_LINEAR, cv2.INTER_CUBIC):
        np.testing.assert_allclose(sample(image, uv, interpolation), image.reshape(-1, 3), atol=1e-5)


def test_more_samples_than_opencv_takes_at_once():
    image = np.linspace(0, 1, 64, dtype=np.float32)[None].repeat(4, axis=0)
    u = np.linspace(0.1, 0.9, 100_003)
    got = sample(image, np.stack([u, np.full_like(u, 0.5)], axis=1))
    assert got.shape == (100_003, 1)
    np.testing.assert_allclose(got[:, 0], (u * 64 - 0.5) / 63, atol=1e-3)


def test_coarse_texels_average_the_picture():
    rgba = np.full((256, 256, 4), 255, np.uint8)
    rgba[:, ::2, :3] = 0  # stripes one pixel wide
    assert np.ptp(open_picture(View(rgba, CAMERA), 4.0).sharp[40:-40, 40:-40]) < 0.05
    assert np.ptp(open_picture(View(rgba, CAMERA), 1.0).sharp[40:-40, 40:-40]) == 1
