"""Rays against a mesh through Embree, in single precision near 1 whatever the size of the object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from embreex.mesh_construction import TriangleMesh
from embreex.rtcore_scene import EmbreeScene
from numpy.typing import NDArray

from importer.records import F32, F64, I32, Mesh


@dataclass(frozen=True)
class Scene:
    """A mesh that rays can be shot at; ``scale`` brings its diagonal to 1."""

    embree: Any
    origin: F64
    scale: float


def open_scene(mesh: Mesh) -> Scene:
    """Prepare `mesh` for rays."""
    low, high = mesh.vertices.min(axis=0).astype(np.float64), mesh.vertices.max(axis=0).astype(np.float64)
    scale = 1 / max(float(np.linalg.norm(high - low)), 1e-12)
    embree = EmbreeScene()
    vertices = np.ascontiguousarray((mesh.vertices - low) * scale, np.float32)
    TriangleMesh(embree, vertices, np.ascontiguousarray(mesh.faces, np.int32))
    return Scene(embree, low, scale)


def first_hits(scene: Scene, origins: F32, directions: F32) -> tuple[I32, F32, F32]:
    """Return face (n,) or -1, weights of its corners (n, 3), and distance (n,) in units of the directions' length."""
    hits = scene.embree.run(_local(scene, origins), np.ascontiguousarray(directions, np.float32), output=True)
    weights = np.stack([1 - hits["u"] - hits["v"], hits["u"], hits["v"]], axis=1)
    return hits["primID"], weights, (hits["tfar"] / scene.scale).astype(np.float32)


def blocked(scene: Scene, origins: F32, directions: F32) -> NDArray[np.bool_]:
    """Say for each ray (n,) whether it hits anything at all."""
    hits = scene.embree.run(_local(scene, origins), np.ascontiguousarray(directions, np.float32), query="OCCLUDED")
    return hits >= 0


def _local(scene: Scene, points: F32) -> F32:
    return np.ascontiguousarray((points - scene.origin) * scene.scale, np.float32)
