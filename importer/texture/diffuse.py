"""Spread vertex values over the surface: the screened Poisson equation on the graph of a mesh.

Minimises sum w (x - target)^2 + sum over edges (x_i - x_j)^2 + pull * sum degree * x^2. Without pull this is harmonic
filling (membrane interpolation, as in Perez et al. 2003); with it, x fades to 0 away from its data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from importer.records import F32, F64, I32

_COARSE = 6_000  # cells of the coarse level, at most
_ROUNDS = 25  # leaves an error of 1 in 500 or less


def diffuse(graph: Any, vertices: F32, normals: F32, weight: F32, target: F32, pull: float) -> F32:
    """Solve for the vertex values x (n, c).

    Parameters
    ----------
    graph : sparse (n, n)
        Symmetric adjacency, ones along the edges.
    vertices, normals : (n, 3)
        Positions and unit normals, to group vertices for the first, coarse solution.
    weight : (n,)
        How much each vertex knows, 0 or more, in units of an edge.
    target : (n, c)
        What it knows.
    pull : float
        Strength towards 0; the fade is `1 / (2 sqrt(pull))` edges long.
    """
    degree = np.asarray(graph.sum(axis=1)).ravel()
    # The small constant keeps parts that know nothing (a closed inner shell) solvable.
    system = (sp.diags(weight + (1 + pull + 1e-7) * degree + 1e-9) - graph).tocsr()
    known = weight[:, None].astype(np.float64) * target
    return _solve(system, known, _preconditioner(system, _cells(vertices, normals)))


def _cells(vertices: F32, normals: F32) -> I32:
    """Group vertices (n,) by place in a grid and by the octant of their normal, so that thin walls keep two sides."""
    span = vertices.max(axis=0) - vertices.min(axis=0)
    octant = ((normals > 0) @ np.array([1, 2, 4])).astype(np.int64)
    size = float(span.max()) / 64
    while True:
        place = np.floor((vertices - vertices.min(axis=0)) / max(size, 1e-12)).astype(np.int64)
        key = ((place[:, 0] * 4096 + place[:, 1]) * 4096 + place[:, 2]) * 8 + octant
        cells = np.unique(key, return_inverse=True)[1].ravel()
        if cells.max() < _COARSE:
            return cells.astype(np.int32)
        size *= 1.25


def _preconditioner(system: Any, cells: I32) -> Callable[[F64], F64]:
    """Approximate inverse in two levels: the diagonal for the near, one value a cell (Galerkin) for the far."""
    count = len(cells)
    group = sp.csr_matrix((np.ones(count), (np.arange(count), cells)), shape=(count, int(cells.max()) + 1))
    up = group.T.tocsr()
    options = {"SymmetricMode": True}
    solver = splu((up @ system @ group).tocsc(), permc_spec="MMD_AT_PLUS_A", options=options, diag_pivot_thresh=0.0)
    inverse = 1 / system.diagonal()[:, None]
    return lambda residual: inverse * residual + solver.solve(up @ residual)[cells]


def _solve(system: Any, known: F64, precondition: Callable[[F64], F64]) -> F32:
    """Conjugate gradients, all columns side by side, a fixed number of rounds."""
    x = np.zeros_like(known)
    residual = known.copy()
    step = z = precondition(residual)
    score = np.einsum("ij,ij->j", residual, z)
    for _ in range(_ROUNDS):
        along = system @ step
        pace = score / np.maximum(np.einsum("ij,ij->j", step, along), 1e-300)
        x += pace * step
        residual -= pace * along
        z = precondition(residual)
        previous, score = score, np.einsum("ij,ij->j", residual, z)
        step = z + score / np.maximum(previous, 1e-300) * step
    return x.astype(np.float32)
