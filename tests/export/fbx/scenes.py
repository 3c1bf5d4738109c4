"""Scenes for the FBX writer's tests, and what they look like in the world by plain matrices."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from importer.export.fbx.asset import asset_scene
from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import Bone, FileFrame, LodGroup, Material, Mesh, Node, Scene, Texture, UvSet
from importer.export.rig import Clip, Skin, Track
from importer.records import TexturedMesh
from importer.texture.packing import encode_png
from tests.support.models import box, box_hull, cart, maps

PNG = encode_png(maps(16).base_color)


def read(scene: Scene, folder: Path, *options: str) -> dict[str, Any]:
    """Write a scene and return what ufbx reads; see ufbx_dump.py."""
    path = folder / "scene.fbx"
    path.write_bytes(write_fbx(scene))
    return dump(path, *options)


def dump(path: Path, *options: str) -> dict[str, Any]:
    """Return what ufbx reads from a file."""
    command = [sys.executable, str(Path(__file__).with_name("ufbx_dump.py")), str(path), *options]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def coarse(mesh: TexturedMesh) -> TexturedMesh:
    """Return the cart without its lamp, whose 12 triangles stand before the flag's 12."""
    faces = np.concatenate([mesh.faces[:-24], mesh.faces[-12:]])
    return TexturedMesh(mesh.vertices, mesh.normals, mesh.tangents, mesh.uv, faces)


def material() -> Material:
    """Return a material with a distinct map in every slot; one is embedded."""
    return Material(
        "M_cart",
        base_color=(0.8, 0.7, 0.6),
        metallic=0.25,
        roughness=0.75,
        emissive=(0.1, 0.2, 0.3),
        base_color_map=Texture("T_cart_BC", "textures/T_cart_BC.png", PNG, repeat=False),
        normal_map=Texture("T_cart_N", "textures/T_cart_N.png"),
        metallic_map=Texture("T_cart_M", "T_cart_M.png"),
        roughness_map=Texture("T_cart_R", "T_cart_R.png"),
        occlusion_map=Texture("T_cart_AO", "T_cart_AO.png"),
        emissive_map=Texture("T_cart_E", "T_cart_E.png"),
    )


def cart_scene() -> Scene:
    """Return the cart with two levels and a hull."""
    full = cart()
    levels = [("SM_cart_LOD0", full, 1.0), ("SM_cart_LOD1", coarse(full), 0.6)]
    return asset_scene("SM_cart", levels, [("UCX_SM_cart_LOD0_00", box_hull(full))], material())


NAMES = ("箱_größe", "коробка.001", "صندوق", "📦 a:b")  # of the node, the first materials, the UV sets


def quads_scene() -> Scene:
    """Return a box of six quads with a material each, two UV sets of its own layout, and a pentagon."""
    sides = np.concatenate(box((-0.5, 0.0, -1.0), (0.5, 1.5, 1.0)))
    positions, corners = np.unique(sides, axis=0, return_inverse=True)
    turn = np.arange(5) * 2 * np.pi / 5
    pentagon = np.stack([np.cos(turn), np.full(5, 2.0), -np.sin(turn)], axis=1)  # counter-clockwise from above
    corners = np.concatenate([corners.reshape(-1), np.arange(5) + len(positions)]).astype(np.int32)
    positions = np.concatenate([positions, pentagon]).astype(np.float32)
    sizes = np.array([4] * 6 + [5], np.int32)
    starts = np.cumsum(sizes) - sizes
    p = positions[corners]
    flat = np.cross(p[starts + 1] - p[starts], p[starts + 2] - p[starts])
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    first = np.concatenate([np.tile([[0, 1], [1, 1], [1, 0], [0, 0]], (6, 1)), pentagon[:, [0, 2]] / 2 + 0.5])
    second = np.random.default_rng(7).random((len(corners), 2))
    uv_sets = (
        UvSet(NAMES[2], first.astype(np.float32), np.arange(len(corners), dtype=np.int32)),
        UvSet("lightmap", second[::-1].astype(np.float32), np.arange(len(corners), dtype=np.int32)[::-1].copy()),
    )
    mesh = Mesh(
        positions,
        corners,
        sizes,
        np.repeat(flat, sizes, axis=0).astype(np.float32),
        uv_sets=uv_sets,
        slots=np.array([0, 1, 2, 3, 4, 5, 2], np.int32),
    )
    names = [NAMES[1], NAMES[3], "M_2", "M_3", "M_4", "M_5"]
    colors = [(i / 6, 0.5, 1 - i / 6) for i in range(6)]
    materials = tuple(Material(name, rgb) for name, rgb in zip(names, colors, strict=True))
    # The node's slots stand in another order than the scene's materials.
    return Scene((Node(NAMES[0], mesh, None, (5, 4, 3, 2, 1, 0)),), materials)


def quaternion(order: str, *degrees: float) -> tuple[float, float, float, float]:
    x, y, z, w = Rotation.from_euler(order, degrees, degrees=True).as_quat()
    return (float(x), float(y), float(z), float(w))


