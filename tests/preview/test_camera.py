import numpy as np
import pytest

from importer.preview.camera import orbit, pixel_rays, ring


@pytest.mark.parametrize(
    ("azimuth", "stands", "right"),
    [
        (0, (0, 0, 1), (1, 0, 0)),
        (90, (1, 0, 0), (0, 0, -1)),
        (180, (0, 0, -1), (-1, 0, 0)),
        (270, (-1, 0, 0), (0, 0, 1)),
    ],
)
def test_goes_counter_clockwise_seen_from_above(azimuth, stands, right):
    camera = orbit(np.zeros(3), np.radians(azimuth), 0.0, 2.0)
    np.testing.assert_allclose(camera.position, 2 * np.array(stands), atol=1e-12)
    np.testing.assert_allclose(camera.rotation[0], right, atol=1e-12)
    assert np.linalg.det(camera.rotation) == pytest.approx(1)


def test_looks_down_from_above():
    camera = orbit(np.zeros(3), 0.3, np.radians(40), 2.0)
    assert camera.position[1] == pytest.approx(2 * np.sin(np.radians(40)))
    uv, depth = camera.project(np.array([[0.0, 0, 0], [0, 0.1, 0]]))
    np.testing.assert_allclose(uv[0], 0.5, atol=1e-12)
    assert depth[0] == pytest.approx(2.0)
    assert uv[1, 1] < 0.5  # up is up


def test_pixel_rays_undo_the_projection():
    camera = orbit(np.array([0.2, 0.5, -0.1]), 0.7, 0.2, 3.0)
    points = np.random.default_rng(0).uniform(-0.3, 0.3, (50, 3))
    uv, _ = camera.project(points)
    rays = pixel_rays(camera, uv[:, 0] * 256, uv[:, 1] * 256, 256)
    expected = (points - camera.position) / np.linalg.norm(points - camera.position, axis=1, keepdims=True)
    np.testing.assert_allclose(rays, expected, atol=1e-5)


def test_a_ring_frames_every_view_at_one_distance():
    points = np.random.default_rng(1).uniform(-1, 1, (200, 3)) * [0.2, 1.0, 0.6]
    views = ring(points, np.radians([0, 45, 90, 200]), fill=0.8)
    reaches = [np.abs(view.project(points)[0] - 0.5).max() for view in views]
    assert max(reaches) == pytest.approx(0.4, abs=0.002)
    assert len({round(view.distance, 9) for view in views}) == 1
