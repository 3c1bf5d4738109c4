"""The distance between two surfaces, measured."""

from __future__ import annotations

import igl
import numpy as np

from importer.records import F32, F64, I32

_STEPS = 4  # samples along a triangle's edge


def deviation(vertices: F32, faces: I32, reference: I32) -> float:
    """Return the largest distance between two surfaces on the same vertices, from samples of both (Hausdorff distance).

    Parameters
    ----------
    vertices : (n, 3) float32
    faces, reference : (m, 3) int32
    """
    points = vertices.astype(np.float64)
    return max(_one_way(points, faces, reference), _one_way(points, reference, faces))


def _one_way(points: F64, faces: I32, onto: I32) -> float:
    squared, _, _ = igl.point_mesh_squared_distance(_samples(points, faces), points, onto.astype(np.int64))
    return float(np.sqrt(max(float(np.max(squared)), 0.0)))


def _samples(points: F64, faces: I32) -> F64:
    """Corners, and a regular grid of inner points, of each face."""
    grid = [(i, j, _STEPS - i - j) for i in range(_STEPS + 1) for j in range(_STEPS + 1 - i)]
    inner = np.array([g for g in grid if max(g) < _STEPS], np.float64) / _STEPS
    return np.concatenate([points[np.unique(faces)], (inner @ points[faces]).reshape(-1, 3)])
