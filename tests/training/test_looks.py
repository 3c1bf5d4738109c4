from dataclasses import replace

import numpy as np
import pytest
import trimesh

from importer.reconstruct.frustum import orbit_camera
from tests.training.gl import renderer_or_skip
from tests.training.shapes import box, shape_of, torus
from training import scenes
from training.looks import DIRECTIONS, LOBES, Surroundings, even_surroundings, random_looks
from training.scenes import PLAIN, Scene, Variety, make_scene, random_light, support_points

UP = np.array([0.0, 1, 0])
QUIET = {"mirror": (0.0, 0.0), "brush": (0.0, 1.0), "line": (0.0, 1.0), "shadow": (0.0, 1.0), "occlusion": (0.0,)}
DARK = {
    "key_color": (0.0,) * 3,
    "fill_color": (0.0,) * 3,
    "gloss": (0.0, 1.0),
    "toon": (0.0,),
    "noise": (0.0, 1.0, 0.0),
}


def scene(mesh, looks, light, elevation=0.9, key=(0.0, 1.0, 0.0)):
    """The mesh, half a view large, white; the key light's direction is the world's."""
    renderer = renderer_or_skip()
    renderer.loaded.pop(900, None)
    mesh.unmerge_vertices()  # sides are flat
    renderer.load(900, shape_of(mesh, (255, 255, 255, 255)))
    toward = orbit_camera(elevation, 0.3).rotation @ (np.array(key) / np.linalg.norm(key))
    plain = random_light(np.random.default_rng(0), PLAIN) | DARK | {"key_direction": tuple(toward)} | light
    model = np.column_stack([0.5 * np.eye(3), np.zeros(3)])
    one = Scene(900, model, elevation, 0.3, True, np.eye(3, 4), plain, QUIET | looks)
    return one, renderer.render([one])


def brightness(views, one, point):
    """The linear light at a point of the mesh."""
    uv, _ = orbit_camera(one.elevation, one.tan_half_fov).project(0.5 * np.array([point]))
    column, row = (uv[0] * 256).astype(int)
    return float((views.image[0, row, column, 0] / 255) ** 2.2)


def even(level):
    return even_surroundings(UP, np.full(3, level), np.full(3, level)).uniforms()


def test_light_from_all_around_keeps_its_sum():
    """A round light's mean over the sphere is (1 - exp(-2 k)) / 2 k times its colour."""
    k = 6.0
    axes = np.tile(DIRECTIONS[3], (LOBES, 1))
    colors = np.array([[2.0, 1.0, 0.5], [0, 0, 0], [0, 0, 0]])
    lamp = Surroundings(UP, np.zeros(3), np.zeros(3), 0.5, axes, colors, np.full(LOBES, k))
    assert np.allclose(lamp.sampled().mean(0), colors[0] * (1 - np.exp(-2 * k)) / (2 * k), rtol=0.05)
    assert lamp.sampled()[:, 0].argmax() == 3
    assert np.allclose(even_surroundings(UP, np.full(3, 0.7), np.full(3, 0.7)).sampled(), 0.7)


def test_an_even_sky_lights_every_side_alike():
    _, views = scene(trimesh.creation.icosphere(4, 0.5), even(0.5), {})
    inside = views.image[0][views.image[0, ..., 3] == 255][:, 0] / 255
    assert np.allclose(inside, 0.5 ** (1 / 2.2), atol=0.006)


def test_a_shadow_falls_where_the_light_puts_it():
    """A ball over a plate: its shadow lies along the light from the ball's centre."""
    ball = trimesh.creation.icosphere(4, 0.12)
    plate = trimesh.creation.box((1, 0.02, 1))
    plate.apply_translation([0, -0.3, 0])
    key = np.array([0.5, 1.0, 0.25])
    looks = even(0.1) | {"shadow": (1.0, 1.0)}
    one, views = scene(trimesh.util.concatenate([ball, plate]), looks, {"key_color": (0.5,) * 3}, key=key)
    hit = np.array([0, 0, 0]) - key * 0.29
    full = 0.1 + 0.5 / np.linalg.norm(key)
    assert brightness(views, one, hit) == pytest.approx(0.1, abs=0.01)
    for away in ([0.2, 0, 0], [-0.2, 0, 0], [0, 0, 0.2], [0, 0, -0.25]):
        assert brightness(views, one, hit + away) == pytest.approx(full, abs=0.02), away


