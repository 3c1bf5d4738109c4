"""Guards of ambient occlusion, against closed forms."""

import numpy as np
from manifold3d import Manifold

from importer.records import Mesh
from importer.texture.dense import open_dense
from importer.texture.occlusion import bake_occlusion
from tests.texture import shapes


def test_a_convex_body_is_open_everywhere():
    for body in (shapes.sphere(5), shapes.box(pieces=5)):
        assert bake_occlusion(open_dense(body)).min() > 0.97


def test_the_floor_of_a_well_sees_the_part_of_the_sky_that_its_mouth_leaves():
    # View factor from the middle of a disc floor to the open mouth of a well: r^2 / (r^2 + h^2).
    radius, depth = 0.2, 0.4
    outer, inner = (Manifold.cylinder(0.5, r, circular_segments=64) for r in (0.3, radius))
    solid = (outer - inner.translate((0, 0, 0.5 - depth))).refine_to_length(0.04).to_mesh()
    well = Mesh(solid.vert_properties[:, :3].astype(np.float32), solid.tri_verts.astype(np.int32))
    dense = open_dense(well)
    openness = bake_occlusion(dense)
    floor = (np.linalg.norm(well.vertices[:, :2], axis=1) < 0.06) & (np.abs(well.vertices[:, 2] - 0.1) < 1e-6)
    assert floor.sum() > 5
    np.testing.assert_allclose(openness[floor].mean(), radius**2 / (radius**2 + depth**2), atol=0.04)


def test_a_ball_near_a_large_wall_sees_half_the_sky_on_that_side():
    wall = shapes.moved(shapes.box((8, 0.1, 8), pieces=2), (0, -0.05, 0))
    ball = shapes.moved(shapes.sphere(4, 0.1), (0, 0.105, 0))
    openness = bake_occlusion(open_dense(shapes.joined(ball, wall)))[: len(ball.vertices)]
    height = (ball.vertices[:, 1] - 0.105) / 0.1
    # A patch tilted by t from straight up sees (1 + cos t) / 2 of the sky above an endless wall.
    np.testing.assert_allclose(openness[height > -0.5], (1 + height[height > -0.5]) / 2, atol=0.09)


def test_the_result_does_not_depend_on_the_size_of_the_object():
    small = shapes.joined(shapes.sphere(3), shapes.moved(shapes.sphere(3), (0.9, 0, 0)))
    large = Mesh(small.vertices * np.float32(1024), small.faces)
    np.testing.assert_allclose(bake_occlusion(open_dense(small)), bake_occlusion(open_dense(large)), atol=0.05)
