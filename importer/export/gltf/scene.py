"""What a glTF file can hold, as plain records in its own frame: metres, Y up, front +Z, UV origin at the top left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from importer.export.rig import Clip, Quaternion, Skin, Vector
from importer.records import Mesh, TexturedMesh

Geometry = Literal["plain", "quantized", "meshopt"]
"""How vertices and triangles are stored: 32-bit floats; KHR_mesh_quantization; that, and EXT_meshopt_compression."""


@dataclass(frozen=True)
class Material:
    """Metallic and roughness; maps are whole image files (PNG, JPEG, WebP, KTX2), None where it has none.

    ``normal`` is OpenGL (+Y); ``orm``: occlusion, roughness, metallic.
    """

    name: str
    base_color: bytes | None = None
    normal: bytes | None = None
    orm: bytes | None = None


@dataclass(frozen=True)
class Node:
    """One node; ``parent`` is the index of an earlier node. The transform is local.

    A `TexturedMesh` is drawn with ``material``, an index; a plain `Mesh` is a collision hull: positions only and no
    material. A skinned mesh has a row of weights for each vertex, and no children.
    ``levels`` (MSFT_lod) are coarser stand-ins, finest first: nodes without a parent, which stand in no scene;
    ``screen_sizes`` says for each of them from which part of the screen's height down it is used.
    """

    name: str
    mesh: TexturedMesh | Mesh | None = None
    parent: int | None = None
    material: int = 0
    translation: Vector = (0.0, 0.0, 0.0)
    rotation: Quaternion = (0.0, 0.0, 0.0, 1.0)
    scale: Vector = (1.0, 1.0, 1.0)
    skin: Skin | None = None
    levels: tuple[int, ...] = ()
    screen_sizes: tuple[float, ...] = ()
    extras: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """A whole file. Materials that no node uses are left out."""

    name: str
    nodes: tuple[Node, ...]
    materials: tuple[Material, ...] = ()
    clips: tuple[Clip, ...] = ()
