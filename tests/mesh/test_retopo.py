import manifold3d
import numpy as np
import pytest
import trimesh

from importer.errors import StageError
from importer.mesh import simplify
from importer.mesh.measure import face_vectors, smallest_angles
from importer.mesh.repair import repair
from importer.mesh.retopo import retopo
from importer.profile.schema import Reconstruct, Retopo
from importer.reconstruct.surface import surface
from importer.records import Mesh
from tests.support import analytic, shapes


def check(mesh: Mesh) -> manifold3d.Manifold:
    solid = manifold3d.Manifold(manifold3d.Mesh(mesh.vertices, mesh.faces.astype(np.uint32)))
    assert solid.status() == manifold3d.Error.NoError
    return solid


@pytest.fixture(scope="module")
def chair() -> Mesh:
    seat, back = analytic.box((0.22, 0.03, 0.22)), analytic.box((0.22, 0.2, 0.03), (0, 0.2, -0.2))
    legs = [analytic.box((0.015, 0.2, 0.015), (x, -0.2, z)) for x in (-0.2, 0.2) for z in (-0.2, 0.2)]
    return repair(surface(analytic.prediction(analytic.union(seat, back, *legs)), Reconstruct()))


@pytest.mark.parametrize("faces", [300, 2_000, 8_000])
def test_lod0_is_closed_within_budget_and_keeps_its_shape(chair: Mesh, faces: int) -> None:
    mesh = retopo(shapes.solid(chair), Retopo(faces=faces))
    assert 0.9 * faces <= len(mesh.faces) <= faces
    check(mesh)
    dense, coarse = shapes.to_trimesh(chair), shapes.to_trimesh(mesh)
    assert coarse.euler_number == dense.euler_number
    assert coarse.volume == pytest.approx(dense.volume, rel=0.15 if faces == 300 else 0.02)
    np.testing.assert_allclose(coarse.bounds, dense.bounds, atol=0.02)


def test_no_face_is_flipped_and_few_are_slivers() -> None:
    ball = shapes.sphere(0.5, detail=5)
    mesh = retopo(shapes.solid(ball), Retopo(faces=1_500))
    outward = np.einsum("ij,ij->i", face_vectors(mesh), mesh.vertices[mesh.faces].mean(1))
    assert (outward > 0).all()
    assert np.degrees(np.quantile(smallest_angles(mesh), 0.01)) > 10


def test_a_mesh_below_the_budget_stays() -> None:
    box = shapes.box(cuts=2)
    assert len(retopo(shapes.solid(box), Retopo(faces=8_000)).faces) == len(box.faces)


def test_what_cannot_be_reduced_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importer.mesh.retopo.simplify", lambda vertices, faces, target: (vertices, faces[:-1]))
    with pytest.raises(StageError, match=r"retopo\.faces.*500 triangles"):
        retopo(shapes.solid(shapes.sphere(detail=2)), Retopo(faces=500))


def test_without_meshoptimizer_the_other_library_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simplify, "_library", lambda: None)
    assert simplify.backend() == "fast-simplification"
    mesh = retopo(shapes.solid(shapes.sphere(0.5, detail=5)), Retopo(faces=1_500))
    assert 1_300 <= len(mesh.faces) <= 1_500
    check(mesh)


def hairy_ball() -> Mesh:
    """A ball with three bars too thin for a small budget."""
    rng, solids = np.random.default_rng(0), [trimesh.creation.icosphere(5)]
    for _ in range(3):
        bar = trimesh.creation.cylinder(0.002, 2.4, 8)
        for _ in range(4):
            bar = bar.subdivide()
        direction, offset = rng.normal(size=3), 0.3 * rng.normal(size=3)
        bar.apply_transform(trimesh.geometry.align_vectors([0, 0, 1], direction))
        solids.append(bar.apply_translation(offset))
    mesh = trimesh.boolean.union(solids, engine="manifold")
    return Mesh(mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32))


def test_no_crumbs_are_left_of_bars_too_thin_to_keep() -> None:
    """Simplifying tears a hair-thin bar into slivers apart from the body; they must not be shipped as debris."""
    coarse = retopo(shapes.solid(hairy_ball()), Retopo(faces=300))
    pieces = trimesh.Trimesh(coarse.vertices, coarse.faces).split(only_watertight=False)
    assert all(piece.area >= 0.001 * sum(p.area for p in pieces) for piece in pieces)
