"""Scenes for the glTF writer's tests; the rig is the FBX tests' own, whose truth is computed by plain matrices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from importer.export.fbx.scene import Mesh as Polygons
from importer.export.gltf.scene import Material, Node, Scene
from importer.records import TexturedMesh
from importer.texture.packing import encode_png
from tests.export.fbx import scenes as fbx
from tests.support.models import box_hull, cart, maps

PNG = encode_png(maps().base_color)


def material(name: str = "paint") -> Material:
    return Material(name, PNG, encode_png(maps().normal), encode_png(maps().orm))


def coarse(mesh: TexturedMesh) -> TexturedMesh:
    """The cart without its lamp, whose 12 triangles stand before the flag's 12."""
    return replace(mesh, faces=np.concatenate([mesh.faces[:-24], mesh.faces[-12:]]))


def cart_scene() -> Scene:
    """The cart with a coarser stand-in, and its hull below a group."""
    full = cart()
    nodes = (
        Node("cart", full, levels=(1,), screen_sizes=(0.4,)),
        Node("cart_LOD1", coarse(full)),
        Node("physics"),
        Node("cart_collision_00", box_hull(full), 2),
    )
    return Scene("cart", nodes, (material(),))


def tube(polygons: Polygons) -> TexturedMesh:
    """The rig's quads as triangles, with its vertices in their order."""
    quads = polygons.corners.reshape(-1, 4)
    normals = np.zeros_like(polygons.positions)
    normals[polygons.corners] = polygons.normals  # the same at all corners of a vertex
    around = np.stack([normals[:, 2], np.zeros(len(normals)), -normals[:, 0], np.ones(len(normals))], axis=1)
    uv = np.stack([np.arctan2(normals[:, 2], normals[:, 0]) / 7 + 0.5, 1 - polygons.positions[:, 1] / 2], axis=1)
    faces = quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
    return TexturedMesh(polygons.positions, normals, around.astype(np.float32), uv.astype(np.float32), faces)


def rig_scene(*, stretched: bool = True) -> Scene:
    """A tube on three turned bones, by default below an unevenly scaled group, and a clip."""
    source = fbx.rig_scene()
    nodes = []
    for node in source.nodes:
        mesh = tube(node.content) if isinstance(node.content, Polygons) else None
        skin = node.content.skin if isinstance(node.content, Polygons) else None
        scale = node.scale if stretched else (1.0, 1.0, 1.0)
        nodes.append(Node(node.name, mesh, node.parent, 0, node.translation, node.rotation, scale, skin))
    return Scene("rig", tuple(nodes), (material(),), source.clips)
