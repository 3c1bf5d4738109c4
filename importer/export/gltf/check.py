"""What no glTF file should be made of: each fault is refused with the node it lies in."""

from __future__ import annotations

import numpy as np

from importer.errors import StageError
from importer.export import check as common
from importer.export.gltf.scene import Node, Scene
from importer.records import TexturedMesh


def check(scene: Scene) -> None:
    """Raise StageError for the first fault of a scene."""
    where = "export"
    if not scene.nodes:
        raise StageError("the scene is empty", where=where)
    names = [node.name for node in scene.nodes]
    common.names("node", names, where)
    common.names("animation", [clip.name for clip in scene.clips], where)
    parents = {node.parent for node in scene.nodes}
    for index, node in enumerate(scene.nodes):
        _node(scene, index, node, parents)
    for clip in scene.clips:
        common.clip(clip, names)


def _node(scene: Scene, index: int, node: Node, parents: set[int | None]) -> None:
    where = f"export: {node.name}"
    if node.parent is not None and not 0 <= node.parent < index:
        raise StageError(f"its parent {node.parent} is not an earlier node", where=where)
    common.transform(node.translation, node.rotation, node.scale, where)
    _levels(scene, node, where)
    if node.mesh is None:
        if node.skin is not None:
            raise StageError("it has a skin but no mesh", where=where)
        return
    if not len(node.mesh.faces):
        raise StageError("the mesh is empty", where=where, fix="Leave the node out.")
    if not np.isfinite(node.mesh.vertices).all():
        raise StageError("the mesh has vertices that are NaN or infinite", where=where)
    count = len(node.mesh.vertices)
    common.indices("vertex", node.mesh.faces, count, where)
    if isinstance(node.mesh, TexturedMesh):
        common.rows("normal", node.mesh.normals, (count, 3), where)
        common.rows("tangent", node.mesh.tangents, (count, 4), where)
        common.rows("texture coordinate", node.mesh.uv, (count, 2), where)
        if not 0 <= node.material < len(scene.materials):
            raise StageError(f"material {node.material} does not exist", where=where)
    if node.skin is not None:
        if index in parents:
            raise StageError("a skinned mesh cannot have children", where=where, fix="Hang them on a bone.")
        common.skin(node.skin, count, range(len(scene.nodes)), where)
        _common_root(scene, node.skin.joints, where)


def _levels(scene: Scene, node: Node, where: str) -> None:
    if len(node.levels) != len(node.screen_sizes):
        raise StageError(f"{len(node.levels)} levels need as many screen sizes", where=where)
    for level in node.levels:
        if not 0 <= level < len(scene.nodes) or scene.nodes[level].parent is not None:
            raise StageError(f"level {level} is no node without a parent", where=where)
    sizes = np.array(node.screen_sizes)
    if not np.isfinite(sizes).all() or (sizes < 0).any() or (np.diff(sizes) >= 0).any():
        raise StageError("screen sizes must fall from level to level", where=where)


def _common_root(scene: Scene, joints: tuple[int, ...], where: str) -> None:
    roots = set()
    for joint in joints:
        at: int = joint
        while (parent := scene.nodes[at].parent) is not None:
            at = parent
        roots.add(at)
    if len(roots) > 1:
        listed = ", ".join(repr(scene.nodes[root].name) for root in sorted(roots))
        raise StageError(
            f"its bones stand below {listed}, and glTF wants one node above them all",
            where=where,
            fix="Put the bones below one node.",
        )
