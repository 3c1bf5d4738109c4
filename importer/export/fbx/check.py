"""What no FBX file should be made of: each fault is refused with the node it lies in."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from importer.errors import StageError
from importer.export.fbx.scene import Bone, Clip, LodGroup, Material, Mesh, Node, Scene, Skin, Texture

_WEIGHT_SUM = 1e-3  # half floats and 8-bit weights sum to 1 no closer


def check(scene: Scene) -> None:
    """Raise StageError for the first fault of a scene."""
    if not any(isinstance(node.content, Mesh | Bone) for node in scene.nodes):
        raise StageError("the scene is empty: it has no mesh and no bone", where="FBX")
    if not (np.isfinite(scene.frames_per_second) and scene.frames_per_second > 0):
        raise StageError(f"the frame rate {scene.frames_per_second} is not above 0", where="FBX")
    unit = scene.frame.centimeters_per_unit
    if not (np.isfinite(unit) and unit > 0):
        raise StageError(f"the unit of {unit} cm is not above 0", where="FBX")
    _names("node", [node.name for node in scene.nodes])
    _names("material", [material.name for material in scene.materials])
    _names("animation", [clip.name for clip in scene.clips])
    for material in scene.materials:
        _material(material)
    for index, node in enumerate(scene.nodes):
        _node(scene, index, node)
    for clip in scene.clips:
        _clip(scene, clip)


def _names(what: str, names: list[str]) -> None:
    counts = Counter(names)
    for name, count in counts.items():
        if not name.strip() or "\0" in name:
            raise StageError(
                f"{name!r} cannot be the name of a {what}", where="FBX", fix="Give it a name of characters."
            )
        if count > 1:
            raise StageError(
                f"two {what}s are called {name!r}", where="FBX", fix="Names must differ: engines rename one."
            )


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
    if not np.isfinite([*node.translation, *node.rotation, *node.scale]).all():
        raise StageError("its transform is not finite", where=where)
    if not np.any(node.rotation) or 0.0 in node.scale:
        raise StageError("its transform is singular: a rotation or scale of 0", where=where)
    for slot in node.materials:
        if not 0 <= slot < len(scene.materials):
            raise StageError(f"material {slot} does not exist: there are {len(scene.materials)}", where=where)
    if isinstance(node.content, LodGroup):
        _levels(scene, index, node.content, where)
    if isinstance(node.content, Mesh):
        _mesh(node.content, len(node.materials), where)
        if node.content.skin is not None:
            _skin(scene, node.content.skin, len(node.content.positions), where)


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
    _rows("position", mesh.positions, (len(mesh.positions), 3), where)
    _indices("corner", mesh.corners, len(mesh.positions), where)
    _rows("normal", mesh.normals, (corners, 3), where)
    if mesh.tangents is not None:
        _rows("tangent", mesh.tangents, (corners, 4), where)
    names = [uv_set.name for uv_set in mesh.uv_sets]
    if len(set(names)) < len(names):
        raise StageError(f"UV sets must have different names, not {', '.join(names)}", where=where)
    for uv_set in mesh.uv_sets:
        _rows("texture coordinate", uv_set.uv, (len(uv_set.uv), 2), f"{where}, UV set {uv_set.name!r}")
        if len(uv_set.corners) != corners:
            raise StageError(f"{len(uv_set.corners)} UV corners for {corners} corners", where=where)
        _indices("UV corner", uv_set.corners, len(uv_set.uv), where)
    if mesh.slots is None:
        return
    if len(mesh.slots) != len(mesh.sizes):
        raise StageError(f"{len(mesh.slots)} material slots for {len(mesh.sizes)} polygons", where=where)
    _indices("material slot", mesh.slots, materials, where)


def _skin(scene: Scene, skin: Skin, vertices: int, where: str) -> None:
    for joint in skin.joints:
        if not 0 <= joint < len(scene.nodes) or not isinstance(scene.nodes[joint].content, Bone):
            raise StageError(f"joint {joint} of its skin is no bone", where=where)
    if len(set(skin.joints)) < len(skin.joints) or not skin.joints:
        raise StageError("its skin needs bones, each of them once", where=where)
    _rows("weight", skin.weights, np.asarray(skin.indices).shape, where)
    if skin.weights.ndim != 2 or len(skin.weights) != vertices:
        raise StageError(f"{len(skin.weights)} rows of weights for {vertices} vertices", where=where)
    _indices("joint", skin.indices, len(skin.joints), where)
    totals = np.asarray(skin.weights, np.float64).sum(1)
    if (np.asarray(skin.weights) < 0).any() or (np.abs(totals - 1) > _WEIGHT_SUM).any():
        worst = int(np.argmax(np.abs(totals - 1)))
        raise StageError(
            f"the weights of vertex {worst} sum to {totals[worst]:.4g} or one is negative",
            where=where,
            fix="Normalize the weights: each vertex's sum is 1.",
        )


def _clip(scene: Scene, clip: Clip) -> None:
    where = f"animation {clip.name!r}"
    if not clip.tracks:
        raise StageError("the animation is empty", where=where, fix="Leave it out.")
    targets = [(track.node, track.path) for track in clip.tracks]
    if len(set(targets)) < len(targets):
        raise StageError("two tracks move the same property of a node", where=where)
    for track in clip.tracks:
        if not 0 <= track.node < len(scene.nodes):
            raise StageError(f"node {track.node} does not exist", where=where)
        times = np.asarray(track.times)
        if not len(times) or not np.isfinite(times).all() or times[0] < 0 or (np.diff(times) <= 0).any():
            raise StageError("key times must rise from 0 or later", where=f"{where}, {scene.nodes[track.node].name!r}")
        _rows("key", track.values, (len(times), 4 if track.path == "rotation" else 3), where)
        if track.path == "rotation" and not np.any(track.values, axis=1).all():
            raise StageError("a key's rotation is 0", where=where)


def _rows(what: str, values: NDArray[np.generic], shape: tuple[int, ...], where: str) -> None:
    if np.shape(values) != shape:
        raise StageError(f"{what}s have the shape {np.shape(values)}, not {shape}", where=where)
    good = np.isfinite(np.asarray(values, np.float64)).all(1)
    if not good.all():
        raise StageError(f"{what} {int(np.argmin(good))} is not finite", where=where)


def _indices(what: str, values: NDArray[np.generic], count: int, where: str) -> None:
    values = np.asarray(values)
    if values.size and (int(values.min()) < 0 or int(values.max()) >= count):
        bad = values.min() if values.min() < 0 else values.max()
        raise StageError(f"{what} {int(bad)} does not exist: there are {count}", where=where)
