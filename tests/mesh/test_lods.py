import itertools

import numpy as np
import pytest
from scipy.spatial import KDTree

from importer.mesh import simplify
from importer.mesh.lods import lods
from importer.mesh.topology import is_closed, weld
from importer.mesh.unwrap import unwrap
from importer.profile.schema import LodLevels, Textures
from importer.records import Lods, Mesh, Unwrapped
from tests.support import shapes


@pytest.fixture(scope="module")
def unwrapped() -> Unwrapped:
    ball = shapes.sphere(detail=4)
    bumpy = ball.vertices * (1 + 0.05 * np.sin(9 * ball.vertices).prod(1, keepdims=True))
    return unwrap(Mesh(bumpy.astype(np.float32), ball.faces), Textures())


def rows(mesh: object) -> set[bytes]:
    names = ("vertices", "normals", "tangents", "uv")
    return {r.tobytes() for r in np.concatenate([getattr(mesh, n) for n in names], axis=1)}


def check(chain: Lods, unwrapped: Unwrapped) -> None:
    base = rows(unwrapped.mesh)
    counts = [len(m.faces) for m in chain.meshes]
    assert counts[0] == len(unwrapped.mesh.faces)
    assert all(b < a for a, b in itertools.pairwise(counts))
    for mesh in chain.meshes:
        assert rows(mesh) <= base  # nothing moved: places, UVs, normals and tangents are LOD0's
        assert is_closed(weld(Mesh(mesh.vertices, mesh.faces)).faces)  # so no seam is torn
        assert mesh.faces.max() == len(mesh.vertices) - 1
    assert chain.errors[0] == 0 and list(chain.errors) == sorted(chain.errors)
    sizes = chain.screen_sizes
    assert sizes[0] == 1 and all(b < a for a, b in itertools.pairwise(sizes))


def test_the_chain_shares_lod0s_vertices_and_halves_its_triangles(unwrapped: Unwrapped) -> None:
    chain = lods(unwrapped, LodLevels())
    check(chain, unwrapped)
    assert len(chain.meshes) == 4
    for level, mesh in enumerate(chain.meshes):
        assert len(mesh.faces) == pytest.approx(len(unwrapped.mesh.faces) * 0.5**level, rel=0.05)


def test_every_level_keeps_the_size_of_lod0() -> None:
    """A ball with six thorns, each a single vertex: what simplification takes first."""
    ball = shapes.sphere(detail=4)
    thorns = np.concatenate([ball.vertices.argmin(0), ball.vertices.argmax(0)])
    vertices = ball.vertices.copy()
    vertices[thorns] *= 1.05
    chain = lods(unwrap(Mesh(vertices, ball.faces), Textures()), LodLevels())
    for mesh in chain.meshes:
        np.testing.assert_array_equal([mesh.vertices.min(0), mesh.vertices.max(0)], [vertices.min(0), vertices.max(0)])


def test_the_error_is_the_distance_that_an_outside_reader_measures(unwrapped: Unwrapped) -> None:
    """trimesh samples the level; no sample may be further from LOD0 than the error says."""
    chain = lods(unwrapped, LodLevels())
    fine = shapes.to_trimesh(Mesh(chain.meshes[0].vertices, chain.meshes[0].faces))
    tree = KDTree(np.asarray(fine.sample(40_000, seed=0)))
    for mesh, error in zip(chain.meshes[1:], chain.errors[1:], strict=True):
        samples = np.asarray(shapes.to_trimesh(Mesh(mesh.vertices, mesh.faces)).sample(1_000, seed=0))
        off = tree.query(samples)[0].max()
        assert 0.3 * error < off < error + 0.02


def test_screen_sizes_keep_the_error_at_a_line_of_1080() -> None:
    chain = lods(unwrap(shapes.sphere(detail=4), Textures()), LodLevels())
    diameter = np.sqrt(3)  # of the sphere around the bounding box
    for size, error in zip(chain.screen_sizes[1:], chain.errors[1:], strict=True):
        assert error / diameter * size * 1080 <= 1.01


def test_the_profiles_screen_sizes_win(unwrapped: Unwrapped) -> None:
    chain = lods(unwrapped, LodLevels(count=2, screen_sizes=(1.0, 0.3)))
    assert chain.screen_sizes == (1.0, 0.3)


def test_a_chain_that_cannot_go_on_ends_with_a_warning() -> None:
    chain = lods(unwrap(shapes.box(cuts=0), Textures()), LodLevels(count=4))
    assert len(chain.meshes) == 1 and "ends after 1 level" in chain.warnings[0]


def test_without_meshoptimizer_the_chain_keeps_the_same_promises(
    unwrapped: Unwrapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simplify, "_library", lambda: None)
    chain = lods(unwrapped, LodLevels(count=3))
    check(chain, unwrapped)
    assert len(chain.meshes) >= 2 and len(chain.meshes[1].faces) < 0.6 * len(chain.meshes[0].faces)
