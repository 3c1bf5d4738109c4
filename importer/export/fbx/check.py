"""What no FBX file should be made of: each fault is refused with the node it lies in."""

from __future__ import annotations

import numpy as np

from importer.errors import StageError
from importer.export import check as common
from importer.export.fbx.scene import Bone, LodGroup, Material, Mesh, Node, Scene, Texture


def check(scene: Scene) -> None:
    """Raise StageError for the first fault of a scene."""
    if not any(isinstance(node.content, Mesh | Bone) for node in scene.nodes):
        raise StageError("the scene is empty: it has no mesh and no bone", where="FBX")
    if not (np.isfinite(scene.frames_per_second) and scene.frames_per_second > 0):
        raise StageError(f"the frame rate {scene.frames_per_second} is not above 0", where="FBX")
    unit = scene.frame.centimeters_per_unit
    if not (np.isfinite(unit) and unit > 0):
        raise StageError(f"the unit of {unit} cm is not above 0", where="FBX")
    names = [node.name for node in scene.nodes]
    common.names("node", names, "FBX")
    common.names("material", [material.name for material in scene.materials], "FBX")
    common.names("animation", [clip.name for clip in scene.clips], "FBX")
    for material in scene.materials:
        _material(material)
    for index, node in enumerate(scene.nodes):
        _node(scene, index, node)
    for clip in scene.clips:
        common.clip(clip, names)


def _material(material: Material) -> None:
    where = f"material {material.name!r}"
    amounts = [*material.base_color, *material.emissive, material.metallic, material.roughness]
    if not np.isfinite(amounts).all():
        raise StageError("a colour or factor is not a finite number", where=where)
    for value in vars(material).values():
        if isinstance(value, Texture):
            if not value.name or not value.file or value.file.startswith("/") or ":" in value.file:
                raise StageError(
                    f"{value.file!r} is no path from the FBX file's folder",
                    where=f"{where}, texture {value.name!r}",
                    fix="Give a relative path: an absolute one works on one machine only.",
                )
            if value.content == b"":
                raise StageError("the embedded image has no bytes", where=f"{where}, texture {value.name!r}")


def _node(scene: Scene, index: int, node: Node) -> None:
    where = f"node {node.name!r}"
    if node.parent is not None and not 0 <= node.parent < index:
        raise StageError(f"its parent {node.parent} is not an earlier node", where=where)
    common.transform(node.translation, node.rotation, node.scale, where)
    for slot in node.materials:
        if not 0 <= slot < len(scene.materials):
            raise StageError(f"material {slot} does not exist: there are {len(scene.materials)}", where=where)
    if isinstance(node.content, LodGroup):
        _levels(scene, index, node.content, where)
    if isinstance(node.content, Mesh):
        _mesh(node.content, len(node.materials), where)
        if node.content.skin is not None:
            bones = {i for i, other in enumerate(scene.nodes) if isinstance(other.content, Bone)}
            common.skin(node.content.skin, len(node.content.positions), bones, where)


def _levels(scene: Scene, index: int, group: LodGroup, where: str) -> None:
    children = sum(node.parent == index for node in scene.nodes)
    if not children:
        raise StageError("the LOD group has no levels below it", where=where, fix="Leave the node out.")
    if children != len(group.screen_sizes) + 1:
        raise StageError(
            f"{children} levels need {children - 1} screen sizes, not {len(group.screen_sizes)}", where=where
        )
    sizes = np.array(group.screen_sizes)
    if not np.isfinite(sizes).all() or (sizes <= 0).any() or (np.diff(sizes) >= 0).any():
        raise StageError("screen sizes must be above 0 and fall from level to level", where=where)


def _mesh(mesh: Mesh, materials: int, where: str) -> None:
    corners = len(mesh.corners)
    if not len(mesh.positions) or not corners:
        raise StageError("the mesh is empty", where=where, fix="Leave the node out.")
    if (np.asarray(mesh.sizes) < 3).any() or int(np.sum(mesh.sizes)) != corners:
        raise StageError("polygon sizes must be 3 or more and add up to the corners", where=where)
    common.rows("position", mesh.positions, (len(mesh.positions), 3), where)
    common.indices("corner", mesh.corners, len(mesh.positions), where)
    common.rows("normal", mesh.normals, (corners, 3), where)
    if mesh.tangents is not None:
        common.rows("tangent", mesh.tangents, (corners, 4), where)
    names = [uv_set.name for uv_set in mesh.uv_sets]
    if len(set(names)) < len(names):
        raise StageError(f"UV sets must have different names, not {', '.join(names)}", where=where)
    for uv_set in mesh.uv_sets:
        common.rows("texture coordinate", uv_set.uv, (len(uv_set.uv), 2), f"{where}, UV set {uv_set.name!r}")
        if len(uv_set.corners) != corners:
            raise StageError(f"{len(uv_set.corners)} UV corners for {corners} corners", where=where)
        common.indices("UV corner", uv_set.corners, len(uv_set.uv), where)
    if mesh.slots is None:
        return
    if len(mesh.slots) != len(mesh.sizes):
        raise StageError(f"{len(mesh.slots)} material slots for {len(mesh.sizes)} polygons", where=where)
    common.indices("material slot", mesh.slots, materials, where)
