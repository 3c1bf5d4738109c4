"""The FBX file of each engine that takes its meshes from FBX too: Unity and Unreal.

Godot reads GLB better, and viewers of glTF read nothing else. The file holds all levels under a LOD group, for Unreal
with the hulls that it knows by name; Unity knows none and would draw them. Names are those of the GLB files.
"""

from __future__ import annotations

from importer.export.fbx.asset import asset_scene
from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import Material, Texture
from importer.export.flavour import Flavour
from importer.records import Collision, Lods


def fbx_files(layout: Flavour, lods: Lods, collision: Collision) -> dict[str, bytes]:
    """Return the target's FBX file by its path, or nothing. Its textures are the files beside it."""
    if layout.target not in ("unity-urp", "unity-hdrp", "unreal"):
        return {}
    path = layout.lods[0].file.removesuffix(".glb") + ".fbx"
    name = path.rsplit("/", 1)[1].removesuffix(".fbx")
    group = layout.root or f"{name}_LODs"  # the first level has the file's name in Unreal
    levels = [
        (entry.node, mesh, size) for entry, mesh, size in zip(layout.lods, lods.meshes, lods.screen_sizes, strict=True)
    ]
    hulls = list(zip((entry.node for entry in layout.collision), collision.hulls, strict=True))
    scene = asset_scene(group, levels, hulls if layout.target == "unreal" else [], _material(layout))
    return {path: write_fbx(scene)}


def _material(layout: Flavour) -> Material:
    """Return base colour and normal; an FBX material has no slot for packed maps."""
    images = {}
    for texture in layout.textures:
        file = texture.file.rsplit("/", 1)[1]
        images[texture.slot] = Texture(file.removesuffix(".png"), file, repeat=False)
    return Material(layout.material, base_color_map=images["base_color"], normal_map=images["normal"])
