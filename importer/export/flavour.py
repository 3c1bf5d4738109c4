"""What each engine wants: names, what goes into which file, texture packing, and the frame it imports into.

docs/manifest.md gives the reasons. Every flavour is data; `importer.export.asset` writes it, the manifest describes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from importer.errors import ImporterError
from importer.export.manifest_schema import CollisionNode, Frame, LodNode, Texture
from importer.profile.schema import Target

FILE_FRAME = Frame(meters_per_unit=1.0, up="+Y", front="+Z", handedness="right")
Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # by Windows, with any extension


@dataclass(frozen=True)
class Flavour:
    """The layout of one target's folder. Paths are relative to the asset's folder."""

    target: Target
    root: str | None  # node above the meshes
    material: str
    lods: tuple[LodNode, ...]
    collision: tuple[CollisionNode, ...]
    textures: tuple[Texture, ...]
    frame: Frame
    from_gltf: Matrix

    @property
    def meshes(self) -> tuple[str, ...]:
        """Paths of all GLB files, in order."""
        return tuple(dict.fromkeys(entry.file for entry in (*self.lods, *self.collision)))

    @property
    def bare(self) -> tuple[str, ...]:
        """Paths of the GLB files that have no textures."""
        return tuple(entry.file for entry in self.lods if not entry.embedded_textures)


def flavour(target: Target, name: str, levels: int, hulls: int) -> Flavour:
    """Return the layout of asset `name` with `levels` LODs and `hulls` collision hulls for `target`."""
    check_name(name)
    return _MAKERS[target](target, name, levels, hulls)


def check_name(name: str) -> None:
    """Refuse a name that is no plain file name on every system.

    Raises
    ------
    ImporterError
        The name is empty or reserved, or has path separators or other characters that no file name may have, or a
        space or full stop at an end.
    """
    if not name or name != name.strip(" .") or _UNSAFE.search(name) or _RESERVED.match(name):
        raise ImporterError(
            f"{name!r} cannot be an asset's name: it must be a plain file name",
            fix='Set asset.name in the profile: no < > : " / \\ | ? * in it, no spaces or dots at its ends.',
        )


def _unity(target: Target, name: str, levels: int, hulls: int) -> Flavour:
    file = f"{target}/{name}.glb"
    lods = tuple(LodNode(level=i, file=file, node=f"{name}_LOD{i}") for i in range(levels))
    collision = _apart(f"{target}/{name}_Collision.glb", f"{name}_Collision", hulls)
    textures = (
        _base_color(f"{target}/{name}_BaseColor.png"),
        _normal(f"{target}/{name}_Normal.png", "opengl"),
        Texture(
            file=f"{target}/{name}_MaskMap.png",
            slot="mask",
            color_space="linear",
            channels={"r": "metallic", "g": "occlusion", "b": "detail mask", "a": "smoothness"},
        ),
    )
    frame = Frame(meters_per_unit=1.0, up="+Y", front="+Z", handedness="left")
    mirrored = ((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    return Flavour(target, name, name, lods, collision, textures, frame, mirrored)


def _unreal(target: Target, name: str, levels: int, hulls: int) -> Flavour:
    plain = re.sub(r"\W", "_", name)
    mesh = f"SM_{plain}"
    files = [f"{target}/{mesh}.glb", *(f"{target}/{mesh}_LOD{i}.glb" for i in range(1, levels))]
    nodes = [mesh, *(f"{mesh}_LOD{i}" for i in range(1, levels))]
    # Importing a further level must not import its textures a second time.
    lods = tuple(LodNode(level=i, file=file, node=nodes[i], embedded_textures=i == 0) for i, file in enumerate(files))
    collision = _apart(files[0], f"UCX_{mesh}", hulls)
    textures = (
        _base_color(f"{target}/T_{plain}_BC.png"),
        _normal(f"{target}/T_{plain}_N.png", "directx"),
        Texture(
            file=f"{target}/T_{plain}_ORM.png",
            slot="orm",
            color_space="linear",
            channels={"r": "occlusion", "g": "roughness", "b": "metallic"},
        ),
    )
    frame = Frame(meters_per_unit=0.01, up="+Z", front="+Y", handedness="left")
    swapped = ((100.0, 0.0, 0.0), (0.0, 0.0, 100.0), (0.0, 100.0, 0.0))
    return Flavour(target, None, f"M_{plain}", lods, collision, textures, frame, swapped)


def _godot(target: Target, name: str, levels: int, hulls: int) -> Flavour:
    node = re.sub(r"[.:@/\"%$]", "_", name)  # not allowed in node names; $ begins an import hint, as - does at the end
    file = f"{target}/{name}.glb"
    # The scene's root is called like the file, and a mesh of the same name would become "name2". The ends also keep
    # an asset called "steel-col" from acting as an import hint.
    lods = (LodNode(level=0, file=file, node=f"{node}_mesh"),)  # Godot 4 makes the further levels itself
    collision = tuple(CollisionNode(file=file, node=f"{node}_collision_{i:02d}-convcolonly") for i in range(hulls))
    return Flavour(target, None, node, lods, collision, (), FILE_FRAME, _identity())


def _gltf(target: Target, name: str, levels: int, hulls: int) -> Flavour:
    nodes = [name, *(f"{name}_LOD{i}" for i in range(1, levels))]
    lods = tuple(LodNode(level=i, file=f"{target}/{node}.glb", node=node) for i, node in enumerate(nodes))
    collision = _apart(f"{target}/{name}_collision.glb", f"{name}_collision", hulls)
    return Flavour(target, None, name, lods, collision, (), FILE_FRAME, _identity())


def _web(target: Target, name: str, levels: int, hulls: int) -> Flavour:
    file = f"{target}/{name}.glb"
    nodes = [name, *(f"{name}_LOD{i}" for i in range(1, levels))]
    lods = tuple(LodNode(level=i, file=file, node=node) for i, node in enumerate(nodes))  # MSFT_lod: one download
    collision = _apart(f"{target}/{name}_collision.glb", f"{name}_collision", hulls)
    return Flavour(target, None, name, lods, collision, (), FILE_FRAME, _identity())


_MAKERS: dict[Target, Callable[[Target, str, int, int], Flavour]] = {
    "unity-urp": _unity,
    "unity-hdrp": _unity,
    "unreal": _unreal,
    "godot": _godot,
    "gltf": _gltf,
    "web": _web,
}


def _apart(file: str, node: str, hulls: int) -> tuple[CollisionNode, ...]:
    return tuple(CollisionNode(file=file, node=f"{node}_{i:02d}") for i in range(hulls))


def _base_color(file: str) -> Texture:
    return Texture(file=file, slot="base_color", color_space="srgb", channels={"r": "red", "g": "green", "b": "blue"})


def _normal(file: str, convention: str) -> Texture:
    up = {"opengl": "normal y, up", "directx": "normal y, down"}[convention]
    return Texture.model_validate(
        {
            "file": file,
            "slot": "normal",
            "color_space": "linear",
            "channels": {"r": "normal x", "g": up, "b": "normal z"},
            "normal_convention": convention,
        }
    )


def _identity() -> Matrix:
    return ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
