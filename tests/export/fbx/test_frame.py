"""Angles and axes against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from importer.export.fbx.frame import Conversion, continuous, euler_degrees
from importer.export.fbx.scene import FileFrame, Node


def turned(degrees: np.ndarray) -> np.ndarray:
    """Matrices of angles about X, then Y, then Z, the axes staying where they are."""
    return Rotation.from_euler("xyz", degrees, degrees=True).as_matrix()


def test_angles_give_the_rotation_back():
    quaternions = Rotation.random(500, random_state=3).as_quat() * 2.5  # of any length
    np.testing.assert_allclose(
        turned(euler_degrees(quaternions)), Rotation.from_quat(quaternions).as_matrix(), atol=1e-9
    )


@pytest.mark.parametrize("pole", [90, -90])
def test_angles_at_the_poles_give_the_rotation_back(pole):
    rotations = Rotation.from_euler("xyz", [[20, pole, 50], [0, pole, 0], [-170, pole, 33]], degrees=True)
    np.testing.assert_allclose(turned(euler_degrees(rotations.as_quat())), rotations.as_matrix(), atol=1e-6)


def test_continuous_angles_say_the_same_and_never_jump():
    seconds = np.linspace(0, 1, 300)
    tumble = Rotation.from_rotvec(np.outer(seconds * 4 * np.pi, [0.3, 0.8, 0.52]))  # two turns, past the poles
    angles = euler_degrees(tumble.as_quat())
    assert np.abs(np.diff(angles, axis=0)).max() > 170
    smooth = continuous(angles)
    np.testing.assert_allclose(turned(smooth), tumble.as_matrix(), atol=1e-9)
    assert np.abs(np.diff(smooth, axis=0)).max() < 30


def test_a_full_turn_goes_on_counting():
    angles = euler_degrees(Rotation.from_euler("y", np.arange(0, 721, 30)[:, None], degrees=True).as_quat())
    y = continuous(angles)
    np.testing.assert_allclose(turned(y), turned(np.outer(np.arange(0, 721, 30), [0, 1, 0])), atol=1e-9)
    assert np.abs(np.diff(y, axis=0)).max() == pytest.approx(30)


@pytest.mark.parametrize(
    ("up", "axes"), [("y", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]), ("z", [[1, 0, 0], [0, 0, -1], [0, 1, 0]])]
)
def test_a_nodes_matrix_is_the_same_turn_and_stretch_in_the_files_axes(up, axes):
    """M becomes C M C^-1: up +Y becomes up +Z, front +Z becomes front -Y."""
    change = np.array(axes, float)
    x, y, z, w = Rotation.random(random_state=5).as_quat()
    node = Node("n", None, None, (), (0.1, 0.2, 0.3), (x, y, z, w), (1.0, 2.0, 3.0))
    found = Conversion(FileFrame(up, 2.5)).matrix(node)
    plain = Rotation.from_quat([x, y, z, w]).as_matrix() @ np.diag([1, 2, 3])
    np.testing.assert_allclose(found[:3, :3], change @ plain @ change.T, atol=1e-9)
    np.testing.assert_allclose(found[:3, 3], change @ [4, 8, 12], atol=1e-9)  # 40 units of 2.5 cm in a metre
