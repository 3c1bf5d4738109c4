"""Figures with skeletons that people made, CC0, as GLB and FBX: every reader moves them as plain matrices do."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from importer.export.fbx import scene as fbx
from importer.export.fbx.document import write_fbx
from importer.export.gltf import scene as gltf
from importer.export.gltf.document import write_gltf
from importer.export.rig import Clip, Skin, Track
from importer.records import TexturedMesh
from tests.export.fbx.scenes import at_time, dump, worlds
from tests.support.node import run_script

SHARD = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "val-00.zip"
FIGURES = {33: "a figure of 33 bones", 6: "a creature of 6 bones"}
LENGTH = 1.8  # metres, of the longest side
SECONDS = 0.4  # between two keys
GEOMETRIES = ("plain", "quantized", "meshopt")


@cache
def records() -> dict[int, dict[str, np.ndarray]]:
    """The first model of the shard with each number of bones."""
    if not SHARD.exists():
        pytest.skip("the corpus is not there: ../shared/corpus/val-00.zip")
    found: dict[int, dict[str, np.ndarray]] = {}
    with zipfile.ZipFile(SHARD) as shard:
        for name in shard.namelist():
            record = np.load(io.BytesIO(shard.read(name)))
            if "skin_idx" in record:
                found.setdefault(len(record["joint_pos"]), dict(record))
    return {count: found[count] for count in FIGURES}


def mesh_of(record: dict[str, np.ndarray]) -> TexturedMesh:
    points = (record["v"] / 65_534 * LENGTH).astype(np.float32)
    normals = record["nrm"] / 127.0
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    side = np.cross(normals, [0.3, 1.0, 0.2])
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    tangents = np.column_stack([side, np.ones(len(side))])
    uv = points[:, :2] / LENGTH + 0.5
    floats = [array.astype(np.float32) for array in (normals, tangents, uv)]
    return TexturedMesh(points, *floats, record["f"].astype(np.int32))


def bones_of(record: dict[str, np.ndarray]) -> list[fbx.Node]:
    """The skeleton, its bones at rest turned at random: few that people make are not turned at all."""
    names = record["joint_names"].tobytes().decode().split("\n")
    heads, parents = record["joint_pos"] / 65_534 * LENGTH, record["joint_parent"]
    turns = Rotation.random(len(names), rng=np.random.default_rng(1))
    nodes = []
    for i, name in enumerate(names):
        parent = int(parents[i])
        above, head = (turns[parent], heads[parent]) if parent >= 0 else (Rotation.identity(), np.zeros(3))
        place = above.inv().apply(heads[i] - head).tolist()
        turn = (above.inv() * turns[i]).as_quat().tolist()
        nodes.append(fbx.Node(name, fbx.Bone(0.05), parent if parent >= 0 else None, (), tuple(place), tuple(turn)))
    return nodes


def scene_of(record: dict[str, np.ndarray]) -> fbx.Scene:
    """The model with a clip that turns three of its bones."""
    mesh, nodes = mesh_of(record), bones_of(record)
    skin = Skin(tuple(range(len(nodes))), record["skin_idx"].astype(np.int32), record["skin_w"] / np.float32(255))
    corners = mesh.faces.reshape(-1)
    sizes = np.full(len(mesh.faces), 3, np.int32)
    body = fbx.Mesh(mesh.vertices, corners, sizes, mesh.normals[corners], skin=skin)
    used, times = np.flatnonzero(record["joint_used"]), np.array([0.0, 1.0])
    turn = Rotation.from_euler("xyz", [20, 35, -15], degrees=True)
    tracks = []
    for bone in {int(used[len(used) * part // 4]): None for part in (1, 2, 3)}:
        rest = Rotation.from_quat(nodes[bone].rotation)
        tracks.append(Track(bone, "rotation", times, np.array([rest.as_quat(), (rest * turn).as_quat()])))
    clip = Clip("turn", tuple(tracks))
    return fbx.Scene((*nodes, fbx.Node("figure", body, None, (0,))), (fbx.Material("skin"),), (clip,))


def as_gltf(scene: fbx.Scene, mesh: TexturedMesh) -> gltf.Scene:
    nodes = []
    for node in scene.nodes:
        skin = node.content.skin if isinstance(node.content, fbx.Mesh) else None
        body = None if skin is None else mesh
        nodes.append(gltf.Node(node.name, body, node.parent, 0, node.translation, node.rotation, node.scale, skin))
    return gltf.Scene("figure", tuple(nodes), (gltf.Material("skin"),), scene.clips)


def moved(scene: fbx.Scene, seconds: float) -> np.ndarray:
    """Linear blend skinning by plain matrices."""
    body = scene.nodes[-1].content
    assert isinstance(body, fbx.Mesh) and body.skin is not None
    rest, now = worlds(scene), worlds(at_time(scene, seconds))
    moves = np.array([now[joint] @ np.linalg.inv(rest[joint]) for joint in body.skin.joints])
    points = np.column_stack([body.positions, np.ones(len(body.positions))])
    each = np.einsum("nkij,nj->nki", moves[body.skin.indices], points)[..., :3]
    return (each * body.skin.weights[..., None]).sum(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("rigs")
    for bones, record in records().items():
        scene = scene_of(record)
        (base / f"{bones}.fbx").write_bytes(write_fbx(scene))
        for geometry in GEOMETRIES:
            data = write_gltf(as_gltf(scene, mesh_of(record)), geometry)
            (base / f"{bones}-{geometry}.glb").write_bytes(data)
    return base


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    paths = sorted(folder.glob("*.glb"))
    result = {}
    for script in ("read_glb.mjs", "read_babylon.mjs"):
        read = run_script(script, paths)
        result |= {(script, path.stem): read[str(path)] for path in paths}
    return result


def assert_moved(points: Any, scene: fbx.Scene, tolerance: float) -> None:
    """All points are where skinning takes them, in any order."""
    wanted = moved(scene, SECONDS)
    distance, rows = cKDTree(wanted).query(points)
    assert distance.max() < tolerance
    np.testing.assert_allclose(np.array(points).mean(0), wanted[rows].mean(0), atol=tolerance)
    # What no triangle uses may be left out; nothing else.
    body = scene.nodes[-1].content
    assert isinstance(body, fbx.Mesh)
    back, _ = cKDTree(points).query(wanted[np.unique(body.corners)])
    assert back.max() < tolerance


def test_khronos_validator_finds_no_error_and_no_warning(folder: Path):
    for path, report in run_script("validate.mjs", sorted(folder.glob("*.glb"))).items():
        assert report["numErrors"] == report["numWarnings"] == 0, (path, report["messages"])


@pytest.mark.parametrize("reader", ["read_glb.mjs", "read_babylon.mjs"])
@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("bones", FIGURES)
def test_glb_stands_and_moves(bones: int, geometry: str, reader: str, found: dict[tuple[str, str], dict[str, Any]]):
    scene = scene_of(records()[bones])
    read = found[reader, f"{bones}-{geometry}"]
    (mesh,) = read["meshes"]
    for name, world in zip((node.name for node in scene.nodes[:-1]), worlds(scene), strict=False):
        np.testing.assert_allclose(np.array(mesh["bones"][name]).reshape(4, 4).T, world, atol=1e-5)
    (now,) = (entry for entry in read["moved"] if entry["seconds"] == SECONDS)
    # Plain files keep the weights of 8 bits as they are; 16 bits move them by less than 1e-4 of a metre.
    assert_moved(now["points"]["figure"], scene, 1e-5 if geometry == "plain" else 1e-4)


@pytest.mark.parametrize("bones", FIGURES)
def test_fbx_stands_and_moves(bones: int, folder: Path):
    scene = scene_of(records()[bones])
    read = dump(folder / f"{bones}.fbx", "--times", str(SECONDS))
    assert read["warnings"] == []
    rest = {node["name"]: np.array(node["world"]) for node in read["nodes"]}
    for node, world in zip(scene.nodes, worlds(scene), strict=True):
        np.testing.assert_allclose(rest[node.name][:3, 3] * read["unit_meters"], world[:3, 3], atol=1e-5)
        np.testing.assert_allclose(rest[node.name][:3, :3], world[:3, :3], atol=1e-6)
    body = scene.nodes[-1].content
    assert isinstance(body, fbx.Mesh) and body.skin is not None
    weights = np.zeros((len(body.positions), len(scene.nodes)))
    np.add.at(weights, (np.arange(len(body.positions))[:, None], body.skin.indices), body.skin.weights)
    names = [node.name for node in scene.nodes]
    for cluster in read["skins"][0]:
        wanted = weights[cluster["vertices"], names.index(cluster["bone"])]
        np.testing.assert_allclose(cluster["weights"], wanted, atol=1e-4)
    now = np.array(read["moved"][0]["skinned"]["figure"]) * read["unit_meters"]
    assert_moved(now, scene, 1e-4)
