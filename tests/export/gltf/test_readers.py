"""three.js, Babylon.js, trimesh, Blender and Godot see the scene that was written, in every geometry that they know."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree

from importer.export.gltf.document import write_gltf
from importer.export.matrices import world_matrices
from tests.export.carts import assert_is_the_cart, y_up
from tests.export.engines import read_blender, read_godot
from tests.export.fbx import scenes as fbx
from tests.export.gltf.scenes import cart_scene, rig_scene
from tests.support.node import run_script

GEOMETRIES = ("plain", "quantized", "meshopt")
SCENES = {"cart": cart_scene, "rig": rig_scene}
READERS = {"three": "read_glb.mjs", "babylon": "read_babylon.mjs"}
STEP = 2 / 32_767  # of quantized positions, in the cart, which is 2 m long


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("gltf")
    paths = {}
    for name, make in SCENES.items():
        for geometry in GEOMETRIES:
            path = paths[f"{name} {geometry}"] = folder / f"{name}_{geometry}.glb"
            path.write_bytes(write_gltf(make(), geometry))
    return paths


@pytest.fixture(scope="module")
def found(files: dict[str, Path]) -> dict[str, dict[str, Any]]:
    result = {}
    for reader, script in READERS.items():
        read = run_script(script, list(files.values()))
        result |= {f"{reader} {name}": read[str(path)] for name, path in files.items()}
    return result


def test_khronos_validator_finds_no_error_and_no_warning(files):
    for path, report in run_script("validate.mjs", list(files.values())).items():
        assert report["numErrors"] == report["numWarnings"] == 0, (path, report["messages"])
        # Of extensions it does not know it says so, and that what they alone name is not used.
        assert {message["code"] for message in report["messages"]} <= {"UNSUPPORTED_EXTENSION", "UNUSED_OBJECT"}


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("reader", READERS)
def test_the_cart_stands_as_it_was_made(reader, geometry, found):
    meshes = {mesh["name"]: mesh for mesh in found[f"{reader} cart {geometry}"]["meshes"]}
    assert set(meshes) == {"cart", "cart_collision_00"}  # the finest level alone is drawn
    assert meshes["cart"]["triangles"] == len(cart_scene().nodes[0].mesh.faces)
    assert_is_the_cart(meshes["cart"]["points"], 1e-6 if geometry == "plain" else STEP)
    assert meshes["cart_collision_00"]["parent"] == "physics"
    assert meshes["cart"]["attributes"] == ["normal", "position", "tangent", "uv"]


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("reader", READERS)
def test_the_rig_has_its_bones_and_moves(reader, geometry, found):
    read, made = found[f"{reader} rig {geometry}"], fbx.rig_scene()
    (mesh,) = read["meshes"]
    wanted = fbx.worlds(made)
    assert list(mesh["bones"]) == [node.name for node in made.nodes[1:4]]
    for name, world in zip(mesh["bones"], wanted[1:4], strict=True):
        np.testing.assert_allclose(np.array(mesh["bones"][name]).reshape(4, 4).T, world, atol=1e-5)
    body = made.nodes[4].content
    distance, rows = cKDTree(body.positions).query(mesh["points"])
    assert distance.max() < 1e-5
    assert sorted(rows) == list(range(len(body.positions)))
    assert [clip["name"] for clip in read["clips"]] == ["swing"]
    assert read["clips"][0]["duration"] == pytest.approx(1, abs=1e-6)
    tolerance = 1e-5 if geometry == "plain" else 1e-4  # weights of 16 bits
    for moved in read["moved"]:
        now = fbx.skinned(made, moved["seconds"])[rows]
        np.testing.assert_allclose(moved["points"]["body"], now, atol=tolerance)


def test_trimesh_agrees_on_counts_bounds_and_bones(files):
    scene = trimesh.load(io.BytesIO(files["cart plain"].read_bytes()), file_type="glb", process=False)
    assert isinstance(scene, trimesh.Scene)
    assert_is_the_cart(scene.geometry["cart"].vertices, 1e-6)
    assert len(scene.geometry["cart"].faces) == len(cart_scene().nodes[0].mesh.faces)
    rig = trimesh.load(io.BytesIO(files["rig plain"].read_bytes()), file_type="glb", process=False)
    assert isinstance(rig, trimesh.Scene)
    made = fbx.rig_scene()
    for node, world in zip(made.nodes, fbx.worlds(made), strict=True):
        np.testing.assert_allclose(rig.graph.get(node.name)[0], world, atol=1e-6)
    np.testing.assert_allclose(rig.geometry["body"].vertices, made.nodes[4].content.positions, atol=1e-6)


@pytest.fixture(scope="module")
def blender(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    # Its bones have no scale: the rig without any.
    written = {f"cart {geometry}": write_gltf(cart_scene(), geometry) for geometry in ("plain", "quantized")}
    written |= {f"rig {g}": write_gltf(rig_scene(stretched=False), g) for g in ("plain", "quantized")}
    return read_blender("gltf/blender_dump.py", written, ".glb", tmp_path_factory.mktemp("blender"))


@pytest.mark.parametrize("geometry", ["plain", "quantized"])
def test_blender_agrees(geometry, blender):
    things = blender[f"cart {geometry}"]["things"]
    assert_is_the_cart(y_up(things["cart"]["points"]), 1e-6 if geometry == "plain" else STEP)
    assert things["cart"]["triangles"] == len(cart_scene().nodes[0].mesh.faces)
    assert things["cart"]["images"] == ["paint_BaseColor", "paint_Normal", "paint_ORM"]
    rig, made = blender[f"rig {geometry}"], rig_scene(stretched=False)
    (armature,) = (thing for thing in rig["things"].values() if thing["bones"])
    heads = {made.nodes[i].name: world[:3, 3] for i, world in enumerate(world_matrices(made.nodes)) if 1 <= i <= 3}
    assert set(heads) <= set(armature["bones"])
    for name, head in heads.items():
        np.testing.assert_allclose(y_up(armature["bones"][name]), head, atol=1e-5)
    body = made.nodes[4]
    weights = rig["things"]["body"]["weights"]
    for entries, row in zip(weights, body.skin.weights, strict=True):
        back = dict(entries)
        np.testing.assert_allclose([back.get(made.nodes[j].name, 0.0) for j in body.skin.joints], row, atol=1e-4)


def test_godot_agrees(tmp_path):
    nodes = read_godot(write_gltf(cart_scene()), ".glb", tmp_path / "cart")
    # It knows no MSFT_lod and draws the stand-in too; a mesh called like the scene gets a number.
    meshes = {node["name"]: node["points"] for node in nodes if node["points"]}
    assert list(meshes) == ["cart 2", "cart_LOD1", "cart_collision_00"]
    assert_is_the_cart(meshes["cart 2"], 1e-5)
    made = rig_scene(stretched=False)
    nodes = read_godot(write_gltf(made), ".glb", tmp_path / "rig")
    (skeleton,) = (node for node in nodes if node["bones"])
    worlds = world_matrices(made.nodes)
    assert list(skeleton["bones"]) == ["hfte", "spine", "head"]  # it leaves out what is no ASCII
    np.testing.assert_allclose(list(skeleton["bones"].values()), [worlds[i][:3, 3] for i in (1, 2, 3)], atol=1e-5)
    assert [node["clips"] for node in nodes if node["clips"]] == [["swing"]]
