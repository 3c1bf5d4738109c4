"""Guards of the diffusion, against closed forms on a strip."""

import numpy as np
import pytest

from importer.texture.dense import open_dense, vertex_graph
from importer.texture.diffuse import diffuse
from importer.texture.texels import unit
from tests.texture import shapes


def strip():
    """A long thin box: along it diffusion is one-dimensional."""
    mesh = shapes.box((1.0, 0.05, 0.05), pieces=5)
    x = mesh.vertices[:, 0] + 0.5
    return mesh, x, vertex_graph(open_dense(mesh))


@pytest.mark.parametrize("pull", [0.0, 1e-3])
def test_the_result_solves_the_equation(pull):
    mesh = shapes.sphere(4)
    graph = vertex_graph(open_dense(mesh))
    rng = np.random.default_rng(4)
    weight = 4 * (mesh.vertices[:, 2] > 0.2).astype(np.float32)
    target = (mesh.vertices + 0.05 * rng.normal(size=mesh.vertices.shape)).astype(np.float32)
    found = diffuse(graph, mesh.vertices, unit(mesh.vertices), weight, target, pull)
    degree = np.asarray(graph.sum(axis=1)).ravel()
    system = np.diag(weight + (1 + pull) * degree) - graph.toarray()
    expected = np.linalg.solve(system, weight[:, None] * target)
    np.testing.assert_allclose(found, expected, atol=0.004 * np.ptp(expected))


def test_between_two_rings_the_harmonic_solution_is_the_logarithm_of_the_stereographic_radius():
    mesh = shapes.sphere(5, 1.0)
    z = mesh.vertices[:, 2]
    weight = np.where(np.abs(z) > 0.8, 1e3, 0).astype(np.float32)
    truth = np.arctanh(np.clip(z, -0.8, 0.8))[:, None]
    found = diffuse(vertex_graph(open_dense(mesh)), mesh.vertices, mesh.vertices, weight, truth.astype(np.float32), 0.0)
    np.testing.assert_allclose(found, truth, atol=0.05)


def test_the_pull_makes_values_fade():
    mesh, x, graph = strip()
    weight = np.where(x < 1e-6, 1e3, 0).astype(np.float32)
    found = diffuse(graph, mesh.vertices, unit(mesh.vertices), weight, np.ones((len(x), 2), np.float32), 0.02)
    middle = [found[np.abs(x - at) < 0.02].mean() for at in (0.1, 0.2, 0.3, 0.4)]
    ratio = np.array(middle[1:]) / np.array(middle[:-1])
    assert (ratio < 0.8).all() and np.ptp(ratio) < 0.1  # exponential


def test_a_part_without_data_stays_finite():
    mesh = shapes.joined(shapes.sphere(2), shapes.moved(shapes.sphere(2, 0.1), (1, 0, 0)))
    weight = np.zeros(len(mesh.vertices), np.float32)
    weight[:100] = 1
    dense = open_dense(mesh)
    target = np.ones((len(weight), 3), np.float32)
    found = diffuse(vertex_graph(dense), mesh.vertices, dense.normals, weight, target, 0.0)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found[: len(shapes.sphere(2).vertices)], 1, atol=1e-3)
