"""Texture coordinates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from importer.raster import rasterize
from importer.records import F64, Finding
from importer.verify.drawn import Shape
from importer.verify.subject import Subject, fault

_GRID = 256
_DENSITY = 5.0  # between the densest and the sparsest twentieth of the surface


def present(subject: Subject) -> Iterator[Finding]:
    """A textured shape needs texture coordinates."""
    for shape in (shape for level in subject.levels for shape in level.shapes):
        if shape.uv is None and shape.surface is not None and shape.surface.images:
            yield fault(True, "UV_MISSING", shape.where, "it is textured but has no TEXCOORD_0", "Unwrap the mesh.")


def inside(subject: Subject) -> Iterator[Finding]:
    """An atlas lies in 0..1; outside, a clamped texture smears."""
    for shape, uv in _mapped(subject):
        used = uv[shape.used]
        out = ((used < -1e-4) | (used > 1 + 1e-4)).any(1)
        repeats = shape.surface is not None and shape.surface.repeats
        if out.any() and (subject.ours or not repeats):
            what = f"{int(out.sum())} of {len(used)} texture coordinates lie outside 0..1"
            yield fault(subject.ours, "UV_OUT_OF_RANGE", shape.where, what, "Pack the charts into 0..1.")


def collapsed(subject: Subject) -> Iterator[Finding]:
    """Triangles need area in the atlas; palette textures do without, normal maps cannot."""
    for shape, uv in _mapped(subject):
        flat = np.abs(uv_area(uv, shape)) < 1e-12
        corners = shape.positions[shape.faces]
        area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        part = float(area[flat].sum() / max(area.sum(), 1e-30))
        bumpy = shape.surface is not None and "normal" in shape.surface.images
        # A palette needs no area, but more than one point.
        one_point = part > 0.99 and bool((np.ptp(uv[shape.used], axis=0) < 1e-6).all())
        if part > 0.02 and (bumpy or subject.ours or one_point):
            what = f"{part:.0%} of the surface has no area in the texture"
            yield fault(bumpy or subject.ours, "UV_COLLAPSED", shape.where, what, "Unwrap the mesh again.")


def overlaps(subject: Subject) -> Iterator[Finding]:
    """No texel may belong to two places, or baked maps contradict themselves."""
    if not subject.ours:
        return  # sharing texels is common practice elsewhere
    for shape, uv in _mapped(subject):
        part = overlap(uv, shape)
        # Maps are baked on LOD0; simplifying folds a few triangles of the levels after it, which costs no texel.
        if part > (0.005 if shape in subject.levels[0].shapes else 0.02):
            what = f"{part:.1%} of the atlas is used by more than one triangle"
            yield fault(part > 0.05, "UV_OVERLAP", shape.where, what, "Unwrap again without overlaps.")


def density(subject: Subject) -> Iterator[Finding]:
    """Texels must be spread evenly over LOD0, or parts of it look blurred beside others."""
    for shape, uv in _mapped(subject):
        bumpy = shape.surface is not None and "normal" in shape.surface.images
        if shape not in subject.levels[0].shapes or not (subject.ours or bumpy):
            continue  # palette textures need no density
        corners = shape.positions[shape.faces]
        area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        texels = np.abs(uv_area(uv, shape))
        real = (area > 0) & (texels > 1e-12)
        if not real.any():
            continue
        ratio = np.sqrt(texels[real] / area[real])
        order = np.argsort(ratio)
        share = np.cumsum(area[real][order]) / area[real].sum()
        low, high = ratio[order][np.searchsorted(share, (0.05, 0.95))]
        if high > _DENSITY * low:
            what = (
                f"the densest twentieth of the surface has {high / low:.1f} times the texels per metre of the sparsest"
            )
            yield fault(False, "TEXEL_DENSITY", shape.where, what, "Scale the charts to one density.")


def overlap(uv: F64, shape: Shape) -> float:
    """Return the part of the covered texels of a 256 x 256 grid that more than one triangle covers."""
    corners = uv[shape.faces] * _GRID
    # The first triangle wins a pixel: where the order of triangles changes the winner, there are two.
    first = rasterize(corners, (_GRID, _GRID)).face
    last = rasterize(corners[::-1], (_GRID, _GRID)).face
    covered = first >= 0
    twice = first[covered] != len(corners) - 1 - last[covered]
    return float(twice.mean()) if covered.any() else 0.0


def uv_area(uv: F64, shape: Shape) -> F64:
    """Return the area of each triangle (m,) in the texture, negative on mirrored charts."""
    a, b, c = (uv[shape.faces[:, i]] for i in range(3))
    return ((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])) / -2


def _mapped(subject: Subject) -> Iterator[tuple[Shape, F64]]:
    for shape in (shape for level in subject.levels for shape in level.shapes):
        if shape.uv is not None and (subject.ours or (shape.surface is not None and shape.surface.images)):
            yield shape, shape.uv
