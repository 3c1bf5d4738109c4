"""Guards of what the picture may colour: in front, facing, clear of silhouettes."""

import numpy as np

from importer.reconstruct.frustum import orbit_camera
from importer.records import View
from importer.texture.sight import open_sight, weigh
from importer.texture.texels import unit
from tests.texture import shapes

CAMERA = orbit_camera(0.0, np.tan(np.radians(10)))


def sight_of(*meshes, alpha=255):
    rgba = np.full((400, 400, 4), alpha, np.uint8)
    return open_sight(View(rgba, CAMERA), CAMERA, *((m.vertices, m.faces) for m in meshes))


def test_the_near_half_of_a_sphere_is_seen_and_the_far_half_is_not():
    mesh = shapes.sphere(5)
    normals = unit(mesh.vertices)
    weight = weigh(sight_of(mesh), mesh.vertices, normals)
    towards = (normals * unit(CAMERA.position - mesh.vertices)).sum(axis=1)
    assert (weight[towards > 0.45] == 1).all()
    assert (weight[towards < 0.08] == 0).all()
    assert ((weight > 0) & (weight < 1)).any()


def test_what_stands_behind_something_is_not_seen():
    wall = shapes.moved(shapes.box((0.8, 0.8, 0.02), pieces=5), (0, 0, -0.3))
    plate = shapes.moved(shapes.box((0.4, 0.4, 0.02)), (0, 0, 0.3))
    front = wall.vertices[:, 2] > -0.3
    points = wall.vertices[front]
    weight = weigh(sight_of(shapes.joined(wall, plate)), points, np.tile(np.float32([0, 0, 1]), (len(points), 1)))
    eye = CAMERA.distance
    shadow = 0.2 * (eye + 0.29) / (eye - 0.31)  # the plate's front edge as seen on the wall
    reach = np.abs(points[:, :2]).max(axis=1)
    assert (weight[reach < shadow] == 0).all()
    assert (weight[(reach > shadow + 0.03) & (reach < 0.38)] == 1).all()


def test_close_behind_an_occluder_the_weight_falls_off():
    wall = shapes.moved(shapes.box((0.8, 0.8, 0.02)), (0, 0, -0.3))
    plate = shapes.moved(shapes.box((0.4, 0.8, 0.02)), (-0.2, 0, 0.3))  # covers the left half
    x = np.linspace(0.0, 0.05, 51, dtype=np.float32)
    points = np.stack([x, 0 * x, 0 * x - 0.29], axis=1)
    weight = weigh(sight_of(shapes.joined(wall, plate)), points, np.tile(np.float32([0, 0, 1]), (len(x), 1)))
    assert weight[0] == 0 and weight[-1] == 1 and (np.diff(weight) >= 0).all()


def test_outside_the_mask_the_picture_does_not_count():
    mesh = shapes.sphere(4)
    weight = weigh(sight_of(mesh, alpha=0), mesh.vertices, unit(mesh.vertices))
    assert (weight == 0).all()


def test_a_step_between_the_two_meshes_hides_the_point():
    low, bump = shapes.sphere(4), shapes.moved(shapes.sphere(3, 0.1), (0, 0, 0.5))
    top = np.array([[0, 0, 0.4]], np.float32)
    up = np.array([[0, 0, 1]], np.float32)
    assert weigh(sight_of(low), top, up) == 1
    assert weigh(sight_of(low, shapes.joined(low, bump)), top, up) == 0
