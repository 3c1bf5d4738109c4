"""A perfect prediction of a known shape must give that shape back."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import trimesh

from importer.errors import StageError
from importer.mesh.measure import face_vectors, volume
from importer.mesh.topology import components, is_closed
from importer.profile.schema import Reconstruct
from importer.reconstruct.frustum import orbit_camera
from importer.reconstruct.surface import _thickened, surface
from importer.records import Mesh, Prediction
from tests.support import analytic

VOXEL = 1 / 128


@pytest.fixture(scope="module")
def ball() -> Prediction:
    return analytic.prediction(analytic.sphere(0.38, (0.02, 0.01, 0.05)))


def test_a_sphere_comes_back_smooth_and_in_place(ball: Prediction) -> None:
    mesh = surface(ball, Reconstruct())
    off = np.linalg.norm(mesh.vertices - (0.02, 0.01, 0.05), axis=1) - 0.38
    assert is_closed(mesh.faces)
    assert abs(off.mean()) < 0.1 * VOXEL and off.std() < 0.02 * VOXEL and np.abs(off).max() < 0.2 * VOXEL
    assert volume(mesh) == pytest.approx(4 / 3 * np.pi * 0.38**3, rel=0.005)
    toward = (mesh.vertices - (0.02, 0.01, 0.05))[mesh.faces].mean(1)
    units = face_vectors(mesh) / np.linalg.norm(face_vectors(mesh), axis=1, keepdims=True)
    facing = np.einsum("ij,ij->i", units, toward / np.linalg.norm(toward, axis=1, keepdims=True))
    assert np.quantile(facing, 0.01) > np.cos(np.radians(4))  # terraces would tilt faces by tens of degrees


def test_without_carving_the_volume_alone_decides(ball: Prediction) -> None:
    blind = replace(ball, view=replace(ball.view, rgba=np.zeros_like(ball.view.rgba)))
    mesh = surface(blind, Reconstruct(carve=False))
    assert volume(mesh) == pytest.approx(4 / 3 * np.pi * 0.38**3, rel=0.005)


@pytest.mark.parametrize(("elevation", "tangent"), [(0.0, 0.1), (0.7, 0.4), (-0.2, 0.2)])
def test_any_camera_puts_it_upright_at_its_size(elevation: float, tangent: float) -> None:
    shape = analytic.box((0.2, 0.3, 0.15), (0, 0.05, 0))
    mesh = surface(analytic.prediction(shape, orbit_camera(elevation, tangent)), Reconstruct())
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    np.testing.assert_allclose(low, (-0.2, -0.25, -0.15), atol=1.3 * VOXEL)
    np.testing.assert_allclose(high, (0.2, 0.35, 0.15), atol=1.3 * VOXEL)


def test_a_torus_keeps_its_hole() -> None:
    mesh = surface(analytic.prediction(analytic.torus(0.3, 0.09)), Reconstruct())
    assert trimesh.Trimesh(mesh.vertices, mesh.faces).euler_number == 0
    assert volume(mesh) == pytest.approx(2 * np.pi**2 * 0.3 * 0.09**2, rel=0.02)


def test_matter_outside_the_mask_is_carved_away() -> None:
    big, small = analytic.box((0.3, 0.3, 0.1)), analytic.box((0.15, 0.3, 0.1))
    prediction = analytic.prediction(big, mask_shape=small)
    carved, uncut = (surface(prediction, Reconstruct(carve=carve)) for carve in (True, False))
    assert _outside_mask(carved, prediction) == 0
    assert _outside_mask(uncut, prediction) > 0.3


def test_a_bar_that_only_the_mask_knows_is_filled_in_connected_and_round() -> None:
    body = analytic.box((0.3, 0.1, 0.1), (0, 0.2, 0))
    mast = analytic.box((0.012, 0.25, 0.012), (0.1, -0.1, 0))
    whole = analytic.union(body, mast)
    mesh = surface(analytic.prediction(body, mask_shape=whole), Reconstruct())
    assert _largest(mesh).vertices[:, 1].min() == pytest.approx(-0.35, abs=3 * VOXEL)
    low = mesh.vertices[np.abs(mesh.vertices[:, 1] + 0.2) < 0.05]
    size = np.ptp(low, axis=0)
    assert size[0] == pytest.approx(0.024, abs=VOXEL)
    assert 0.4 * size[0] < size[2] < 2.5 * size[0] + VOXEL


@pytest.mark.parametrize("slope", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("width", [1, 3])
def test_a_horn_of_a_pixel_that_leaves_the_body_in_depth_stays_in_one_piece(width: int, slope: float) -> None:
    """Aslant in the picture, and by its depth maps ever farther away: samples of such a bar need not touch."""
    whole = analytic.prediction(analytic.box((0.1, 0.1, 0.1), (-0.2, -0.2, 0)))
    rgba, depth = whole.view.rgba.copy(), whole.depth.copy()
    side, cells = rgba.shape[0], depth.shape[-1]
    start, end = (int(side * p) for p in (0.38, 0.8))
    cv2.line(rgba, (start, side - start), (end, side - int(end * 0.9)), (200, 200, 200, 255), width)
    across = (np.arange(cells) / cells - 0.38).clip(0)
    depth[:] = np.where(np.arange(cells) > 0.4 * cells, 0.5 * slope * across, depth)
    mesh = surface(replace(whole, depth=depth, view=replace(whole.view, rgba=rgba)), Reconstruct())
    assert _largest(mesh).vertices[:, 0].max() > 0.8 - 0.5 - 3 * VOXEL


def test_a_corner_is_no_thin_part() -> None:
    """Only what is thin is thickened: a mask of corners comes back as it is, and nothing happens far from a bar."""
    mask = np.zeros((768, 768), np.uint8)
    cv2.fillConvexPoly(mask, np.array([[100, 100], [600, 200], [500, 600], [150, 500]]), 1)
    assert np.array_equal(_thickened(mask), mask)
    cv2.line(mask, (600, 200), (700, 50), 1, 2)
    added = np.argwhere(_thickened(mask) > mask)
    assert len(added) and added[:, 0].max() < 210 and added[:, 1].min() > 590


def test_bars_of_a_voxel_survive_where_the_volume_has_them() -> None:
    seat = analytic.box((0.25, 0.03, 0.25), (0, 0.1, 0))
    legs = [analytic.box((0.009, 0.2, 0.009), (x, -0.1, z)) for x in (-0.2, 0.2) for z in (-0.2, 0.2)]
    mesh = surface(analytic.prediction(analytic.union(seat, *legs)), Reconstruct())
    feet = mesh.vertices[mesh.vertices[:, 1] < -0.27]
    corners = {(bool(x > 0), bool(z > 0)) for x, _, z in feet}
    assert len(corners) == 4


def test_an_object_that_touches_the_box_is_closed_there(ball: Prediction) -> None:
    full = replace(ball, logits=np.full_like(ball.logits, 8))
    mesh = surface(full, Reconstruct())
    assert is_closed(mesh.faces) and volume(mesh) > 0


def test_an_empty_volume_under_an_empty_mask_is_an_error(ball: Prediction) -> None:
    empty = replace(ball, logits=np.full_like(ball.logits, -9))
    with pytest.raises(StageError, match="no solid object"):
        surface(empty, Reconstruct(carve=False))


def _largest(mesh: Mesh) -> Mesh:
    labels = components(mesh)
    faces = mesh.faces[labels == np.bincount(labels).argmax()]
    used, index = np.unique(faces, return_inverse=True)
    return Mesh(mesh.vertices[used], index.reshape(-1, 3).astype(np.int32))


def _outside_mask(mesh: Mesh, prediction: Prediction) -> float:
    """Share of the vertices more than a pixel off the mask."""
    alpha = prediction.view.rgba[..., 3]
    near = np.max([np.roll(alpha, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1)], axis=0)
    uv, _ = prediction.view.camera.project(mesh.vertices)
    u, v = np.clip((uv * len(alpha)).astype(int), 0, len(alpha) - 1).T
    return float((near[v, u] < 64).mean())
