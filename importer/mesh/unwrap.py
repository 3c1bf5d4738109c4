"""A UV atlas for LOD0: charts and packing by xatlas, in a child process."""

from __future__ import annotations

import numpy as np

from importer.errors import StageError
from importer.mesh.atlas import Atlas, pack_charts
from importer.mesh.boxmap import box_charts
from importer.mesh.normals import corner_normals
from importer.mesh.tangents import with_tangents
from importer.profile.schema import Textures
from importer.records import F32, I32, Mesh, TexturedMesh, Unwrapped
from importer.system.child import run_in_child

_TIMEOUT_S, _MEMORY_MB = 120.0, 2048


def unwrap(mesh: Mesh, textures: Textures) -> Unwrapped:
    """Return the mesh with UVs, normals and tangents; charts never overlap and never are mirrored.

    When xatlas fails, the mesh is projected onto the sides of a box instead, and a warning says so.

    Parameters
    ----------
    mesh : Mesh
        Closed, one vertex a place.
    textures : Textures
        `size` sets the gap between charts: a texel's filter, and that of its first mip levels, stays in its chart.
    """
    gap = padding(textures.size)
    args = (mesh.vertices, mesh.faces, textures.size, gap)
    warnings: tuple[str, ...] = ()
    try:
        atlas = run_in_child(pack_charts, *args, timeout_s=_TIMEOUT_S, memory_mb=_MEMORY_MB, what="the UV unwrap")
    except StageError as error:
        atlas = box_charts(*args)
        warnings = (f"UVs are box projections with many seams, because xatlas failed: {error.what}.",)
    return Unwrapped(_textured(mesh, atlas), int(atlas.charts.max()) + 1, _coverage(atlas), warnings)


def padding(size: int) -> int:
    """Return the texels that must lie between two charts: 5 at 1k, which keeps the first two mip levels clean."""
    return max(2, size // 200)


def _textured(mesh: Mesh, atlas: Atlas) -> TexturedMesh:
    """Join places, UVs and normals into one index, and add tangents."""
    normals, normal_index = corner_normals(mesh, atlas.charts)
    keys = np.stack([mesh.faces.reshape(-1), atlas.faces.reshape(-1), normal_index.reshape(-1)], axis=1)
    rows, index = np.unique(keys, axis=0, return_inverse=True)
    place, uv, normal = rows.T
    faces: I32 = index.reshape(-1, 3).astype(np.int32)
    flipped: F32 = np.stack([atlas.uv[:, 0], 1 - atlas.uv[:, 1]], axis=1)  # xatlas counts v from the bottom
    return with_tangents(mesh.vertices[place], normals[normal], flipped[uv], faces)


def _coverage(atlas: Atlas) -> float:
    a, b, c = (atlas.uv[atlas.faces[:, k]].astype(np.float64) for k in range(3))
    (x1, y1), (x2, y2) = (b - a).T, (c - a).T
    return float(np.abs(x1 * y2 - x2 * y1).sum() / 2)