TIMES = np.array([0.0, 0.4, 1.0])
SWING = np.array([quaternion("ZYX", 40, 0, 25), quaternion("ZYX", 120, 80, -60), quaternion("ZYX", -150, 10, 5)])


def rig_scene(frame: FileFrame | None = None) -> Scene:
    """Return a tube on three bones with rotated rest poses, below a turned and unevenly scaled group, and a clip."""
    rings, around = 9, 8
    height, turn = np.meshgrid(np.linspace(0, 1.8, rings), np.arange(around) * 2 * np.pi / around, indexing="ij")
    points = np.stack([0.2 * np.cos(turn), height, -0.2 * np.sin(turn)], axis=-1).reshape(-1, 3)
    quads = [
        [r * around + a, r * around + (a + 1) % around, (r + 1) * around + (a + 1) % around, (r + 1) * around + a]
        for r in range(rings - 1)
        for a in range(around)
    ]
    corners = np.array(quads, np.int32).reshape(-1)
    normals = points[corners] * [1, 0, 1]
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    along = points[:, 1] / 1.8 * 2  # 0..2 over the three bones
    weights = np.maximum(0, 1 - np.abs(along[:, None] - np.arange(3)))
    skin = Skin((1, 2, 3), np.tile(np.arange(3, dtype=np.int32), (len(points), 1)), weights.astype(np.float32))
    mesh = Mesh(
        points.astype(np.float32), corners, np.full(len(quads), 4, np.int32), normals.astype(np.float32), skin=skin
    )
    nodes = (
        Node("stretched", None, None, (), (0.1, 0.0, -0.3), quaternion("y", 30), (1.0, 1.5, 0.5)),
        Node("Hüfte", Bone(0.6), 0, (), (0.0, 0.1, 0.0), quaternion("ZYX", 40, 0, 25)),
        Node("spine", Bone(0.6), 1, (), (0.0, 0.6, 0.05), quaternion("XYZ", -70, 20, 10)),
        Node("head", Bone(0.3), 2, (), (0.1, 0.5, 0.0), quaternion("ZXY", 15, 90, 0), (1.0, 1.2, 0.9)),
        Node("body", mesh, None, (0,)),
    )
    moves = np.array([[0.0, 0.1, 0.0], [0.2, 0.4, 0.0], [0.0, 0.1, 0.5]])
    sizes = np.array([[1.0, 1.2, 0.9], [2.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
    tracks = (
        Track(1, "rotation", TIMES, SWING),
        Track(1, "translation", TIMES, moves),
        Track(3, "scale", TIMES, sizes),
    )
    return Scene(nodes, (Material("skin"),), (Clip("swing", tracks),), frame or FileFrame())


def levels_scene() -> Scene:
    """Return the rig with its skinned mesh in two levels under a LOD group."""
    made = rig_scene()
    fine = made.nodes[4].content
    assert isinstance(fine, Mesh)
    coarse = replace(fine, corners=fine.corners[:-32], sizes=fine.sizes[:-8], normals=fine.normals[:-32])
    levels = (Node("body_LOD0", fine, 4, (0,)), Node("body_LOD1", coarse, 4, (0,)))
    return replace(made, nodes=(*made.nodes[:4], Node("body", LodGroup((0.4,))), *levels))


def local(node: Node) -> np.ndarray:
    """Return a node's matrix."""
    result = np.eye(4)
    result[:3, :3] = Rotation.from_quat(node.rotation).as_matrix() @ np.diag(node.scale)
    result[:3, 3] = node.translation
    return result


def at_time(scene: Scene, seconds: float) -> Scene:
    """Return the scene with its nodes moved by its first clip, rotations along the arc."""
    nodes = list(scene.nodes)
    for track in scene.clips[0].tracks:
        if track.path == "rotation":
            value = Slerp(track.times, Rotation.from_quat(track.values))(seconds).as_quat()
        else:
            value = np.array([np.interp(seconds, track.times, column) for column in track.values.T])
        nodes[track.node] = Node(**{**vars(nodes[track.node]), track.path: tuple(value)})
    return Scene(tuple(nodes), scene.materials, scene.clips, scene.frame)


def worlds(scene: Scene) -> list[np.ndarray]:
    """Return the matrix of every node to the scene."""
    result: list[np.ndarray] = []
    for node in scene.nodes:
        result.append(local(node) if node.parent is None else result[node.parent] @ local(node))
    return result


def skinned(scene: Scene, seconds: float) -> np.ndarray:
    """Return the rig's vertices by linear blend skinning, bound at the nodes' own transforms."""
    body = scene.nodes[4].content
    assert isinstance(body, Mesh) and body.skin is not None
    rest, now = worlds(scene), worlds(at_time(scene, seconds))
    moves = [now[j] @ np.linalg.inv(rest[j]) @ rest[4] for j in body.skin.joints]
    points = np.column_stack([body.positions, np.ones(len(body.positions))])
    each = np.stack([(points @ move.T)[:, :3] for move in moves], axis=1)
    return (each * body.skin.weights[:, :, None]).sum(1)
