"""Guards of the gutters."""

import numpy as np

from importer.texture.gutter import flatten_far, nearest_of, spread


def test_every_pixel_gets_the_nearest_chosen_one():
    rng = np.random.default_rng(2)
    chosen = rng.random((40, 60)) < 0.01
    rows, columns = np.nonzero(chosen)
    away = np.hypot(*(np.indices(chosen.shape)[:, :, :, None] - np.array([rows, columns])[:, None, None]))
    got_row, got_column = np.divmod(nearest_of(chosen).reshape(chosen.shape), 60)
    assert chosen[got_row, got_column].all()
    taken = np.hypot(got_row - np.arange(40)[:, None], got_column - np.arange(60))
    assert (taken <= away.min(axis=-1) * 1.05 + 1).all()  # OpenCV's 5 x 5 mask is not quite Euclidean


def test_no_background_is_left_and_texels_stay():
    pixel = np.array([5, 6, 7, 4 * 16 + 9])
    values = np.array([[10, 20, 30], [40, 50, 60], [70, 80, 90], [100, 110, 120]], np.uint8)
    image = spread(pixel, values, 16)
    assert (image.reshape(-1, 3)[pixel] == values).all()
    known = {tuple(v) for v in values.tolist()}
    assert {tuple(v) for v in image.reshape(-1, 3).tolist()} == known


def test_normals_are_kept_in_the_padding_and_flat_beyond():
    normal = np.full((32, 32, 3), 90, np.uint8)
    result = flatten_far(normal, np.array([16 * 32 + 16]), 4)
    assert (result[16, 12:21] == 90).all()
    assert (result[0, 0] == (128, 128, 255)).all() and (result[16, 24] == (128, 128, 255)).all()
