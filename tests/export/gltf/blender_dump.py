"""Blender imports GLB files and writes what it found: blender -b --python blender_dump.py -- OUT.json FILE..."""

import json
import sys
import warnings

import bpy
import numpy

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    if not hasattr(numpy, "bool"):
        numpy.bool = bool  # Blender 3.4's importer asks for what numpy 1.24 no longer has


def images(thing):
    nodes = [node for slot in thing.material_slots if slot.material for node in slot.material.node_tree.nodes]
    return sorted({node.image.name for node in nodes if node.type == "TEX_IMAGE"})


def describe(thing):
    mesh = thing.data if thing.type == "MESH" else None
    groups = [group.name for group in thing.vertex_groups]
    bones = thing.data.bones if thing.type == "ARMATURE" else ()
    return {
        "points": [list(thing.matrix_world @ v.co) for v in mesh.vertices] if mesh else [],
        "triangles": sum(len(polygon.vertices) - 2 for polygon in mesh.polygons) if mesh else 0,
        "images": images(thing) if mesh else [],
        "weights": [[[groups[g.group], g.weight] for g in v.groups] for v in mesh.vertices] if mesh else [],
        "bones": {bone.name: list((thing.matrix_world @ bone.matrix_local).translation) for bone in bones},
    }


def read(file):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=file)
    return {"things": {thing.name: describe(thing) for thing in bpy.data.objects}}


arguments = sys.argv[sys.argv.index("--") + 1 :]
with open(arguments[0], "w", encoding="utf-8") as out:
    json.dump({file: read(file) for file in arguments[1:]}, out)
