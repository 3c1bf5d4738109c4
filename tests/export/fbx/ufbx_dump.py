"""Reads an FBX file with ufbx and prints what it found as JSON: python ufbx_dump.py FILE [--meters] [--times T ...]

A program of its own because the binding (ufbx 0.0.5) counts references wrongly and crashes when objects are let go of:
none is here.
"""

from __future__ import annotations

import argparse
import base64
import gc
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import ufbx


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--meters", action="store_true", help="let ufbx convert to metres, Y up, front +Z")
    parser.add_argument("--times", type=float, nargs="*", default=[])
    wanted = parser.parse_args()
    gc.disable()
    options: dict[str, Any] = {"retain_dom": True}
    if wanted.meters:
        options |= {
            "target_axes": ufbx.axes_right_handed_y_up,
            "target_unit_meters": 1.0,
            "space_conversion": ufbx.SpaceConversion.TRANSFORM_ROOT,
        }
    scene = kept(ufbx.load_file(wanted.file, **options))
    result = {
        "version": scene.metadata.version,
        "ascii": scene.metadata.ascii,
        "warnings": [warning.description for warning in scene.metadata.warnings],
        "unit_meters": scene.settings.unit_meters,
        "axes": [scene.settings.axes.right.name, scene.settings.axes.up.name, scene.settings.axes.front.name],
        "frames_per_second": scene.settings.frames_per_second,
        "nodes": [node_of(node) for node in scene.nodes if not node.is_root],
        "lod_groups": [lod_of(group) for group in scene.lod_groups],
        "materials": [material_of(material) for material in scene.materials],
        "textures": {texture.name: texture_of(texture) for texture in scene.textures},
        "skins": [[cluster_of(cluster) for cluster in skin.clusters] for skin in scene.skin_deformers],
        "poses": [
            {"bind": pose.is_bind_pose, "bones": {b.bone_node.name: matrix(b.bone_to_world) for b in pose.bone_poses}}
            for pose in scene.poses
        ],
        "bones": [bone.instances[0].name for bone in scene.bones],
        "clips": [[stack.name, stack.time_begin, stack.time_end] for stack in scene.anim_stacks],
        "moved": [moved_at(scene, seconds) for seconds in wanted.times],
        "ids": ids_of(scene),
    }
    print(json.dumps(result))
    sys.stdout.flush()
    os._exit(0)


KEPT: list[Any] = []


class Kept:
    """An object of ufbx, and all that is reached through it, for as long as the program runs."""

    def __init__(self, thing: Any) -> None:
        KEPT.append(thing)
        self._thing = thing

    def __getattr__(self, name: str) -> Any:
        return kept(getattr(self._thing, name))

    def __getitem__(self, index: int) -> Any:
        return kept(self._thing[index])

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self._thing)))

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        array = np.asarray(self._thing)
        KEPT.append(array)
        return np.array(array, dtype)


def kept(thing: Any) -> Any:
    """Return plain values as they are, other objects wrapped."""
    KEPT.append(thing)
    return thing if isinstance(thing, PLAIN) else Kept(thing)


PLAIN = (str, int, float, bytes, tuple, type(None))


def matrix(value: Any) -> list[list[float]]:
    """Return a matrix (4, 4) for columns."""
    rows = np.array([list(value.c0), list(value.c1), list(value.c2), list(value.c3)]).T
    return np.vstack([rows, [0, 0, 0, 1]]).tolist()


def corners(layer: Any) -> list[Any]:
    """Return a layer's values corner by corner."""
    return np.array(layer.values)[np.array(layer.indices)].tolist() if layer.exists else []


def node_of(node: Any) -> dict[str, Any]:
    return {
        "name": node.name,
        "parent": None if node.parent is None or node.parent.is_root else node.parent.name,
        "world": matrix(node.node_to_world),
        "local": matrix(node.node_to_parent),
        "rotation": list(node.local_transform.rotation),
        "scale": list(node.local_transform.scale),
        "materials": [material.name for material in node.materials],
        "mesh": None if node.mesh is None else mesh_of(node.mesh),
    }


def mesh_of(mesh: Any) -> dict[str, Any]:
    return {
        "vertices": np.array(mesh.vertex_position.values).tolist(),
        "positions": corners(mesh.vertex_position),
        "normals": corners(mesh.vertex_normal),
        "tangents": corners(mesh.vertex_tangent),
        "bitangents": corners(mesh.vertex_bitangent),
        "sizes": [face.num_indices for face in mesh.faces],
        "slots": list(mesh.face_material),
        "uv_sets": {uv_set.name: corners(uv_set.vertex_uv) for uv_set in mesh.uv_sets},
    }


def lod_of(group: Any) -> dict[str, Any]:
    return {
        "nodes": [node.name for node in group.instances],
        "percent": group.relative_distances,
        "distances": [level.distance for level in group.lod_levels],
    }


def material_of(material: Any) -> dict[str, Any]:
    slots = {
        "base": material.pbr.base_color,
        "normal": material.pbr.normal_map,
        "metallic": material.pbr.metalness,
        "roughness": material.pbr.roughness,
        "occlusion": material.pbr.ambient_occlusion,
        "emission": material.pbr.emission_color,
        "classic diffuse": material.fbx.diffuse_color,
        "classic normal": material.fbx.normal_map,
    }
    return {
        "name": material.name,
        "shader": material.shader_type.name,
        "pbr": material.features.pbr.enabled,
        "maps": {slot: m.texture.name for slot, m in slots.items() if m.texture is not None and m.texture_enabled},
        "values": {slot: list(m.value_vec4) for slot, m in slots.items()},
    }


def texture_of(texture: Any) -> dict[str, Any]:
    return {
        "file": texture.relative_filename,
        "content": base64.b64encode(bytes(texture.content)).decode(),
        "uv_set": texture.uv_set,
        "wrap": [texture.wrap_u.name, texture.wrap_v.name],
    }


def cluster_of(cluster: Any) -> dict[str, Any]:
    return {
        "bone": cluster.bone_node.name,
        "vertices": np.array(cluster.vertices).tolist(),
        "weights": np.array(cluster.weights).tolist(),
        "bind": matrix(cluster.bind_to_world),
        "from_mesh": matrix(cluster.mesh_node_to_bone),
    }


def moved_at(scene: Any, seconds: float) -> dict[str, Any]:
    moved = kept(scene._thing.evaluate(scene.anim_stacks[0].anim._thing, seconds, evaluate_skinning=True))
    return {
        "seconds": seconds,
        "worlds": {node.name: matrix(node.node_to_world) for node in moved.nodes if not node.is_root},
        "skinned": {
            node.name: np.array(node.mesh.skinned_position.values).tolist() for node in moved.nodes if node.mesh
        },
        "rotations": {node.name: list(node.local_transform.rotation) for node in moved.nodes},
    }


def ids_of(scene: Any) -> dict[str, int]:
    objects = next(node for node in scene.dom_root.children if node.name == "Objects")
    keys = [f"{node.name} {node.values[1].value_str} {node.values[2].value_str}" for node in objects.children]
    return dict(zip(keys, [node.values[0].value_int for node in objects.children], strict=True))


if __name__ == "__main__":
    main()
