"""A closed surface around whatever encloses space: the level set of the generalised winding number (Jacobson 2013)."""

from __future__ import annotations

import igl
import numpy as np
from skimage.measure import marching_cubes

from importer.errors import StageError
from importer.records import F64, Mesh

_CELLS = 128  # along the longest side


def rebuild(mesh: Mesh) -> Mesh:
    """Return the surface where the winding number is one half, as a closed mesh.

    Holes are closed by the smallest membrane-like surface, overlapping parts become one, and doubled faces do no harm.

    Raises
    ------
    StageError
        Nothing is enclosed, as by a single sheet.
    """
    low, high = mesh.vertices.min(0).astype(np.float64), mesh.vertices.max(0).astype(np.float64)
    step = (high - low).max() / _CELLS
    if step <= 0:
        raise StageError("the mesh has no extent", where="repair")
    counts = np.ceil((high - low) / step).astype(int) + 5
    origin = (low + high) / 2 - (counts - 1) / 2 * step
    axes = [origin[k] + step * np.arange(counts[k]) for k in range(3)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    winding = _winding(mesh, points)
    if winding.min() < -0.5 and winding.sum() < 0:
        winding = -winding  # inside out
    field = (np.clip(winding, 0, 1) - 0.5).reshape(counts)
    field = _limited(field)
    if not (field > 0).any():
        what = "the mesh encloses no volume"
        raise StageError(what, where="repair", fix="Give a mesh that bounds a volume.")
    corners, faces, _, _ = marching_cubes(field.astype(np.float32), 0.0)
    return Mesh((corners * step + origin).astype(np.float32), np.ascontiguousarray(faces[:, ::-1], np.int32))


def _winding(mesh: Mesh, points: F64) -> F64:
    return np.asarray(igl.fast_winding_number(mesh.vertices.astype(np.float64), mesh.faces.astype(np.int64), points))


def _limited(field: F64) -> F64:
    """Keep the field off zero, against slivers, and negative on the border, so that the surface closes."""
    field = np.where(np.abs(field) < 0.02, np.copysign(0.02, field), field)
    for axis in range(3):
        ends = np.moveaxis(field, axis, 0)
        ends[0] = ends[-1] = -0.5
    return field
