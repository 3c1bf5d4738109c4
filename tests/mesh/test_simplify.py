"""Guards against the traps of the library's own wrapper: short reads, short buffers, bad indices."""

import numpy as np
import pytest

from importer.mesh.simplify import backend, optimize_order, simplify, simplify_with_attributes
from tests.support import shapes

pytestmark = pytest.mark.skipif(backend() != "meshoptimizer", reason="meshoptimizer is not installed here")


def test_the_whole_mesh_is_read() -> None:
    ball = shapes.sphere()
    vertices, faces = simplify(ball.vertices, ball.faces, 1_000)
    assert len(faces) == pytest.approx(1_000, abs=2)
    np.testing.assert_allclose(vertices.min(0), -0.5, atol=0.02)
    np.testing.assert_allclose(vertices.max(0), 0.5, atol=0.02)


def test_strided_and_wide_arrays_are_copied_right() -> None:
    ball = shapes.sphere()
    wide = np.zeros((len(ball.vertices), 6), np.float64)
    wide[:, ::2] = ball.vertices
    same = simplify(wide[:, ::2], ball.faces.astype(np.int64)[:, :], 1_000)
    assert (same[1] == simplify(ball.vertices, ball.faces, 1_000)[1]).all()


def test_locked_vertices_stay() -> None:
    ball = shapes.sphere()
    locked = ball.vertices[:, 1] > 0.3
    vertices, _ = simplify(ball.vertices, ball.faces, 500, locked)
    kept = {tuple(v) for v in vertices}
    assert all(tuple(v) in kept for v in ball.vertices[locked])


def test_bad_input_raises_and_does_not_crash() -> None:
    ball = shapes.sphere(detail=1)
    with pytest.raises(ValueError, match="do not exist"):
        simplify(ball.vertices[:-1], ball.faces, 10)
    with pytest.raises(ValueError, match="expected"):
        simplify(ball.vertices, ball.faces.reshape(-1), 10)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not finite"):
        simplify(np.where(ball.vertices > 0.4, np.nan, ball.vertices), ball.faces, 10)
    nothing = np.zeros(len(ball.vertices), bool)
    with pytest.raises(ValueError, match="do not fit"):
        simplify_with_attributes(ball.vertices, ball.vertices[:-1], np.ones(3), ball.faces, 10, nothing)


def test_ordering_keeps_the_triangles() -> None:
    ball = shapes.sphere()
    ordered = optimize_order(ball.faces, len(ball.vertices))
    rolled = [tuple(np.roll(f, -int(f.argmin()))) for f in ordered]
    assert sorted(rolled) == sorted(tuple(np.roll(f, -int(f.argmin()))) for f in ball.faces)
