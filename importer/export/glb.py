"""GLB files of parts that share one material and have no transform: what an asset without a skeleton needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from importer.export.gltf.container import BINARY_CHUNK, JSON_CHUNK, MAGIC, pack_glb
from importer.export.gltf.document import write_gltf
from importer.export.gltf.scene import Geometry, Material, Node, Scene
from importer.records import Mesh, TexturedMesh

__all__ = ["BINARY_CHUNK", "JSON_CHUNK", "MAGIC", "Material", "Part", "pack_glb", "write_glb"]


@dataclass(frozen=True)
class Part:
    """One node with a mesh of its own, in metres, no transform.

    A `TexturedMesh` is drawn with the material; a plain `Mesh` is a collision hull: positions only and no material.
    """

    name: str
    mesh: TexturedMesh | Mesh
    extras: dict[str, Any] = field(default_factory=dict)


def write_glb(
    scene: str, parts: Sequence[Part], material: Material, root: str | None = None, geometry: Geometry = "plain"
) -> bytes:
    """Return a GLB file.

    Parameters
    ----------
    scene : str
        Name of the scene.
    parts : sequence of Part
        At least one; each becomes a node and a mesh of the same name.
    material : Material
        Left out when no part is textured.
    root : str, optional
        Name of a node that becomes the parent of all parts; without it the parts are the scene's roots.

    Raises
    ------
    StageError
        A vertex is NaN or infinite: JSON has no such numbers, so the bounds could not be written.
    """
    above = [] if root is None else [Node(root)]
    parent = None if root is None else 0
    nodes = [Node(part.name, part.mesh, parent, extras=part.extras) for part in parts]
    return write_gltf(Scene(scene, (*above, *nodes), (material,)), geometry)
