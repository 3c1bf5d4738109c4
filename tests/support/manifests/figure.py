"""A figure of boxes with a rucksack on a humanoid skeleton in T-pose, 1.8 m high: one box a bone, moved by it alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from importer.export.glb import pack_glb
from importer.export.manifest import encode, manifest
from importer.export.manifest_schema import Bone, Skeleton
from importer.records import Collision, Files, Quality, TexturedMesh
from tests.support.glb_edit import split
from tests.support.models import Asset, asset, box, polygons_mesh

# Name, parent, role, name in Godot's humanoid profile, joint, lowest and highest corner of the box. +X is its left.
Corner = tuple[float, ...]
Row = tuple[str, str | None, str | None, str, Corner, Corner, Corner]


def _sides(name: str, parent: str, role: str, joint: Corner, low: Corner, high: Corner) -> list[Row]:
    left = (f"{name}_l", parent.replace("*", "l"), f"Left{role}", f"Left{role}", joint, low, high)
    flip = (-joint[0], *joint[1:]), (-high[0], *low[1:]), (-low[0], *high[1:])
    return [left, (f"{name}_r", parent.replace("*", "r"), f"Right{role}", f"Right{role}", *flip)]


ROWS: list[Row] = [
    ("root", None, None, "Root", (0, 0, 0), (-0.02, 0.9, -0.02), (0.02, 0.94, 0.02)),
    ("pelvis", "root", "Hips", "Hips", (0, 0.95, 0), (-0.16, 0.86, -0.1), (0.16, 1.04, 0.1)),
    ("spine_01", "pelvis", "Spine", "Spine", (0, 1.1, 0), (-0.17, 1.06, -0.2), (0.17, 1.5, 0.1)),
    ("head", "spine_01", "Head", "Head", (0, 1.55, 0), (-0.1, 1.54, -0.1), (0.1, 1.8, 0.14)),
    *_sides("upperarm", "spine_01", "UpperArm", (0.2, 1.42, 0), (0.19, 1.37, -0.05), (0.45, 1.47, 0.05)),
    *_sides("lowerarm", "upperarm_*", "LowerArm", (0.46, 1.42, 0), (0.47, 1.38, -0.04), (0.7, 1.46, 0.04)),
    *_sides("hand", "lowerarm_*", "Hand", (0.71, 1.42, 0), (0.72, 1.39, -0.05), (0.9, 1.45, 0.05)),
    *_sides("thigh", "pelvis", "UpperLeg", (0.1, 0.88, 0), (0.03, 0.5, -0.08), (0.17, 0.84, 0.08)),
    *_sides("calf", "thigh_*", "LowerLeg", (0.1, 0.48, 0), (0.04, 0.1, -0.06), (0.16, 0.48, 0.06)),
    *_sides("foot", "calf_*", "Foot", (0.1, 0.08, 0), (0.04, 0.0, -0.08), (0.16, 0.08, 0.2)),
]
NAMES = [row[0] for row in ROWS]
GODOT = {row[0]: row[3] for row in ROWS}
TARGETS = ("unity-urp", "unreal", "godot")


def skeleton() -> Skeleton:
    """Return the manifest's part."""
    roles = {row[2]: row[0] for row in ROWS if row[2]}
    bones = tuple(Bone(name=row[0], parent=row[1]) for row in ROWS)
    return Skeleton(bones=bones, humanoid=roles, rest_pose="t_pose")


def figure_mesh() -> TexturedMesh:
    """Return the boxes in the order of the bones: 24 vertices and 12 triangles each."""
    return polygons_mesh([side for row in ROWS for side in box(row[5], row[6])])


