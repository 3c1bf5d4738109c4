import numpy as np
import pytest

from importer.mesh.place import place
from importer.profile.schema import Facing, Scale
from importer.reconstruct.frustum import orbit_camera
from importer.records import Mesh
from tests.support import shapes

CAMERA = orbit_camera(0.3, 0.25)


@pytest.mark.parametrize("key", ["height_m", "width_m", "depth_m", "longest_m"])
@pytest.mark.parametrize("yaw", [0.0, 30.0, -90.0])
@pytest.mark.parametrize("pivot", ["base", "center"])
def test_size_pivot_yaw_and_camera(key: str, yaw: float, pivot: str) -> None:
    mesh = shapes.box((0.5, 0.3, 0.2), (0.03, 0.2, -0.05), cuts=1)
    solid = place(mesh, CAMERA, Scale(**{key: 1.8}), pivot, Facing(yaw_deg=yaw))  # type: ignore[arg-type]
    low, high = solid.mesh.vertices.min(0), solid.mesh.vertices.max(0)
    size = high - low
    side = {"width_m": size[0], "height_m": size[1], "depth_m": size[2], "longest_m": size.max()}[key]
    assert side == pytest.approx(1.8, rel=1e-5)
    middle = (low + high) / 2
    np.testing.assert_allclose((middle[0], low[1] if pivot == "base" else middle[1], middle[2]), 0, atol=1e-5)
    assert not solid.scale_is_guess
    before, after = CAMERA.project(mesh.vertices)[0], solid.camera.project(solid.mesh.vertices)[0]
    np.testing.assert_allclose(after, before, atol=1e-5)


def test_yaw_turns_counter_clockwise_seen_from_above() -> None:
    """A nose towards the picture's right must end in front after a turn by -90 degrees."""
    nose = shapes.joined(shapes.box((1, 1, 1)), shapes.box((0.2, 0.2, 0.2), (1.0, 0, 0)))
    solid = place(nose, CAMERA, Scale(), "center", Facing(yaw_deg=-90))
    size = np.ptp(solid.mesh.vertices, axis=0)
    assert size[2] == pytest.approx(1.0, abs=1e-5)
    tip = solid.mesh.vertices[solid.mesh.vertices[:, 2].argmax()]
    assert abs(tip[0]) < 0.1 and tip[2] > 0.49


def test_without_a_size_the_longest_side_is_a_metre_and_a_guess() -> None:
    solid = place(shapes.box((0.2, 0.4, 0.1)), CAMERA, Scale(), "base", Facing())
    assert solid.scale_is_guess
    assert np.ptp(solid.mesh.vertices, axis=0).max() == pytest.approx(1)
    assert solid.report["height"] == pytest.approx(1) and solid.report["open_edges"] == 0


@pytest.mark.parametrize(("tilt", "levelled"), [(5.0, True), (15.0, False)])
def test_a_base_that_leans_a_little_is_levelled_and_the_picture_still_fits(tilt: float, levelled: bool) -> None:
    c, s = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    box = shapes.box((0.5, 0.4, 0.5))
    turned = Mesh((box.vertices @ np.array([[1, 0, 0], [0, c, s], [0, -s, c]])).astype(np.float32), box.faces)
    solid = place(turned, CAMERA, Scale(), "base", Facing())
    on_floor = float((solid.mesh.vertices[:, 1] < 1e-4).mean())
    assert (on_floor > 0.1) is levelled
    np.testing.assert_allclose(
        solid.camera.project(solid.mesh.vertices)[0], CAMERA.project(turned.vertices)[0], atol=1e-5
    )


def test_a_ball_is_not_levelled() -> None:
    ball = shapes.sphere(0.4)
    solid = place(ball, CAMERA, Scale(longest_m=0.8), "center", Facing())
    np.testing.assert_allclose(solid.mesh.vertices, ball.vertices, atol=0.002)
