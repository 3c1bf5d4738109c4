"""A surface that ends short of the mask comes to lie on it, and nothing else moves."""

import numpy as np
import pytest

from importer.mesh.topology import is_closed
from importer.profile.schema import Reconstruct
from importer.reconstruct.frustum import orbit_camera
from importer.reconstruct.outline import onto_outline
from importer.reconstruct.surface import surface
from importer.records import F32, Camera, Mesh
from tests.support import analytic

VOXEL = 1 / 128


def disc(radius: float, side: int = 64) -> F32:
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    return (radius - np.hypot(x, y)).astype(np.float32)


@pytest.mark.parametrize(("radius", "gap"), [(20.0, 1.0), (9.0, 2.0), (3.0, 0.8)])
def test_points_of_a_smaller_disc_come_to_lie_on_the_larger_and_its_middle_stays(radius: float, gap: float) -> None:
    turn = np.linspace(0, 2 * np.pi, 50, endpoint=False)
    around = np.stack([np.cos(turn), np.sin(turn)], 1)
    for at in np.linspace(0, radius - gap, 9):
        moved = onto_outline(31.5 + at * around, disc(radius - gap), disc(radius)) - 31.5
        reached = np.hypot(*moved.T)
        if at == radius - gap:
            np.testing.assert_allclose(reached, radius, atol=0.25)
        assert (reached > at - 0.05).all() and (reached < radius + 0.25).all()
        if radius - at > 9:  # beyond the reach
            np.testing.assert_allclose(reached, at, atol=0.02)


def test_order_on_the_way_to_the_middle_is_kept() -> None:
    x = np.linspace(31.5, 31.5 + 18, 200)
    moved = onto_outline(np.stack([x, np.full_like(x, 31.5)], 1), disc(18), disc(20))
    assert (np.diff(moved[:, 0]) > 0).all()


def test_an_outline_far_from_the_mask_lacks_a_part_and_stays() -> None:
    points = 31.5 + np.array([[10.0, 0.0], [0.0, 10.0]])
    np.testing.assert_allclose(onto_outline(points, disc(10), disc(20)), points, atol=0.01)


def radii(mesh: Mesh, camera: Camera) -> tuple[float, float]:
    """Return the least and the largest distance of the mesh from the view's axis, as tangents."""
    local = (mesh.vertices - camera.position) @ camera.rotation.T
    off = np.hypot(local[:, 0], local[:, 1]) / -local[:, 2]
    return float(off.min()), float(off.max())


def test_a_ball_that_the_volume_makes_too_small_has_the_outline_of_its_picture() -> None:
    true, small = analytic.sphere(0.35), analytic.sphere(0.35 - 0.8 * VOXEL)
    right, short = (analytic.prediction(shape) for shape in (true, small))
    mesh = surface(analytic.prediction(small, mask_shape=true), Reconstruct())
    expected, before = (radii(surface(p, Reconstruct()), p.view.camera)[1] for p in (right, short))
    assert is_closed(mesh.faces)
    assert abs(radii(mesh, right.view.camera)[1] - expected) < 0.25 * (expected - before)
    assert np.ptp(mesh.vertices[:, 2]) == pytest.approx(2 * (0.35 - 0.8 * VOXEL), abs=0.2 * VOXEL)  # depth is its own


def test_the_outline_of_a_hole_is_the_pictures_too() -> None:
    camera = orbit_camera(0.0, 0.1)
    true, thin = analytic.torus(0.3, 0.09), analytic.torus(0.3, 0.09 - 0.7 * VOXEL)
    mesh = surface(analytic.prediction(thin, camera, mask_shape=true), Reconstruct())
    expected, before = (radii(surface(analytic.prediction(s, camera), Reconstruct()), camera) for s in (true, thin))
    assert is_closed(mesh.faces)
    for found, right, short in zip(radii(mesh, camera), expected, before, strict=True):
        assert abs(found - right) < 0.25 * abs(right - short)