def skinned(data: bytes, names: dict[str, str]) -> bytes:
    """Return a GLB file with the figure's mesh on its first mesh node, bound to the bones."""
    document, binary = split(data)
    first = len(document["nodes"])
    for number, (name, parent, *_, joint, _, _) in enumerate(ROWS):
        above = np.array(ROWS[NAMES.index(parent)][4] if parent else (0, 0, 0), float)
        node: dict[str, Any] = {"name": names[name], "translation": (np.array(joint, float) - above).tolist()}
        children = [first + i for i, row in enumerate(ROWS) if row[1] == name]
        document["nodes"].append({**node, "children": children} if children else node)
        assert document["nodes"][first + number]["name"] == names[name]
    inverse = np.tile(np.eye(4, dtype="<f4"), (len(ROWS), 1, 1))
    inverse[:, 3, :3] = [np.negative(row[4]) for row in ROWS]  # columns first
    joints = np.zeros((24 * len(ROWS), 4), np.uint8)
    joints[:, 0] = np.repeat(np.arange(len(ROWS)), 24)
    weights = np.zeros_like(joints)
    weights[:, 0] = 255
    (mesh,) = (node for node in document["nodes"] if "mesh" in node and "UCX" not in node["name"])
    attributes = document["meshes"][mesh["mesh"]]["primitives"][0]["attributes"]
    for key, array, kind in (("JOINTS_0", joints, {}), ("WEIGHTS_0", weights, {"normalized": True})):
        entry = {"componentType": 5121, "type": "VEC4", **kind}
        attributes[key], binary = _append(document, binary, array, entry, target=34962)
    bind, binary = _append(document, binary, inverse, {"componentType": 5126, "type": "MAT4"})
    bones = list(range(first, first + len(ROWS)))
    document["skins"] = [{"inverseBindMatrices": bind, "skeleton": first, "joints": bones}]
    mesh["skin"] = 0
    document["scenes"][0]["nodes"].append(first)
    return pack_glb(json.dumps(document, separators=(",", ":")), binary)


def _append(document: dict, binary: bytes, rows: np.ndarray, entry: dict, **view: int) -> tuple[int, bytes]:
    at = len(binary)
    document["bufferViews"].append({"buffer": 0, "byteOffset": at, "byteLength": rows.nbytes, **view})
    document["accessors"].append({"bufferView": len(document["bufferViews"]) - 1, "count": len(rows), **entry})
    binary += rows.tobytes() + b"\0" * (-rows.nbytes % 4)
    document["buffers"][0]["byteLength"] = len(binary)
    return len(document["accessors"]) - 1, binary


def figure_asset() -> Asset:
    """Return the figure's records, without collision."""
    made = asset("figure", (figure_mesh(),), 16, export={"targets": list(TARGETS)}, asset={"kind": "character"})
    return replace(made, collision=Collision("none", ()))


def figure_folder(folder: Path) -> dict[str, Any]:
    """Publish the figure below a folder, and return what a reader must find."""
    from tests.support.published import exported

    made = figure_asset()
    same = {name: name for name in NAMES}
    files = dict(exported(made).files)
    for path in [path for path in files if path.endswith(".glb")]:
        files[path] = skinned(files[path], GODOT if path.startswith("godot/") else same)
    text = manifest(
        made.name, "figure.png", made.picture, made.cutout, made.prediction, made.solid, made.unwrapped, made.lods,
        made.maps, made.collision, made.profile, Quality((), {}), Files(files), skeleton=skeleton(),
    ).files["figure.manifest.json"]  # fmt: skip
    value = json.loads(text)
    value["targets"]["godot"]["bone_names"] = GODOT
    for name, data in {**files, "figure.manifest.json": encode(value)}.items():
        path = folder / "figure" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return _expected()


def _expected() -> dict[str, Any]:
    def target(file: str, node: str, textures: list, size: dict, names: dict[str, str]) -> dict[str, Any]:
        bones = [[names[row[0]], names[row[1]] if row[1] else None] for row in ROWS]
        humanoid = {row[2]: names[row[0]] for row in ROWS if row[2]}
        return {
            "lods": [[0, file, node]],
            "collision": [],
            "textures": textures,
            "fbx": None,
            "in_engine": size,
            "skeleton": {"bones": bones, "humanoid": humanoid, "rest_pose": "t_pose"},
        }

    same = {name: name for name in NAMES}
    unity = [["base_color", "BaseColor", "srgb"], ["mask", "MaskMap", "linear"], ["normal", "Normal", "linear"]]
    unreal = [["base_color", "BC", "srgb"], ["normal", "N", "linear"], ["orm", "ORM", "linear"]]
    metres = {"min": [-0.9, 0, -0.2], "max": [0.9, 1.8, 0.2]}
    return {
        "status": "ok",
        "faults": [],
        "asset": "figure",
        "levels": [12 * len(ROWS)],
        "targets": {
            "unity-urp": target(
                *("unity-urp/figure.glb", "figure_LOD0"),
                [[slot, f"unity-urp/figure_{name}.png", space] for slot, name, space in unity],
                *(metres, same),
            ),
            "unreal": target(
                *("unreal/SM_figure.glb", "SM_figure"),
                [[slot, f"unreal/T_figure_{name}.png", space] for slot, name, space in unreal],
                *({"min": [-90, -20, 0], "max": [90, 20, 180]}, same),
            ),
            "godot": target("godot/figure.glb", "figure_mesh", [], metres, GODOT),
        },
    }
