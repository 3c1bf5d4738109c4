"""Blender's importer sees the same scene, where it is on the PATH."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import Mesh
from tests.export.carts import assert_is_the_cart, y_up
from tests.export.engines import read_blender
from tests.export.fbx.scenes import NAMES, cart_scene, levels_scene, quads_scene, rig_scene, skinned, worlds


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    files = {"cart": cart_scene(), "quads": quads_scene(), "rig": rig_scene(), "levels": levels_scene()}
    written = {name: write_fbx(scene) for name, scene in files.items()}
    return read_blender("fbx/blender_dump.py", written, ".fbx", tmp_path_factory.mktemp("blender"))


def test_the_cart_is_upright_faces_front_and_has_its_size_in_metres(found):
    assert_is_the_cart(y_up(found["cart"]["things"]["SM_cart_LOD0"]["mesh"]["points"]), 1e-5)


def test_levels_hulls_and_textures_arrive(found):
    things = found["cart"]["things"]
    assert {name: thing["parent"] for name, thing in things.items()} == {
        "SM_cart": None,
        "SM_cart_LOD0": "SM_cart",
        "SM_cart_LOD1": "SM_cart",
        "UCX_SM_cart_LOD0_00": None,
    }
    assert len(things["SM_cart_LOD1"]["mesh"]["sizes"]) == len(things["SM_cart_LOD0"]["mesh"]["sizes"]) - 12
    assert found["cart"]["textures"] == {"M_cart": ["T_cart_BC", "T_cart_E", "T_cart_N"]}


def test_quads_stay_quads_with_two_uv_sets_and_their_materials(found):
    wanted = quads_scene().nodes[0].content
    assert isinstance(wanted, Mesh)
    mesh = found["quads"]["things"][NAMES[0]]["mesh"]
    assert mesh["sizes"] == [4] * 6 + [5]
    np.testing.assert_allclose(y_up(mesh["points"])[mesh["corners"]], wanted.positions[wanted.corners], atol=1e-5)
    for uv_set in wanted.uv_sets:
        uv = np.array(mesh["uv_sets"][uv_set.name]) * [1, -1] + [0, 1]
        np.testing.assert_allclose(uv, uv_set.uv[uv_set.corners], atol=1e-6)
    names = [mesh["materials"][slot] for slot in mesh["slots"]]
    assert names == ["M_5", "M_4", "M_3", "M_2", NAMES[3], NAMES[1], "M_3"]


def test_bones_stand_where_they_rest_and_weights_are_exact(found):
    made = rig_scene()
    things = found["rig"]["things"]
    body = made.nodes[4].content
    assert isinstance(body, Mesh) and body.skin is not None
    for node, world in list(zip(made.nodes, worlds(made), strict=True))[1:4]:
        head = np.array(things["stretched"]["bones"][node.name])[:3, 3]
        np.testing.assert_allclose(y_up(head), world[:3, 3], atol=1e-5)
    np.testing.assert_allclose(y_up(things["body"]["mesh"]["points"]), body.positions, atol=1e-5)
    names = [made.nodes[joint].name for joint in body.skin.joints]
    for entries, weights in zip(things["body"]["mesh"]["weights"], body.skin.weights, strict=True):
        back = dict(entries)
        np.testing.assert_allclose([back.get(name, 0.0) for name in names], weights, atol=1e-4)


@pytest.mark.parametrize("index", range(4))
def test_the_clip_moves_the_skin(index, found):
    moved = found["rig"]["moved"][index]
    np.testing.assert_allclose(y_up(moved["points"]["body"]), skinned(rig_scene(), moved["seconds"]), atol=1e-5)


def test_levels_of_a_skinned_mesh_move_alike(found):
    moved = found["levels"]["moved"][2]
    for name in ("body_LOD0", "body_LOD1"):
        np.testing.assert_allclose(y_up(moved["points"][name]), skinned(rig_scene(), moved["seconds"]), atol=1e-5)
