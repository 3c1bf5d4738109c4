"""Matrices of nodes against scipy."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from importer.export.gltf.scene import Node
from importer.export.matrices import rotation_matrices, world_matrices


def test_rotation_matrices_are_scipy_s_and_need_no_unit_quaternions():
    turns = Rotation.random(50, rng=np.random.default_rng(0))
    np.testing.assert_allclose(rotation_matrices(turns.as_quat() * 3), turns.as_matrix(), atol=1e-12)


def test_worlds_multiply_translation_rotation_and_scale_from_the_root_down():
    x, y, z, w = Rotation.from_euler("y", 90, degrees=True).as_quat()
    nodes = (
        Node("root", translation=(1.0, 0.0, 0.0), rotation=(x, y, z, w), scale=(2.0, 1.0, 1.0)),
        Node("child", parent=0, translation=(3.0, 0.0, 0.0)),
        Node("apart"),
    )
    root, child, apart = world_matrices(nodes)
    # A quarter turn about +Y takes +X to -Z; the child's 3 m are stretched to 6.
    np.testing.assert_allclose(root @ [1, 0, 0, 1], [1, 0, -2, 1], atol=1e-12)
    np.testing.assert_allclose(child @ [0, 0, 0, 1], [1, 0, -6, 1], atol=1e-12)
    np.testing.assert_array_equal(apart, np.eye(4))
