import numpy as np
import pytest

from importer.reconstruct.frustum import orbit_camera
from training.scenes import PLAIN, Variety, make_scene, random_recolor, support_points

CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.3, 0.3) for z in (-0.2, 0.2)])


def seen(scene, points):
    """View coordinates and depth offsets of the shape's points."""
    camera = orbit_camera(scene.elevation, scene.tan_half_fov)
    world = points @ scene.model[:, :3].T + scene.model[:, 3]
    uv, depth = camera.project(world)
    return uv, depth - camera.distance


@pytest.mark.parametrize("seed", range(6))
def test_a_plain_view_is_centred_and_filled_as_the_contract_says(seed):
    scene = make_scene(np.random.default_rng(seed), 0, CORNERS, PLAIN)
    uv, offset = seen(scene, CORNERS)
    assert np.allclose((uv.max(0) + uv.min(0)) / 2, 0.5, atol=0.004)
    assert (uv.max(0) - uv.min(0)).max() == pytest.approx(0.87, abs=0.008)
    assert offset.max() + offset.min() == pytest.approx(0, abs=1e-6)


def test_a_plain_view_stands_upright_and_keeps_its_proportions():
    scene = make_scene(np.random.default_rng(3), 0, CORNERS, PLAIN)
    linear = scene.model[:, :3]
    scale = np.cbrt(np.linalg.det(linear))
    assert np.allclose(linear @ linear.T, scale**2 * np.eye(3)) and np.allclose(linear[:, 1], [0, scale, 0])
    assert scene.upright and np.array_equal(scene.recolor, np.eye(3, 4))


def test_some_training_views_are_mirrored_and_some_are_not():
    rng = np.random.default_rng(0)
    mirrored = [np.linalg.det(make_scene(rng, 4, CORNERS, Variety()).model[:, :3]) < 0 for _ in range(40)]
    assert any(mirrored) and not all(mirrored)


def test_the_same_seed_gives_the_same_view():
    a, b = (make_scene(np.random.default_rng(5), 0, CORNERS, Variety()) for _ in range(2))
    assert np.array_equal(a.model, b.model) and a.light == b.light


def test_an_object_beside_the_middle_is_still_inside_the_view():
    rng, middles = np.random.default_rng(1), []
    for _ in range(12):
        uv, _ = seen(make_scene(rng, 0, CORNERS, Variety(off_centre=1.0)), CORNERS)
        assert uv.min() > 0 and uv.max() < 1
        middles.append((uv.max(0) + uv.min(0)) / 2 - 0.5)
    assert 0.005 < np.std(middles) < 0.05


def test_recolouring_keeps_grey_near_grey():
    for seed in range(20):
        m = random_recolor(np.random.default_rng(seed), Variety(recolor=1.0))
        grey = m[:, :3] @ np.full(3, 0.5) + m[:, 3]
        assert np.ptp(grey) < 0.3 and 0.1 < grey.mean() < 0.9


def test_support_points_reach_the_bounding_box():
    points = np.random.default_rng(0).normal(size=(5000, 3)).astype(np.float32)
    few = support_points(points)
    assert len(few) < 200 and np.allclose(few.max(0), points.max(0), atol=0.25)
