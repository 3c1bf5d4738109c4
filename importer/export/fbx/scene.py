"""What an FBX file can hold, as plain records in the program's own frame: metres, Y up, front +Z, right-handed.

Rotations are unit quaternions (x, y, z, w), the UV origin is at the top left, polygons are counter-clockwise seen from
outside. The writer converts to the file's units and axes (`FileFrame`), and flips V.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from importer.export.rig import Clip, Quaternion, Skin, Vector
from importer.records import F32, I32


@dataclass(frozen=True)
class UvSet:
    """Texture coordinates: ``uv`` (k, 2) and, for each corner of the mesh, a row of it: ``corners`` (c,)."""

    name: str
    uv: F32
    corners: I32


@dataclass(frozen=True)
class Mesh:
    """Polygons of three or more corners.

    ``positions`` (n, 3); ``corners`` (c,) rows of positions, polygon after polygon; ``sizes`` (p,) corners of each
    polygon; ``normals`` (c, 3); ``tangents`` (c, 4) along +U of the first UV set, w is glTF's handedness; ``slots``
    (p,) index into the node's materials, None where all are 0.
    """

    positions: F32
    corners: I32
    sizes: I32
    normals: F32
    tangents: F32 | None = None
    uv_sets: tuple[UvSet, ...] = ()
    slots: I32 | None = None
    skin: Skin | None = None


@dataclass(frozen=True)
class Texture:
    """An image file.

    ``file`` is its path from the FBX file's folder, '/' between parts; ``content`` is the whole file to embed, or None
    where it lies at that path. ``repeat`` False clamps to the edge.
    """

    name: str
    file: str
    content: bytes | None = None
    repeat: bool = True


@dataclass(frozen=True)
class Material:
    """Metallic and roughness. The normal map is OpenGL (+Y); metallic, roughness and occlusion are grey images."""

    name: str
    base_color: Vector = (1.0, 1.0, 1.0)  # linear
    metallic: float = 0.0
    roughness: float = 1.0
    emissive: Vector = (0.0, 0.0, 0.0)
    base_color_map: Texture | None = None
    normal_map: Texture | None = None
    metallic_map: Texture | None = None
    roughness_map: Texture | None = None
    occlusion_map: Texture | None = None
    emissive_map: Texture | None = None


@dataclass(frozen=True)
class LodGroup:
    """The node's children are levels of detail, finest first.

    ``screen_sizes`` falls: for each level but the first, the part of the screen's height from which down it is used.
    """

    screen_sizes: tuple[float, ...]


@dataclass(frozen=True)
class Bone:
    """A joint of a skeleton; ``length`` in metres is how long tools draw it."""

    length: float = 0.1


@dataclass(frozen=True)
class Node:
    """One node; ``parent`` is the index of an earlier node. Without content it is a group.

    The transform is local; a parent's scale applies to its children as matrices do.
    """

    name: str
    content: Mesh | LodGroup | Bone | None = None
    parent: int | None = None
    materials: tuple[int, ...] = ()
    translation: Vector = (0.0, 0.0, 0.0)
    rotation: Quaternion = (0.0, 0.0, 0.0, 1.0)
    scale: Vector = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class FileFrame:
    """Units and axes of the file: ``up`` "y" has front +Z, "z" has front -Y; +X is the left of what faces the front."""

    up: Literal["y", "z"] = "y"
    centimeters_per_unit: float = 1.0


@dataclass(frozen=True)
class Scene:
    """A whole file."""

    nodes: tuple[Node, ...]
    materials: tuple[Material, ...] = ()
    clips: tuple[Clip, ...] = ()
    frame: FileFrame = FileFrame()
    frames_per_second: float = 30.0
