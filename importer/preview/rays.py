"""Rays against a triangle mesh, through Embree: the nearest hits, and whether something is in the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from numpy.typing import NDArray

from importer.records import I32

Floats = NDArray[np.floating]  # float32 wherever there are many


@dataclass(frozen=True)
class Hits:
    """The rays that met the mesh.

    ``ray`` (k,) indexes the cast rays; ``face`` (k,) the triangles; ``bary`` (k, 3) the corners' weights;
    ``point`` (k, 3) lies on the surface; ``toward`` (k, 3) is the unit direction back along the ray.
    """

    ray: I32
    face: I32
    bary: Floats
    point: Floats
    toward: Floats


class Scene:
    """A mesh that rays can be cast against."""

    def __init__(self, vertices: Floats, faces: I32) -> None:
        self.vertices = np.ascontiguousarray(vertices, np.float32)
        self.faces = np.ascontiguousarray(faces, np.int32)
        low, high = self.vertices.min(0), self.vertices.max(0)
        self.bounds = np.stack([low, high])
        self.diagonal = float(np.linalg.norm(high - low))
        self._embree = EmbreeScene()
        self._mesh = TriangleMesh(self._embree, self.vertices, self.faces)  # keep: Embree points into its buffers

    def cast(self, origins: Floats, directions: Floats) -> Hits:
        """Return the nearest hit of each ray; `origins` and unit `directions` are (n, 3)."""
        origins, directions = _rays(origins, directions)
        found = self._embree.run(origins, directions, query="INTERSECT", output=1)
        ray = np.flatnonzero(found["primID"] >= 0).astype(np.int32)
        u, v = found["u"][ray], found["v"][ray]
        point = origins[ray] + found["tfar"][ray, None] * directions[ray]
        return Hits(ray, found["primID"][ray], np.stack([1 - u - v, u, v], axis=1), point, -directions[ray])

    def blocked(self, origins: Floats, directions: Floats) -> np.ndarray:
        """Return (n,) bool: True where the ray meets anything."""
        origins, directions = _rays(origins, directions)
        return np.asarray(self._embree.run(origins, directions, query="OCCLUDED") >= 0)


def _rays(origins: Floats, directions: Floats) -> tuple[Floats, Floats]:
    """Return both as contiguous float32 of one shape."""
    shape = np.broadcast_shapes(origins.shape, directions.shape)
    first, second = (np.ascontiguousarray(np.broadcast_to(x, shape), np.float32) for x in (origins, directions))
    return first, second
