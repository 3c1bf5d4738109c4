"""What the fake's importer finds in files: meshes in centimetres, Z up, left-handed; sizes of pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from importer.system.child import run_in_child
from importer.verify.fbx_child import load
from tests.bridges.unreal_fake.meshes import Geometry
from tests.support.glb_edit import split


@dataclass
class Found:
    """A mesh of a file."""

    name: str
    geometry: Geometry
    materials: list[str]
    bones: list[str] = field(default_factory=list)


def read_meshes(file: str) -> list[Found]:
    """Return the meshes of a GLB or FBX file, in order."""
    return _fbx(file) if file.endswith(".fbx") else _glb(file)


def read_size(file: str) -> tuple[int, int]:
    """Return width and height of a picture."""
    with Image.open(file) as image:
        return image.size


def _to_unreal(points: np.ndarray) -> np.ndarray:
    """Take metres, Y up, front +Z to centimetres, Z up, front +Y."""
    return points[:, [0, 2, 1]] * 100.0


def _glb(file: str) -> list[Found]:
    document, binary = split(Path(file).read_bytes())
    found = []
    for node in document["nodes"]:
        if "mesh" not in node:
            continue
        parts = document["meshes"][node["mesh"]]["primitives"]
        points = [_accessor(document, binary, part["attributes"]["POSITION"]) for part in parts]
        faces = [_accessor(document, binary, part["indices"]).reshape(-1, 3) for part in parts]
        starts = np.cumsum([0, *(len(p) for p in points[:-1])])
        names = [document["materials"][part["material"]]["name"] for part in parts if "material" in part]
        geometry = Geometry(
            _to_unreal(np.concatenate(points)),
            np.concatenate([face + start for face, start in zip(faces, starts, strict=True)]),
        )
        skin = document["skins"][node["skin"]] if "skin" in node else {}
        bones = [document["nodes"][joint]["name"] for joint in skin.get("joints", ())]
        found.append(Found(node["name"], geometry, names, bones))
    return found


def _accessor(document: dict, binary: bytes, index: int) -> np.ndarray:
    accessor = document["accessors"][index]
    view = document["bufferViews"][accessor["bufferView"]]
    kind = {5121: "<u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}[accessor["componentType"]]
    width = {"SCALAR": 1, "VEC3": 3}[accessor["type"]]
    start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    values = np.frombuffer(binary, kind, accessor["count"] * width, start)
    return values.reshape(-1, width).astype(np.float64 if kind == "<f4" else np.int64)


def _fbx(file: str) -> list[Found]:
    scene = run_in_child(load, Path(file).read_bytes(), timeout_s=120, memory_mb=4096, what="reading the FBX file")
    materials = {entry["id"]: entry["name"] for entry in scene["materials"]}
    found = []
    for node in scene["nodes"]:
        if node["mesh"] is None:
            continue
        mesh = scene["meshes"][node["mesh"]]
        points, corners = mesh["positions"]  # centimetres, Y up
        faces = [
            [corners[begin], corners[i], corners[i + 1]]
            for begin, count in mesh["faces"]
            for i in range(begin + 1, begin + count - 1)
        ]
        names = [materials[key] for key in node["materials"]]
        found.append(Found(node["name"], Geometry(_to_unreal(points / 100.0), np.array(faces)), names))
    return found
