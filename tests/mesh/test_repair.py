"""Every repair is judged by outside readers: Manifold accepts it, trimesh measures it."""

import manifold3d
import numpy as np
import pytest

from importer.errors import StageError
from importer.mesh.repair import repair, smooth
from importer.records import Mesh
from tests.support import shapes

BALL = 4 / 3 * np.pi * 0.5**3


def check(mesh: Mesh) -> float:
    """Return the volume of what must be one manifold, closed, outward solid."""
    solid = manifold3d.Manifold(manifold3d.Mesh(mesh.vertices, mesh.faces.astype(np.uint32)))
    assert solid.status() == manifold3d.Error.NoError
    outside = shapes.to_trimesh(mesh)
    assert outside.is_watertight and outside.is_winding_consistent and outside.volume > 0
    assert outside.area_faces.min() > 0
    return float(outside.volume)


def parts(mesh: Mesh) -> int:
    return len(shapes.to_trimesh(mesh).split())


def test_a_clean_sphere_keeps_its_volume_and_place() -> None:
    ball = shapes.sphere()
    fixed = repair(ball)
    assert check(fixed) == pytest.approx(shapes.to_trimesh(ball).volume, rel=1e-4)
    assert np.abs(np.linalg.norm(fixed.vertices, axis=1) - 0.5).max() < 0.003


def test_an_inside_out_mesh_is_turned() -> None:
    assert check(repair(shapes.inverted(shapes.sphere()))) == pytest.approx(BALL, rel=0.01)


def test_a_cavity_is_filled_and_an_island_in_it_goes() -> None:
    shells = shapes.joined(shapes.sphere(0.5), shapes.inverted(shapes.sphere(0.4)), shapes.sphere(0.2))
    fixed = repair(shells)
    assert check(fixed) == pytest.approx(BALL, rel=0.01) and parts(fixed) == 1


def test_debris_goes_and_a_substantial_part_stays() -> None:
    debris = [shapes.sphere(0.02, (0.9, 0.9, z), 1) for z in (-0.5, 0.0, 0.5)]
    second = shapes.sphere(0.25, (1.2, 0, 0))
    fixed = repair(shapes.joined(shapes.sphere(), second, *debris))
    assert parts(fixed) == 2
    assert check(fixed) == pytest.approx(BALL * (1 + 1 / 8), rel=0.01)


def test_overlapping_boxes_become_one_solid() -> None:
    crossed = shapes.joined(shapes.box((1, 0.2, 0.2)), shapes.box((0.2, 1, 0.2)))
    fixed = repair(crossed)
    assert parts(fixed) == 1
    assert check(fixed) == pytest.approx(2 * 0.04 - 0.008, rel=0.02)


def test_parts_that_nearly_touch_are_joined_also_thin_ones() -> None:
    leg = shapes.box((0.03, 0.4, 0.03), (0.3, -0.32, 0.0))
    fixed = repair(shapes.joined(shapes.box((1, 0.2, 1)), leg))
    assert parts(fixed) == 1
    check(fixed)
    assert fixed.vertices[:, 1].min() == pytest.approx(-0.52, abs=0.01)


def test_an_open_hemisphere_is_closed() -> None:
    ball = shapes.sphere()
    half = Mesh(ball.vertices, ball.faces[ball.vertices[ball.faces][:, :, 1].max(1) <= 0.0])
    volume = check(repair(half))
    assert 0.8 * BALL / 2 < volume < 1.25 * BALL / 2


def test_holes_and_doubled_faces_are_healed() -> None:
    ball = shapes.sphere()
    rng = np.random.default_rng(1)
    kept = np.sort(rng.choice(len(ball.faces), len(ball.faces) - 25, replace=False))
    dirty = Mesh(ball.vertices, np.concatenate([ball.faces[kept], ball.faces[kept[:100]]]))
    assert check(repair(dirty)) == pytest.approx(BALL, rel=0.02)


def test_faces_of_mixed_winding_are_healed() -> None:
    ball = shapes.sphere()
    faces = ball.faces.copy()
    faces[::40] = faces[::40, ::-1]
    assert check(repair(Mesh(ball.vertices, faces))) == pytest.approx(BALL, rel=0.08)


def test_two_boxes_that_share_an_edge_become_manifold() -> None:
    """The edge has four faces: closed for some readers, not a solid for others."""
    touching = shapes.joined(shapes.box((1, 1, 1), (0, 0, 0)), shapes.box((1, 1, 1), (1, 1, 0)))
    assert check(repair(touching)) == pytest.approx(2, rel=0.03)


def test_a_torus_keeps_its_hole() -> None:
    assert shapes.to_trimesh(repair(shapes.torus())).euler_number == 0


def test_smoothing_removes_stairs_and_keeps_a_thin_bar() -> None:
    bar = shapes.box((0.06, 1.0, 0.06), cuts=5)
    stairs = bar.vertices.copy()
    stairs[:, 0] += 0.004 * np.sign(np.sin(stairs[:, 1] * 200))
    result = smooth(Mesh(stairs, bar.faces))
    assert np.ptp(result.vertices[:, 1]) > 0.985
    middle = np.abs(result.vertices[:, 1]) < 0.3
    assert np.ptp(result.vertices[middle, 2]) > 0.85 * 0.06
    assert shapes.to_trimesh(result).volume == pytest.approx(
        shapes.to_trimesh(Mesh(stairs, bar.faces)).volume, rel=0.01
    )


def test_the_same_mesh_gives_the_same_bytes() -> None:
    mesh = shapes.joined(shapes.box((1, 0.2, 0.2)), shapes.box((0.2, 1, 0.2)))
    one, two = repair(mesh), repair(mesh)
    assert one.vertices.tobytes() == two.vertices.tobytes() and one.faces.tobytes() == two.faces.tobytes()


@pytest.mark.parametrize(
    "mesh",
    [
        Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)),
        Mesh(np.array([[0, 0, 0], [1, 0, 0], [0, np.nan, 0]], np.float32), np.array([[0, 1, 2]], np.int32)),
        Mesh(np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32), np.array([[0, 1, 2]], np.int32)),
    ],
    ids=["empty", "not finite", "a single sheet"],
)
def test_what_has_no_inside_is_refused(mesh: Mesh) -> None:
    with pytest.raises(StageError):
        repair(mesh)
