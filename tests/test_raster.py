"""Guards of the rasteriser: coverage, weights and depth against analytic answers."""

import numpy as np
import pytest

from importer.raster import rasterize


def fan(center, rim):
    """Triangles from a centre to a closed ring of points."""
    return np.array([[center, rim[i], rim[(i + 1) % len(rim)]] for i in range(len(rim))], float)


def test_covers_exactly_the_centres_inside_a_square():
    square = np.array([[[2, 1], [6, 1], [6, 4]], [[2, 1], [6, 4], [2, 4]]], float)
    expected = np.zeros((6, 8), bool)
    expected[1:4, 2:6] = True
    assert (rasterize(square, (6, 8)).covered == expected).all()


def test_top_and_left_edges_through_centres_belong_and_the_others_do_not():
    square = np.array([[[1.5, 1.5], [4.5, 1.5], [4.5, 3.5]], [[1.5, 1.5], [4.5, 3.5], [1.5, 3.5]]])
    expected = np.zeros((6, 6), bool)
    expected[1:3, 1:4] = True
    assert (rasterize(square, (6, 6)).covered == expected).all()


@pytest.mark.parametrize("flip", [False, True])
def test_neighbours_share_no_pixel_and_leave_none_out(flip):
    rng = np.random.default_rng(3)
    angles = np.sort(rng.uniform(0, 2 * np.pi, 40))
    rim = 32 + 30 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    triangles = fan((32.5, 32.5), rim)  # every spoke ends in the centre of a pixel
    if flip:
        triangles = triangles[:, ::-1]
    owners = sum(rasterize(triangle[None], (64, 64)).covered.astype(int) for triangle in triangles)
    assert owners.max() == 1
    together = rasterize(triangles, (64, 64)).covered
    assert (together == (owners == 1)).all()
    radius = np.hypot(*(np.mgrid[:64, :64] + 0.5 - 32))
    assert together[radius < 20].all() and not together[radius > 30.1].any()


def test_weights_are_the_barycentric_coordinates_of_pixel_centres():
    corners = np.array([[[1.2, 2.7], [29.1, 8.3], [11.4, 30.9]]])
    raster = rasterize(corners, (32, 32))
    rows, columns = np.nonzero(raster.covered)
    centres = np.stack([columns + 0.5, rows + 0.5], axis=1)
    np.testing.assert_allclose(raster.weights[raster.covered] @ corners[0], centres, atol=1e-4)
    assert (raster.weights[~raster.covered] == 0).all()


def test_interpolate_follows_the_vertices_of_the_faces():
    positions = np.array([[0, 0], [16, 0], [16, 16], [0, 16]], float)
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    raster = rasterize(positions[faces], (16, 16))
    values = raster.interpolate(faces, positions)
    rows, columns = np.nonzero(raster.covered)
    np.testing.assert_allclose(values, np.stack([columns + 0.5, rows + 0.5], axis=1), atol=1e-4)


def test_the_nearer_of_two_crossing_planes_wins():
    big = np.array([[-100, -100], [200, -100], [20, 300]], float)
    raster = rasterize(np.stack([big, big]), (40, 40), np.stack([big[:, 0], 40 - big[:, 0]]))
    columns = np.arange(40)
    assert (raster.face == np.where(columns < 20, 0, 1)).all()
    np.testing.assert_allclose(raster.depth[7], np.minimum(columns + 0.5, 39.5 - columns), atol=1e-3)


def test_the_first_of_equal_triangles_wins():
    corners = np.array([[[0, 0], [8, 0], [0, 8]]] * 3, float)
    raster = rasterize(corners, (8, 8), np.ones((3, 3)))
    assert set(np.unique(raster.face)) == {-1, 0}


def test_perspective_depth_matches_rays_through_a_tilted_plane():
    # Plane z = 4 + x / 2 in front of a pinhole with the focal length of one picture width.
    world = np.array([[-3, -3, 2.5], [3, -3, 5.5], [0, 5, 4.0]])
    pixels = 50 + 100 * world[:, :2] / world[:, 2:]
    raster = rasterize(pixels[None], (100, 100), world[None, :, 2], perspective=True)
    columns = np.nonzero(raster.covered)[1]
    slope = (columns + 0.5 - 50) / 100
    expected = 4 / (1 - slope / 2)
    np.testing.assert_allclose(raster.depth[raster.covered], expected, rtol=1e-5)
    np.testing.assert_allclose(raster.weights[raster.covered] @ world[:, 0], slope * expected, atol=1e-4)


def test_what_cannot_be_drawn_covers_nothing():
    line = [[0, 0], [5, 5], [9, 9]]
    holes = [[0, 0], [np.nan, 5], [9, 0]]
    behind = [[0, 0], [9, 0], [0, 9]]
    depth = np.array([[1, 1, 1], [1, 1, 1], [1, -1, 1]], float)
    assert not rasterize(np.array([line, holes, behind], float), (10, 10), depth, perspective=True).covered.any()
    assert not rasterize(np.zeros((0, 3, 2)), (10, 10)).covered.any()


def test_a_triangle_larger_than_the_picture_is_cut_off():
    raster = rasterize(np.array([[[-1e4, -1e4], [1e4, -1e4], [0, 3e4]]]), (5, 7))
    assert raster.covered.all()
