"""The FBX loader of three.js, an independent reader, sees the same scene."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial import cKDTree

from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import Mesh
from tests.export.carts import assert_is_the_cart
from tests.export.fbx.scenes import NAMES, cart_scene, quads_scene, rig_scene, skinned, worlds
from tests.support.node import run_script


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("three")
    paths = {}
    for name, make in (("cart", cart_scene), ("quads", quads_scene), ("rig", rig_scene)):
        paths[name] = folder / f"{name}.fbx"
        paths[name].write_bytes(write_fbx(make()))
    read = run_script("read_fbx.mjs", list(paths.values()))
    return {name: read[str(path)] for name, path in paths.items()}


def meters(scene: dict[str, Any], mesh: dict[str, Any]) -> np.ndarray:
    return np.array(mesh["points"]) * scene["unit"] / 100


def test_the_cart_is_upright_faces_front_and_has_its_size(found):
    scene = found["cart"]
    assert scene["unit"] == 1
    assert [(mesh["name"]) for mesh in scene["meshes"]] == ["SM_cart_LOD0", "SM_cart_LOD1", "UCX_SM_cart_LOD0_00"]
    assert_is_the_cart(meters(scene, scene["meshes"][0]), 1e-5)
    for node in scene["nodes"]:
        assert node["world"] == np.eye(4).reshape(-1).tolist()


def test_cart_has_uvs_normals_and_the_maps_that_three_knows(found):
    mesh = found["cart"]["meshes"][0]
    wanted = cart_scene().nodes[1].content
    assert isinstance(wanted, Mesh)
    np.testing.assert_allclose(np.array(mesh["normals"]).reshape(-1, 3), wanted.normals, atol=1e-6)
    uv = wanted.uv_sets[0].uv[wanted.uv_sets[0].corners] * [1, -1] + [0, 1]
    np.testing.assert_allclose(np.array(mesh["uv"]).reshape(-1, 2), uv, atol=1e-6)
    (material,) = mesh["materials"]
    assert material["maps"] == {
        "map": "T_cart_BC",
        "normalMap": "T_cart_N",
        "aoMap": "T_cart_AO",
        "emissiveMap": "T_cart_E",
    }


def test_quads_have_their_area_two_uv_sets_and_their_materials(found):
    (mesh,) = found["quads"]["meshes"]
    assert mesh["name"] == NAMES[0]
    p = meters(found["quads"], mesh).reshape(-1, 3, 3)
    assert len(p) == 6 * 2 + 3
    areas = np.linalg.norm(np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]), axis=1) / 2
    pentagon = 5 / 2 * np.sin(2 * np.pi / 5)
    assert areas.sum() == pytest.approx(2 * (1 * 1.5 + 1 * 2 + 1.5 * 2) + pentagon, rel=1e-5)
    assert len(mesh["uv"]) == len(mesh["uv1"]) == 2 * 3 * len(p)
    names = [mesh["materials"][slot]["name"] for _, _, slot in mesh["groups"]]
    assert names == ["M_5", "M_4", "M_3", "M_2", NAMES[3], NAMES[1], "M_3"]
    assert [count for _, count, _ in mesh["groups"]] == [6] * 6 + [9]


def test_the_rig_rests_in_its_bind_pose(found):
    made = rig_scene()
    body = made.nodes[4].content
    assert isinstance(body, Mesh) and body.skin is not None
    (mesh,) = found["rig"]["meshes"]
    assert mesh["bones"] == ["Hüfte", "spine", "head"]
    bones = {node["name"]: np.array(node["world"]).reshape(4, 4).T for node in found["rig"]["nodes"]}
    for node, world in zip(made.nodes, worlds(made), strict=True):
        back = np.diag([0.01] * 3 + [1]) @ bones[node.name] @ np.diag([100] * 3 + [1])
        np.testing.assert_allclose(back, world, atol=1e-5)
    triangles = vertices_of(mesh, body)
    np.testing.assert_allclose(meters(found["rig"], mesh), body.positions[triangles], atol=1e-5)
    weights = np.zeros((len(triangles), 3))
    indices = np.array(mesh["skinIndex"]).reshape(-1, 4)
    for k in range(4):
        np.add.at(
            weights, (np.arange(len(triangles)), indices[:, k]), np.array(mesh["skinWeight"]).reshape(-1, 4)[:, k]
        )
    np.testing.assert_allclose(weights, body.skin.weights[triangles], atol=1e-4)


@pytest.mark.parametrize("index", range(4))
def test_the_clip_moves_the_skin(index, found):
    made = rig_scene()
    assert found["rig"]["clips"] == [{"name": "swing", "duration": 1}]
    moved = found["rig"]["moved"][index]
    body = made.nodes[4].content
    assert isinstance(body, Mesh)
    wanted = skinned(made, moved["seconds"])[vertices_of(found["rig"]["meshes"][0], body)]
    np.testing.assert_allclose(meters(found["rig"], moved["meshes"][0]), wanted, atol=2e-5)


def vertices_of(mesh: dict[str, Any], source: Mesh) -> np.ndarray:
    """The row of the source for each vertex of three.js, which divides quads in its own way: by the rest position."""
    distance, rows = cKDTree(source.positions).query(np.array(mesh["points"]) / 100)
    assert distance.max() < 1e-5
    assert len(np.unique(rows)) == len(source.positions)
    return rows
