"""The LOD chain: fewer triangles on the same vertices and UVs, so that all levels share one set of maps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from importer.mesh.collapse import collapse
from importer.mesh.deviation import deviation
from importer.mesh.measure import triangle_areas
from importer.mesh.simplify import backend, optimize_order, simplify_with_attributes
from importer.profile.schema import LodLevels
from importer.records import F32, I32, Lods, Mesh, TexturedMesh, Unwrapped

_NORMAL_WEIGHT, _UV_WEIGHT = 0.1, 1.0
_MOST_ERROR = 0.025  # of the diameter; a level worse than this shows even at a distance
_SCREEN_LINES = 1080  # a level may be used once its error is below one of these
_NO_AREA = 1e-11  # of the diameter squared: three points on a line, which collapses leave behind
_LEAST_STEP = 0.9  # of the screen size before: two levels in use at nearly the same distance are one too many


def lods(unwrapped: Unwrapped, settings: LodLevels) -> Lods:
    """Return the chain, LOD0 first, each level simplified from the one before and measured against LOD0.

    Vertices never move, so places, UVs, normals and tangents of a level are those of LOD0. The chain is shorter than
    asked when a level cannot get below nine tenths of the one before: seams and thin parts stay.
    """
    base = unwrapped.mesh
    levels, errors, warnings = [optimize_order(base.faces, len(base.vertices))], [0.0], []
    for level in range(1, settings.count):
        before = levels[-1]
        faces = _reduced(base, before, round(len(base.faces) * settings.ratio**level))
        if len(faces) > 0.9 * len(before) or len(faces) < 4:
            warnings.append(f"The chain ends after {level} levels: fewer triangles would tear seams or parts.")
            break
        levels.append(optimize_order(faces, len(base.vertices)))
        errors.append(max(deviation(base.vertices, faces, base.faces), errors[-1]))
    meshes = tuple(_level(base, faces) for faces in levels)
    sizes = _screen_sizes(errors, _diameter(base.vertices), settings)
    return Lods(meshes, tuple(errors), sizes, tuple(warnings))


def _reduced(base: TexturedMesh, faces: I32, target: int) -> I32:
    attributes = np.concatenate([base.normals, base.uv], axis=1)
    weights = np.array([_NORMAL_WEIGHT] * 3 + [_UV_WEIGHT] * 2)
    most = _MOST_ERROR * _diameter(base.vertices)
    if backend() != "meshoptimizer":
        return collapse(base.vertices, faces, target, most)
    coarse = simplify_with_attributes(
        base.vertices, attributes, weights, faces, target, _outermost(base.vertices), most
    )[0]
    return coarse[triangle_areas(Mesh(base.vertices, coarse)) > _NO_AREA * _diameter(base.vertices) ** 2]


def _outermost(vertices: F32) -> NDArray[np.bool_]:
    """Return the vertices (n,) at the places that make the bounding box: each level keeps LOD0's size."""
    ends = vertices[np.concatenate([vertices.argmin(0), vertices.argmax(0)])]
    return (vertices[:, None] == ends).all(2).any(1)


def _level(base: TexturedMesh, faces: I32) -> TexturedMesh:
    used, index = np.unique(faces, return_inverse=True)
    return TexturedMesh(
        base.vertices[used],
        base.normals[used],
        base.tangents[used],
        base.uv[used],
        index.reshape(-1, 3).astype(np.int32),
    )


def _diameter(vertices: F32) -> float:
    """Diameter of the sphere around the bounding box, which engines project for a screen size."""
    return float(np.linalg.norm(np.ptp(vertices, axis=0)))


def _screen_sizes(errors: list[float], diameter: float, settings: LodLevels) -> tuple[float, ...]:
    """Part of the screen's height from which each level is used: where its error is one line, and falling."""
    if settings.screen_sizes is not None:
        return settings.screen_sizes[: len(errors)]
    sizes = [1.0]
    for error in errors[1:]:
        sizes.append(min(diameter / max(error * _SCREEN_LINES, 1e-9), sizes[-1] * _LEAST_STEP))
    return tuple(round(s, 4) for s in sizes)
