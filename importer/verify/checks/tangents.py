"""Tangents against normals and texture coordinates.

glTF 2.0, 3.7.2.1: bitangent = cross(normal, tangent.xyz) * tangent.w. A normal map's green points up in the picture,
that is to smaller v, because v runs down.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from importer.records import F64, Finding
from importer.verify.drawn import Shape
from importer.verify.subject import Subject, fault


def tangents(subject: Subject) -> Iterator[Finding]:
    """Tangents must be unit vectors at right angles to the normals and run along u; w must make bitangents run up."""
    for shape in (shape for level in subject.levels for shape in level.shapes):
        if shape.tangents is None:
            if subject.ours:
                yield fault(True, "TANGENTS_MISSING", shape.where, "there are no tangents", "Export tangents.")
            continue
        used = shape.used
        rows = shape.tangents[used]
        tolerance = 0.03 if shape.coarse else 0.01
        bad = (np.abs(np.linalg.norm(rows[:, :3], axis=1) - 1) > tolerance) | (np.abs(np.abs(rows[:, 3]) - 1) > 1e-3)
        if bad.any():
            what = f"{int(bad.sum())} of {len(used)} tangents are no unit vector with w = 1 or -1"
            yield fault(subject.ours, "TANGENTS_NOT_UNIT", shape.where, what, "Compute the tangents again.")
        if shape.normals is None or shape.uv is None:
            continue
        slope = np.abs(np.einsum("ij,ij->i", rows[:, :3], shape.normals[used]))
        if (slope > 0.1).mean() > 0.01:
            what = f"{(slope > 0.1).mean():.0%} of the tangents are not at right angles to their normals"
            yield fault(subject.ours, "TANGENTS_NOT_ORTHOGONAL", shape.where, what, "Compute the tangents again.")
        yield from _directions(shape, subject.ours)


def _directions(shape: Shape, ours: bool) -> Iterator[Finding]:
    assert shape.tangents is not None and shape.normals is not None and shape.uv is not None
    along_u, up, area = _texture_axes(shape)
    tangent = shape.tangents[shape.faces]
    bitangent = np.cross(shape.normals[shape.faces], tangent[..., :3]) * tangent[..., 3:]
    for code, vectors, axis, name in (
        ("TANGENT_DIRECTION", tangent[..., :3], along_u, "tangents run against u"),
        ("TANGENT_HANDEDNESS", bitangent, up, "bitangents run down the texture"),
    ):
        against = np.einsum("ikj,ij->ik", vectors, axis).mean(1) < 0
        part = float(area[against].sum() / max(area.sum(), 1e-30))
        if part > 0.05:
            what = f"on {part:.0%} of the surface the {name}: bumps are lit as dents"
            fix = "Compute the tangents for glTF's v, which runs down, and w = -1 on mirrored charts."
            yield fault(ours or part > 0.5, code, shape.where, what, fix)


def _texture_axes(shape: Shape) -> tuple[F64, F64, F64]:
    """Return the directions (m, 3) of +u and of -v on each face, and the area (m,) of faces that have both."""
    assert shape.uv is not None
    a, b, c = (shape.positions[shape.faces[:, i]] for i in range(3))
    ua, ub, uc = (shape.uv[shape.faces[:, i]] for i in range(3))
    e1, e2, d1, d2 = b - a, c - a, ub - ua, uc - ua
    sign = np.sign(d1[:, 0] * d2[:, 1] - d2[:, 0] * d1[:, 1])[:, None]
    along_u = sign * (e1 * d2[:, 1:] - e2 * d1[:, 1:])
    up = -sign * (e2 * d1[:, :1] - e1 * d2[:, :1])
    area = np.linalg.norm(np.cross(e1, e2), axis=1) * (sign[:, 0] != 0)
    return along_u, up, area
