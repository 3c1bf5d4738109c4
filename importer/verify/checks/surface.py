"""The surface of one shape: normals, degenerate triangles, edges."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from importer.records import F64, Finding
from importer.verify.drawn import Shape
from importer.verify.subject import Subject, fault


def normals(subject: Subject) -> Iterator[Finding]:
    """Normals must have length 1 and lie on their faces' front."""
    for shape in _shapes(subject):
        if shape.normals is None:
            if subject.ours:
                yield fault(True, "NORMALS_MISSING", shape.where, "there are no normals", "Export normals.")
            continue
        used = shape.used
        off = np.abs(np.linalg.norm(shape.normals[used], axis=1) - 1)
        tolerance = 0.03 if shape.coarse else 0.01
        if (off > tolerance).any():
            what = f"{int((off > tolerance).sum())} of {len(used)} normals do not have length 1"
            yield fault(subject.ours, "NORMALS_NOT_UNIT", shape.where, what, "Normalise the normals.")
        cross, area = _cross(shape)
        against = np.einsum("ij,ikj->ik", cross, shape.normals[shape.faces]).mean(1) < 0
        part = float(area[against].sum() / max(area.sum(), 1e-30))
        if part > 0.05:
            what = f"the normals point to the back of {part:.0%} of the surface"
            fix = "Recompute the normals, or reverse the triangles."
            yield fault(part > 0.5, "NORMALS_FLIPPED", shape.where, what, fix)


def degenerate(subject: Subject) -> Iterator[Finding]:
    """Triangles without area cost time and break tangents and physics."""
    for shape in _shapes(subject):
        _, area = _cross(shape)
        extent = float(np.ptp(shape.positions, axis=0).max())
        count = int((area <= 1e-12 * extent * extent).sum())
        if count:
            what = f"{count} of {len(area)} triangles have no area"
            fix = "Remove them before the export."
            yield fault(subject.ours and count > 0.01 * len(area), "DEGENERATE_TRIANGLES", shape.where, what, fix)


def edges(subject: Subject) -> Iterator[Finding]:
    """LOD0's edges must be manifold."""
    level = subject.levels[0]
    net = level.net
    if net.crowded_edges or net.turned_edges:
        what = f"{net.crowded_edges} edges have more than two faces, {net.turned_edges} have faces of opposite winding"
        yield fault(False, "NON_MANIFOLD", level.where, what, "Repair the mesh.")
    if net.open_edges and subject.ours:
        yield fault(False, "OPEN_EDGES", level.where, f"{net.open_edges} edges have one face only", "Close the holes.")


def _shapes(subject: Subject) -> list[Shape]:
    return [shape for level in subject.levels for shape in level.shapes]


def _cross(shape: Shape) -> tuple[F64, F64]:
    """Return the triangles' cross products (m, 3) and areas (m,)."""
    a, b, c = (shape.positions[shape.faces[:, i]] for i in range(3))
    cross = np.cross(b - a, c - a)
    return cross, np.linalg.norm(cross, axis=1) / 2
