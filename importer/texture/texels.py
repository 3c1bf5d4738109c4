"""The texel map: which point of LOD0 each covered texel shows, and its tangent frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from importer.raster import rasterize
from importer.records import F32, TexturedMesh


@dataclass(frozen=True)
class Texels:
    """One row per covered texel, in row order.

    ``pixel`` (k,) index into the flattened (size, size) map; ``position`` (k, 3) in metres; ``normal`` and ``tangent``
    (k, 3) as the rasteriser of an engine interpolates them, **not** normalised; ``sign`` (k,) handedness.
    """

    size: int
    pixel: NDArray[np.int64]
    position: F32
    normal: F32
    tangent: F32
    sign: F32

    def unit_normal(self) -> F32:
        """Interpolated normals of length 1 (k, 3)."""
        return unit(self.normal)


def map_texels(mesh: TexturedMesh, size: int) -> Texels:
    """Rasterise the UV atlas of `mesh` into a square of `size` texels; a texel belongs to the chart at its centre."""
    raster = rasterize(mesh.uv[mesh.faces].astype(np.float64) * size, (size, size))
    values = np.concatenate([mesh.vertices, mesh.normals, mesh.tangents], axis=1)
    found = raster.interpolate(mesh.faces, values)
    return Texels(
        size=size,
        pixel=np.flatnonzero(raster.covered),
        position=np.ascontiguousarray(found[:, :3]),
        normal=np.ascontiguousarray(found[:, 3:6]),
        tangent=np.ascontiguousarray(found[:, 6:9]),
        sign=np.where(found[:, 9] < 0, -1, 1).astype(np.float32),
    )


def unit(vectors: NDArray[np.floating]) -> F32:
    """Scale vectors (n, 3) to length 1; zero stays zero."""
    length = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return np.asarray(vectors / np.maximum(length, 1e-20)[:, None], np.float32)
