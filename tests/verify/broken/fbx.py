"""Writes a model as FBX with the exporter's own checks switched off."""

from __future__ import annotations

from unittest import mock

import numpy as np

from importer.export.fbx import document
from importer.export.fbx.scene import Bone, Material, Mesh, Node, Scene, Texture, UvSet
from importer.export.rig import Skin
from tests.verify.broken.model import Model, Part


def write(model: Model) -> bytes:
    """Return an FBX file; its images are embedded, or called ``<slot>.png`` beside it."""
    nodes = [_bone(model, index) for index in range(len(model.bones))]
    nodes += [_part(model, part) for part in model.parts]
    maps = {
        slot: Texture(slot, f"{slot}.png", None if model.external else model.images[slot], repeat=False)
        for slot in ("base_color", "normal")
        if slot in model.images
    }
    material = Material("paint", base_color_map=maps.get("base_color"), normal_map=maps.get("normal"))
    add_skin = document.add_skin

    def scaled(graph, name, geometry, mesh_world, *more):  # the mesh as the bone sees it, bound in other units
        matrix = mesh_world.copy()
        matrix[:3, :3] *= model.bind_scale
        add_skin(graph, name, geometry, matrix, *more)

    with mock.patch.object(document, "check", lambda scene: None), mock.patch.object(document, "add_skin", scaled):
        return document.write_fbx(Scene(tuple(nodes), (material,)))


def _bone(model: Model, index: int) -> Node:
    name, parent, head = model.bones[index]
    at = head - (model.bones[parent][2] if parent >= 0 else 0)
    return Node(name, Bone(), parent if parent >= 0 else None, translation=tuple(float(x) for x in at))


def _part(model: Model, part: Part) -> Node:
    corners = np.ascontiguousarray(part.faces, np.int32).reshape(-1)
    normals = part.normals
    if normals is None:
        normals = np.zeros_like(part.vertices)
        triangles = part.vertices[part.faces].astype(float)
        cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        for corner in range(3):
            np.add.at(normals, part.faces[:, corner], cross)
        normals = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    skin = None
    if part.joints is not None and part.weights is not None:
        joints = tuple(range(len(model.bones)))
        skin = Skin(joints, part.joints.astype(np.int32), part.weights.astype(np.float32))
    mesh = Mesh(
        positions=part.vertices.astype(np.float32),
        corners=corners,
        sizes=np.full(len(part.faces), 3, np.int32),
        normals=normals[corners].astype(np.float32),
        tangents=None if part.tangents is None else part.tangents[corners].astype(np.float32),
        uv_sets=() if part.uv is None else (UvSet("UVMap", part.uv.astype(np.float32), corners),),
        skin=skin,
    )
    scale = (float(part.scale),) * 3
    materials = () if part.bare else (0,)
    return Node(part.name, mesh, materials=materials, rotation=part.rotation, scale=scale)
