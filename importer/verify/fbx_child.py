"""Reads an FBX file with ufbx into plain arrays; runs in a child process, since damaged files are read by C code.

The binding (ufbx 0.0.5) counts references wrongly and crashes when its objects are let go of: here none ever is.
"""

from __future__ import annotations

import ctypes
import gc
from typing import Any

import numpy as np

_PLAIN = (str, int, float, bytes, tuple, type(None))
_SLOTS = {  # ufbx's names; the classic material where the other has nothing
    "base_color": (("pbr", "base_color"), ("fbx", "diffuse_color")),
    "normal": (("pbr", "normal_map"), ("fbx", "normal_map"), ("fbx", "bump")),
    "metallic": (("pbr", "metalness"),),
    "roughness": (("pbr", "roughness"),),
    "occlusion": (("pbr", "ambient_occlusion"),),
    "emissive": (("pbr", "emission_color"), ("fbx", "emission_color")),
}


def load(data: bytes) -> dict[str, Any]:
    """Return the scene as plain values, or ``{"error": why}``."""
    import ufbx

    gc.disable()
    try:
        scene = _Kept(ufbx.load_memory(data))
    except Exception as error:  # the binding raises its own kinds
        return {"error": str(error) or type(error).__name__}
    textures = {texture.element_id: texture for texture in scene.textures}
    return {
        "unit": float(scene.settings.unit_meters),
        "axes": [scene.settings.axes.right.name, scene.settings.axes.up.name, scene.settings.axes.front.name],
        "version": scene.metadata.version,
        "materials": [_material(material) for material in scene.materials],
        "textures": {key: _texture(texture) for key, texture in textures.items()},
        "nodes": [_node(node) for node in scene.nodes if not node.is_root],
        "meshes": {mesh.element_id: _mesh(mesh) for mesh in scene.meshes},
    }


class _Kept:
    """An object of ufbx that is never let go of, nor is anything that is reached through it."""

    def __init__(self, thing: Any) -> None:
        self._thing = _immortal(thing)

    def __getattr__(self, name: str) -> Any:
        return _kept(getattr(self._thing, name))

    def __getitem__(self, index: int) -> Any:
        return _kept(self._thing[index])

    def __len__(self) -> int:
        return len(self._thing)

    def __iter__(self) -> Any:
        return (self[index] for index in range(len(self._thing)))

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.array(_immortal(np.asarray(self._thing)), dtype)


def _kept(thing: Any) -> Any:
    return _immortal(thing) if isinstance(thing, _PLAIN) else _Kept(thing)


def _immortal(thing: Any) -> Any:
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
    return thing


def _node(node: Any) -> dict[str, Any]:
    parent = node.parent
    siblings = []
    if parent is not None and not parent.is_root and parent.attrib_type.name == "LOD_GROUP":
        siblings = [child.element_id for child in parent.children]
    return {
        "id": node.element_id,
        "name": node.name,
        "parent": None if parent is None or parent.is_root else parent.element_id,
        "world": _matrix(node.node_to_world),
        "geometry": _matrix(node.geometry_to_world),
        "mesh": None if node.mesh is None else node.mesh.element_id,
        "materials": [material.element_id for material in node.materials],
        "level": siblings.index(node.element_id) if siblings else None,
    }


def _mesh(mesh: Any) -> dict[str, Any]:
    return {
        "faces": np.array(mesh.faces, np.int64).reshape(-1, 2),  # first corner, number of corners
        "slots": np.array(mesh.face_material, np.int64),
        "positions": _layer(mesh.vertex_position),
        "normals": _layer(mesh.vertex_normal),
        "tangents": _layer(mesh.vertex_tangent),
        "bitangents": _layer(mesh.vertex_bitangent),
        "uv": _layer(mesh.vertex_uv),
        "skins": [[_cluster(cluster) for cluster in skin.clusters] for skin in mesh.skin_deformers],
    }


def _layer(layer: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Return values (k, c), and for each corner a row of them."""
    if not layer.exists or not len(layer.values):
        return None
    return np.array(layer.values, np.float64), np.array(layer.indices, np.int64)


def _cluster(cluster: Any) -> dict[str, Any]:
    bone = cluster.bone_node
    return {
        "bone": None if bone is None else bone.element_id,
        "inverse": _matrix(cluster.geometry_to_bone),
        "vertices": np.array(cluster.vertices, np.int64),
        "weights": np.array(cluster.weights, np.float64),
    }


def _material(material: Any) -> dict[str, Any]:
    found = {}
    for slot, places in _SLOTS.items():
        for kind, name in places:
            entry = getattr(getattr(material, kind), name)
            if entry.texture is not None and entry.texture_enabled:
                found[slot] = entry.texture.element_id
                break
    color = tuple(float(value) for value in list(material.pbr.base_color.value_vec4)[:3])
    return {"id": material.element_id, "name": material.name, "textures": found, "color": color}


def _texture(texture: Any) -> dict[str, Any]:
    return {
        "name": texture.name,
        "file": texture.relative_filename or texture.filename,
        "content": bytes(texture.content),
        "repeats": "REPEAT" in (texture.wrap_u.name, texture.wrap_v.name),
    }


def _matrix(value: Any) -> np.ndarray:
    """Return a matrix (4, 4) for columns."""
    rows = np.array([list(value.c0), list(value.c1), list(value.c2), list(value.c3)]).T
    return np.vstack([rows, [0.0, 0.0, 0.0, 1.0]])