def test_a_corner_is_as_dark_as_its_wall_makes_it():
    """A long wall that is seen from the floor at an angle a takes (1 - cos a) / 2 of an even sky."""
    wall, floor = trimesh.creation.box((1, 1, 0.02)), trimesh.creation.box((1, 0.02, 1))
    wall.apply_translation([0, 0, -0.5])
    floor.apply_translation([0, -0.5, 0])
    room = trimesh.util.concatenate([wall, floor])
    one, views = scene(room, even(0.5) | {"occlusion": (1.0,)}, {}, elevation=0.6)
    for z in (-0.45, 0.0, 0.45):
        sky = (1 + np.cos(np.arctan2(0.99, z + 0.49))) / 2
        seen = brightness(views, one, [0, -0.49, z])
        assert seen == pytest.approx(0.5 * sky, abs=0.07), z  # of 16 directions, and the wall is as long as high


def test_lines_lie_on_edges_and_not_on_flat_sides():
    _, views = scene(box(), even(0.5) | {"line": (1.0, 0.01)}, {}, elevation=0.5)
    solid = views.image[0, ..., 3] == 255
    dark = (views.image[0, ..., 0] < 60) & solid
    assert not dark[120:136, 120:136].any() or dark[120:136, 120:136].mean() < 0.2
    rows = np.flatnonzero(solid[:, 128])
    assert dark[rows[0] : rows[0] + 3, 128].any() and dark[rows[-1] - 2 : rows[-1] + 1, 128].any()
    assert 0.005 < dark[solid].mean() < 0.2


@pytest.mark.parametrize("seed", range(6))
def test_looks_touch_the_picture_and_no_map(seed):
    renderer, shape = renderer_or_skip(), shape_of(torus())
    renderer.load(901, shape)
    support = support_points(shape.vertices).astype(float)
    rich = make_scene(np.random.default_rng(seed), 901, support, Variety(looks=1.0))
    with_looks, without = (renderer.render([s]) for s in (rich, replace(rich, looks={})))
    assert (with_looks.image[..., :3] != without.image[..., :3]).any()
    assert np.array_equal(with_looks.image[..., 3], without.image[..., 3])
    for name in ("front", "back", "base", "depth"):
        assert np.array_equal(getattr(with_looks, name), getattr(without, name)), name


@pytest.mark.parametrize("variety", [PLAIN, Variety(looks=0.0)])
def test_without_looks_views_and_random_numbers_are_those_before_there_were_any(variety, monkeypatch):
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.3, 0.3) for z in (-0.2, 0.2)])
    drawn = []
    for _ in range(2):
        rng = np.random.default_rng(3)
        made = [make_scene(rng, 0, corners, variety) for _ in range(4)]
        assert not any(s.looks for s in made)
        drawn.append((np.stack([s.model for s in made]), [s.light for s in made], rng.random()))
        monkeypatch.setattr(scenes, "random_looks", lambda *_: {})
    assert np.array_equal(drawn[0][0], drawn[1][0]) and drawn[0][1:] == drawn[1][1:]


def test_every_look_has_all_of_its_uniforms():
    """The program keeps what the last picture set."""
    rng, names = np.random.default_rng(0), set()
    light = random_light(rng, PLAIN)
    for _ in range(40):
        looks = random_looks(rng, 1.0, light, UP)
        names.add(frozenset(set(looks) - {"fill_color"}))
    assert len(names) == 1
