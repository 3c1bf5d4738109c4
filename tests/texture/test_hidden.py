"""Guards of the hidden side: what the volume knows is used, a volume that knows nothing does no harm."""

import numpy as np

from importer.reconstruct.frustum import orbit_camera
from importer.records import View
from importer.texture.dense import open_dense
from importer.texture.hidden import guess_colors
from importer.texture.picture import open_picture
from importer.texture.sight import open_sight, weigh
from tests.texture import shapes

CAMERA = orbit_camera(0.0, np.tan(np.radians(10)))
MESH = shapes.sphere(5)
RED, GREEN, BLUE = np.array([0.8, 0.1, 0.1]), np.array([0.1, 0.7, 0.2]), np.array([0.1, 0.2, 0.8])


def halves():
    """Left half red, right half green."""
    rgba = np.full((300, 300, 4), 255, np.uint8)
    rgba[:, :150, :3], rgba[:, 150:, :3] = RED * 255, GREEN * 255
    return rgba


def guess(color, **options):
    prediction = shapes.prediction_of(halves(), CAMERA, color)
    dense = open_dense(MESH)
    sight = open_sight(View(halves(), CAMERA), CAMERA, (MESH.vertices, MESH.faces))
    weight = weigh(sight, MESH.vertices, dense.normals)
    return guess_colors(dense, weight, open_picture(prediction.view, 1.0), prediction, CAMERA, **options)


def volume(front_left, front_right, back_left, back_right):
    color = np.zeros((3, 16, 16, 16))
    color[:, :8, :, :8], color[:, :8, :, 8:] = front_left[:, None, None, None], front_right[:, None, None, None]
    color[:, 8:, :, :8], color[:, 8:, :, 8:] = back_left[:, None, None, None], back_right[:, None, None, None]
    return color


def mean_at(color, x, z):
    near = np.linalg.norm(MESH.vertices - np.array([x, 0, z]), axis=1) < 0.1
    assert near.any()
    return color[near].mean(axis=0)


def test_a_grey_volume_spreads_the_seen_colors_over_the_back():
    color, alike = guess(np.full((3, 8, 8, 8), 0.5))
    left, right = mean_at(color, -0.28, -0.28), mean_at(color, 0.28, -0.28)
    assert left[0] > left[1] + 0.1 and right[1] > right[0] + 0.1  # each side keeps its own hue
    assert alike.max() < 0.01
    assert color.min() > 0.05 and color.max() < 0.85  # nothing beyond the picture's colours


def test_a_volume_that_agrees_colors_the_back_as_it_says():
    color, alike = guess(volume(RED, GREEN, BLUE, BLUE))
    np.testing.assert_allclose(mean_at(color, 0, -0.4), BLUE, atol=0.15)
    assert alike[MESH.vertices[:, 2] < -0.3].max() < 0.2


def test_a_volume_that_repeats_the_front_mirrors_the_picture():
    color, alike = guess(volume(RED, GREEN, RED, GREEN))
    assert alike[(MESH.vertices[:, 2] < -0.3) & (np.abs(MESH.vertices[:, 0]) > 0.1)].min() > 0.9
    assert (alike[MESH.vertices[:, 2] > 0.1] == 0).all()
    np.testing.assert_allclose(mean_at(color, -0.25, -0.3), RED, atol=0.05)


def test_without_mirroring_the_back_has_the_volume_s_colors_alone():
    color, alike = guess(volume(RED, GREEN, RED, GREEN), mirror=False)
    assert alike.max() == 0
    np.testing.assert_allclose(mean_at(color, -0.25, -0.3), RED, atol=0.1)


def test_a_volume_of_another_brightness_is_matched_to_the_picture():
    dark = [0.4 * c + 0.05 for c in (RED, GREEN, RED, GREEN)]
    color, _ = guess(volume(*dark))
    np.testing.assert_allclose(mean_at(color, 0.25, -0.3), GREEN, atol=0.08)


def test_without_any_seen_point_the_volume_is_taken_as_it_is():
    dense = open_dense(MESH)
    prediction = shapes.prediction_of(halves(), CAMERA, np.full((3, 8, 8, 8), 0.25))
    nothing = np.zeros(len(MESH.vertices), np.float32)
    color, _ = guess_colors(dense, nothing, open_picture(prediction.view, 1.0), prediction, CAMERA)
    np.testing.assert_allclose(color, 0.25, atol=0.01)
