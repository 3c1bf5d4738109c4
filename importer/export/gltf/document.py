"""A scene as a GLB file: glTF 2.0 objects from pygltflib, buffers and container by our own code.

pygltflib's own writers replace ``asset`` and rebuild buffers.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pygltflib as gltf

from importer.export.gltf import meshopt
from importer.export.gltf.check import check
from importer.export.gltf.container import pack_glb
from importer.export.gltf.geometry import Vertices, vertices
from importer.export.gltf.material import add_material
from importer.export.gltf.motion import add_clip, add_skin
from importer.export.gltf.scene import Geometry, Node, Scene
from importer.export.gltf.storage import Storage
from importer.export.matrices import rotation_matrices, world_matrices
from importer.records import F64, Mesh, TexturedMesh

_OPTIONAL = {"MSFT_lod"}  # a reader that knows no levels shows the finest


def write_gltf(scene: Scene, geometry: Geometry = "plain") -> bytes:
    """Return a GLB file. The same scene gives the same bytes.

    Raises
    ------
    StageError
        The scene is empty, its parts do not fit each other (see `importer.export.gltf.check`), or meshoptimizer is not
        installed and `geometry` needs it.
    """
    check(scene)
    model = gltf.GLTF2(asset=gltf.Asset(version="2.0", generator=f"asset-drop {version('asset-drop')}"), scene=0)
    storage = Storage(model, compressed=geometry == "meshopt")
    worlds = world_matrices(scene.nodes)
    drawn = sorted({node.material for node in scene.nodes if isinstance(node.mesh, TexturedMesh)})
    for index in range(len(scene.nodes)):
        _add_node(model, storage, scene, index, worlds, geometry, drawn)
    model.scenes.append(gltf.Scene(name=scene.name, nodes=_roots(scene)))
    for index in drawn:
        add_material(model, storage, scene.materials[index])
    for clip in scene.clips:
        add_clip(model, storage, clip)
    pieces = storage.finish()
    _declare(model, quantized=geometry != "plain", compressed=bool(len(model.buffers) > 1))
    return pack_glb(model.to_json(separators=(",", ":"), ensure_ascii=False), *pieces)


def _roots(scene: Scene) -> list[int]:
    stand_ins = {level for node in scene.nodes for level in node.levels}
    return [
        index
        for index, node in enumerate(scene.nodes)
        if index not in stand_ins and (node.parent is None or node.skin is not None)
    ]


def _add_node(
    model: gltf.GLTF2,
    storage: Storage,
    scene: Scene,
    index: int,
    worlds: list[F64],
    geometry: Geometry,
    drawn: list[int],
) -> None:
    node = scene.nodes[index]
    children = [child for child, other in enumerate(scene.nodes) if other.parent == index and other.skin is None]
    extras = dict(node.extras)
    if node.levels:
        extras["MSFT_screencoverage"] = [*node.screen_sizes, 0.0]
    made = gltf.Node(name=node.name, children=children, extras=extras)
    if node.mesh is not None:
        moved = {track.node for clip in scene.clips for track in clip.tracks}
        movable = node.skin is None and not children and index not in moved
        mesh, skin = node.mesh, node.skin
        if skin is not None:
            # A skinned node's own transform counts for nothing (glTF 2.0, 3.7.3.3): the vertices take it.
            mesh = _placed(mesh, worlds[index])
            made.skin = add_skin(model, storage, node.name, skin, worlds)
        stored = vertices(mesh, skin, geometry, movable=movable)
        made.mesh = _add_mesh(model, storage, node, stored, drawn)
        node = _with(node, stored)
    if node.skin is None:
        _transform(made, node)
    if node.levels:
        made.extensions = {"MSFT_lod": {"ids": list(node.levels)}}
    model.nodes.append(made)


def _add_mesh(model: gltf.GLTF2, storage: Storage, node: Node, stored: Vertices, drawn: list[int]) -> int:
    attributes = gltf.Attributes()
    count = 0
    for name, column in stored.columns.items():
        setattr(attributes, name, storage.vertices(column))
        count = len(column.rows)
    primitive = gltf.Primitive(attributes=attributes, indices=storage.indices(stored.faces, count))
    if isinstance(node.mesh, TexturedMesh):
        primitive.material = drawn.index(node.material)
    model.meshes.append(gltf.Mesh(name=node.name, primitives=[primitive]))
    return len(model.meshes) - 1


def _with(node: Node, stored: Vertices) -> Node:
    """Return the node with the transform that its stored positions need before its own."""
    turn = rotation_matrices(np.array([node.rotation], np.float64))[0]
    x, y, z = turn @ (np.array(node.scale) * stored.offset) + node.translation
    a, b, c = (value * stored.scale for value in node.scale)
    return replace(node, translation=(float(x), float(y), float(z)), scale=(a, b, c))


def _transform(made: gltf.Node, node: Node) -> None:
    if node.translation != (0.0, 0.0, 0.0):
        made.translation = list(node.translation)
    if node.rotation != (0.0, 0.0, 0.0, 1.0):
        rotation = np.array(node.rotation) / np.linalg.norm(node.rotation)
        made.rotation = rotation.tolist()
    if node.scale != (1.0, 1.0, 1.0):
        made.scale = list(node.scale)


def _placed(mesh: TexturedMesh | Mesh, world: F64) -> TexturedMesh | Mesh:
    """Return the mesh in the scene's own frame."""
    if np.array_equal(world, np.eye(4)):
        return mesh
    linear = world[:3, :3]
    mirrored = np.linalg.det(linear) < 0
    faces = mesh.faces[:, ::-1] if mirrored else mesh.faces
    points = (mesh.vertices @ linear.T + world[:3, 3]).astype(np.float32)
    if isinstance(mesh, Mesh):
        return Mesh(points, faces)
    tangents = np.column_stack([_unit(mesh.tangents[:, :3] @ linear.T), mesh.tangents[:, 3] * (-1 if mirrored else 1)])
    normals = _unit(mesh.normals @ np.linalg.inv(linear))
    return TexturedMesh(points, normals.astype(np.float32), tangents.astype(np.float32), mesh.uv, faces)


def _unit(rows: F64) -> F64:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1)


def _declare(model: gltf.GLTF2, *, quantized: bool, compressed: bool) -> None:
    used = {name for thing in (*model.nodes, *model.textures) for name in thing.extensions or {}}
    if quantized:
        used.add("KHR_mesh_quantization")
    if compressed:
        used.add(meshopt.EXTENSION)
    model.extensionsUsed = sorted(used)
    model.extensionsRequired = sorted(used - _OPTIONAL)
