"""Guards of the dense surface: noise goes, edges stay, look-ups find the surface in front of them."""

import numpy as np
from skimage.measure import marching_cubes

from importer.records import Mesh
from importer.texture.dense import find_surface, open_dense, shading_normals
from importer.texture.texels import unit
from tests.texture import shapes


def angles(a, b):
    return np.degrees(np.arccos(np.clip((a * b).sum(axis=1), -1, 1)))


def voxel_box(cells=48, noise=0.0):
    """Box of half size 0.3 turned by 20 degrees, from a grid whose field carries noise; and its turn."""
    turn = np.radians(20)
    rotation = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    grid = np.stack(np.meshgrid(*[np.linspace(-0.6, 0.6, cells)] * 3, indexing="ij"), axis=-1) @ rotation
    field = 0.3 - np.abs(grid).max(axis=-1) + np.random.default_rng(1).normal(scale=noise, size=grid.shape[:3])
    vertices, faces, _, _ = marching_cubes(field, 0, spacing=(1.2 / (cells - 1),) * 3)
    return Mesh((vertices - 0.6).astype(np.float32), faces[:, ::-1].astype(np.int32)), rotation


def test_normals_of_a_sphere_stay_exact():
    mesh = shapes.sphere(5)
    error = angles(open_dense(mesh).normals, unit(mesh.vertices))
    assert error.mean() < 0.5 and error.max() < 1.5


def test_voxel_noise_goes_and_edges_of_a_box_stay():
    mesh, rotation = voxel_box(noise=0.002)
    dense = open_dense(mesh)
    local = mesh.vertices @ rotation
    side = np.sort(np.abs(local), axis=1)
    for near, far, most in ((0.0, 0.2, 3), (0.2, 0.25, 5)):  # the middles of the sides; two cells from their edges
        flat = (side[:, 1] >= near) & (side[:, 1] < far)
        axis = np.abs(local).argmax(axis=1)
        truth = np.zeros_like(local)
        truth[np.arange(len(local)), axis] = np.sign(local[np.arange(len(local)), axis])
        assert np.percentile(angles(dense.normals, unit(truth @ rotation.T))[flat], 95) < most


def test_a_look_up_from_either_side_finds_the_point_along_the_normal():
    mesh = shapes.sphere(5)
    dense = open_dense(mesh)
    directions = unit(np.random.default_rng(0).normal(size=(500, 3)))
    for radius in (0.39, 0.4, 0.41):
        found = find_surface(dense, radius * directions, directions).take(mesh.vertices)
        np.testing.assert_allclose(found, 0.4 * directions, atol=1.5e-3)


def test_a_look_up_prefers_the_surface_that_faces_the_same_way():
    # A thin plate: its far side is nearer to the point than the side that the point belongs to.
    plate = shapes.box((0.6, 0.6, 0.01), pieces=4)
    dense = open_dense(plate)
    points = np.array([[0.05, 0.02, -0.004]], np.float32)
    found = find_surface(dense, points, np.array([[0, 0, 1]], np.float32)).take(plate.vertices)
    np.testing.assert_allclose(found, [[0.05, 0.02, 0.005]], atol=1e-5)


def test_where_rays_miss_the_closest_point_is_taken():
    mesh = shapes.sphere(5)
    points = np.array([[0, 0, 0.41]], np.float32)
    found = find_surface(open_dense(mesh), points, np.array([[1, 0, 0]], np.float32)).take(mesh.vertices)
    np.testing.assert_allclose(found, [[0, 0, 0.4]], atol=1e-3)


def test_a_normal_of_another_surface_does_not_glitter():
    mesh = shapes.sphere(5)
    dense = open_dense(mesh)
    outward = unit(mesh.vertices[:200])
    hits = find_surface(dense, mesh.vertices[:200], outward)
    np.testing.assert_allclose(shading_normals(dense, hits, outward), outward, atol=0.03)
    sideways = unit(np.cross(outward, [0.3, 0.5, 0.8]))
    np.testing.assert_allclose(shading_normals(dense, hits, sideways), sideways, atol=1e-6)
