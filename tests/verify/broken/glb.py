"""Writes a model as GLB without looking at it: the exporter proper refuses what is faulty."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from importer.export.glb import pack_glb
from tests.verify.broken.model import Model, Part

_KINDS = {"f": (5126, "<f4"), "i": (5125, "<u4"), "u": (5121, "u1")}
_TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


def write(model: Model) -> bytes:
    """Return a GLB file."""
    file = _File()
    bones = len(model.bones)
    nodes = [_bone(model, index) for index in range(bones)]
    for index, (_, parent, _) in enumerate(model.bones):
        if parent >= 0:
            nodes[parent].setdefault("children", []).append(index)
    for part in model.parts:
        file.meshes.append({"name": part.name, "primitives": [_primitive(file, part, model)]})
        node: dict[str, Any] = {"name": part.name, "mesh": len(file.meshes) - 1}
        if part.scale != 1:
            node["scale"] = [part.scale] * 3
        if part.rotation != (0, 0, 0, 1):
            node["rotation"] = list(part.rotation)
        if bones:
            node["skin"] = 0
        nodes.append(node)
    roots = [i for i in range(bones) if model.bones[i][1] < 0] + list(range(bones, len(nodes)))
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": roots}],
        "nodes": nodes,
        "meshes": file.meshes,
        **_materials(file, model),
    }
    if bones:
        inverse = np.tile(np.eye(4), (bones, 1, 1))
        inverse[:, 3, :3] = [-head for _, _, head in model.bones]
        inverse[:, :, :3] *= model.bind_scale
        document["skins"] = [{"joints": list(range(bones)), "inverseBindMatrices": file.add(inverse.reshape(-1, 16))}]
    document |= {"accessors": file.accessors, "bufferViews": file.views, "buffers": [{"byteLength": len(file.data)}]}
    return pack_glb(json.dumps(document), bytes(file.data))


class _File:
    def __init__(self) -> None:
        self.data = bytearray()
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []
        self.meshes: list[dict[str, Any]] = []

    def view(self, data: bytes) -> int:
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data)})
        self.data += data + b"\0" * (-len(data) % 4)
        return len(self.views) - 1

    def add(self, rows: np.ndarray, *, bounds: bool = False) -> int:
        code, kind = _KINDS[rows.dtype.kind]
        rows = np.ascontiguousarray(rows, kind)
        entry: dict[str, Any] = {"bufferView": self.view(rows.tobytes()), "componentType": code, "count": len(rows)}
        entry["type"] = _TYPES[rows.shape[1] if rows.ndim > 1 else 1]
        if bounds:
            entry |= {"min": np.nan_to_num(rows.min(0)).tolist(), "max": np.nan_to_num(rows.max(0)).tolist()}
        self.accessors.append(entry)
        return len(self.accessors) - 1


def _bone(model: Model, index: int) -> dict[str, Any]:
    name, parent, head = model.bones[index]
    return {"name": name, "translation": (head - (model.bones[parent][2] if parent >= 0 else 0)).tolist()}


def _primitive(file: _File, part: Part, model: Model) -> dict[str, Any]:
    attributes = {"POSITION": file.add(part.vertices.astype(float), bounds=True)}
    for name, rows in (("NORMAL", part.normals), ("TANGENT", part.tangents), ("TEXCOORD_0", part.uv)):
        if rows is not None:
            attributes[name] = file.add(rows.astype(float))
    if part.joints is not None and part.weights is not None:
        attributes["JOINTS_0"] = file.add(part.joints.astype(np.uint8))
        attributes["WEIGHTS_0"] = file.add(part.weights.astype(float))
    primitive = {"attributes": attributes, "indices": file.add(part.faces.reshape(-1).astype(int))}
    return primitive if part.bare else {**primitive, "material": 0}


def _materials(file: _File, model: Model) -> dict[str, Any]:
    order = list(model.images)
    material: dict[str, Any] = {"name": "paint", "pbrMetallicRoughness": {}}
    places = {
        "base_color": (material["pbrMetallicRoughness"], "baseColorTexture"),
        "normal": (material, "normalTexture"),
        "orm": (material["pbrMetallicRoughness"], "metallicRoughnessTexture"),
    }
    for index, slot in enumerate(order):
        owner, key = places[slot]
        owner[key] = {"index": index}
    return {
        "materials": [material],
        "samplers": [{"wrapS": 33071, "wrapT": 33071}],
        "textures": [{"source": i, "sampler": 0} for i in range(len(order))],
        "images": [{"bufferView": file.view(model.images[slot]), "mimeType": "image/png"} for slot in order],
    }
