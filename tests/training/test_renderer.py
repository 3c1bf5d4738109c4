from dataclasses import replace

import numpy as np
import pytest

from importer.reconstruct.frustum import orbit_camera, world_to_frustum
from tests.training.gl import renderer_or_skip
from tests.training.shapes import box, shape_of, sphere
from training.scenes import DEPTH_RANGE, PLAIN, make_scene, support_points


@pytest.fixture(scope="module")
def ball():
    renderer, shape = renderer_or_skip(), shape_of(sphere())
    renderer.load(0, shape)
    scene = make_scene(np.random.default_rng(1), 0, support_points(shape.vertices).astype(float), PLAIN)
    return scene, renderer.render([scene])


def rays(scene):
    """Origin and directions (128, 128, 3) of the map's pixels, in world axes."""
    camera = orbit_camera(scene.elevation, scene.tan_half_fov)
    at = (np.arange(128) + 0.5) / 128
    x, y = np.meshgrid((2 * at - 1) * scene.tan_half_fov, (1 - 2 * at) * scene.tan_half_fov)
    return camera, np.stack([x, y, -np.ones_like(x)], -1) @ camera.rotation


def test_front_and_back_maps_of_a_sphere_are_those_of_its_equation(ball):
    scene, views = ball
    camera, direction = rays(scene)
    model = scene.model
    centre, radius = model[:, 3], 0.5 * np.cbrt(np.linalg.det(model[:, :3]))
    to = camera.position - centre
    a, b, c = (direction**2).sum(-1), direction @ to, to @ to - radius**2
    root = np.sqrt(np.maximum(b * b - a * c, 0))
    inner = b * b - a * c > 0.15 * (b * b - a * c).max()
    for k, (sign, normal_map) in enumerate(((-1, views.front[0]), (1, views.back[0]))):
        t = (-b + sign * root) / a
        point = camera.position + t[..., None] * direction
        w = world_to_frustum(point[inner], camera, DEPTH_RANGE)[:, 2]
        assert np.abs(views.depth[0, k][inner] / 32767 - w).max() < 0.02
        normal = (point - centre) / radius @ camera.rotation.T
        drawn = (normal_map[..., :3].astype(float) - 128) / 127
        assert (normal[inner] * drawn[inner]).sum(-1).min() > 0.98
        assert (normal_map[inner][:, 3] == 255).all()


def test_picture_and_maps_show_the_same_silhouette(ball):
    _, views = ball
    small = views.image[0, ..., 3].reshape(128, 2, 128, 2).mean((1, 3)) > 127
    assert (small != (views.front[0, ..., 3] > 127)).mean() < 0.01
    assert np.abs(views.base[0][64, 64].astype(int) - [200, 120, 40]).max() <= 2


def test_back_faces_are_seen_only_of_double_sided_materials():
    renderer = renderer_or_skip()
    shape = shape_of(box())
    inside_out = shape.__class__(**{**shape.__dict__, "faces": shape.faces[:, ::-1].copy()})
    double = inside_out.__class__(**{**inside_out.__dict__, "flags": np.ones_like(shape.flags)})
    scene = make_scene(np.random.default_rng(4), 0, shape.vertices.astype(float), PLAIN)
    depth = []
    for key, one in enumerate((shape, inside_out, double), 10):
        renderer.load(key, one)
        views = renderer.render([replace(scene, shape=key)])
        depth.append(np.where(views.front[0, ..., 3] > 0, views.depth[0, 0] / 32767, 0)[64, 64])
    assert depth[1] > depth[0] + 0.05 and depth[2] == pytest.approx(depth[0], abs=1e-3)
