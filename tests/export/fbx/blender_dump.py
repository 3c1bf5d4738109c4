"""Blender imports FBX files and writes what it found: blender -b --python blender_dump.py -- OUT.json FILE..."""

import json
import sys

import bpy


def matrix(value):
    return [list(row) for row in value]


def mesh_of(thing):
    mesh = thing.data
    groups = [group.name for group in thing.vertex_groups]
    return {
        "points": [list(thing.matrix_world @ vertex.co) for vertex in mesh.vertices],
        "sizes": [len(polygon.vertices) for polygon in mesh.polygons],
        "corners": [vertex for polygon in mesh.polygons for vertex in polygon.vertices],
        "slots": [polygon.material_index for polygon in mesh.polygons],
        "materials": [slot.material.name for slot in thing.material_slots],
        "uv_sets": {layer.name: [list(loop.uv) for loop in layer.data] for layer in mesh.uv_layers},
        "weights": [[[groups[g.group], g.weight] for g in vertex.groups] for vertex in mesh.vertices],
    }


def textures():
    return {
        material.name: sorted(node.image.name for node in material.node_tree.nodes if node.type == "TEX_IMAGE")
        for material in bpy.data.materials
        if material.use_nodes
    }


def read(file):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.fbx(filepath=file)
    things = {}
    for thing in bpy.data.objects:
        things[thing.name] = {
            "type": thing.type,
            "parent": thing.parent.name if thing.parent else None,
            "world": matrix(thing.matrix_world),
            "mesh": mesh_of(thing) if thing.type == "MESH" else None,
            "bones": {
                bone.name: matrix(thing.matrix_world @ bone.matrix_local)
                for bone in (thing.data.bones if thing.type == "ARMATURE" else ())
            },
        }
    moved = []
    rate = bpy.context.scene.render.fps
    if bpy.data.actions:
        for seconds in (0.0, 0.1, 0.4, 0.7):
            # Blender puts the first key on frame 1.
            bpy.context.scene.frame_set(1 + round(seconds * rate))
            graph = bpy.context.evaluated_depsgraph_get()
            points = {}
            for thing in bpy.data.objects:
                if thing.type == "MESH":
                    final = thing.evaluated_get(graph)
                    points[thing.name] = [list(final.matrix_world @ v.co) for v in final.data.vertices]
            moved.append({"seconds": seconds, "points": points})
    return {"things": things, "textures": textures(), "fps": rate, "moved": moved}


arguments = sys.argv[sys.argv.index("--") + 1 :]
with open(arguments[0], "w", encoding="utf-8") as out:
    json.dump({file: read(file) for file in arguments[1:]}, out)
