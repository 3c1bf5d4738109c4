"""Whole files read back with ufbx: geometry, units and axes, materials, levels, skins and animations."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import FileFrame, Mesh, Node, Scene
from tests.export.fbx.scenes import (
    NAMES,
    PNG,
    at_time,
    cart_scene,
    levels_scene,
    local,
    quads_scene,
    read,
    rig_scene,
    skinned,
    worlds,
)
from tests.support.models import CART_SIZE, FLAG_TOP, LEFT_LAMP, NOSE

SCENES: dict[str, Callable[[], Scene]] = {"cart": cart_scene, "quads": quads_scene, "rig": rig_scene}
# Keys, frames between keys, and one time between two frames.
TIMES = [0.0, 0.1, 0.4, 0.7, 1.0, 0.25]
STEPS = np.arange(0, 1, 1 / 60).round(6).tolist()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("fbx")
    times = ["--times", *map(str, TIMES + STEPS)]
    return {name: read(make(), folder, *(times if name == "rig" else [])) for name, make in SCENES.items()}


def node(scene: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in scene["nodes"] if entry["name"] == name)


def points(scene: dict[str, Any], name: str) -> np.ndarray:
    """World positions of a node's mesh in metres, corner by corner."""
    entry = node(scene, name)
    world = np.array(entry["world"])
    return (np.array(entry["mesh"]["positions"]) @ world[:3, :3].T + world[:3, 3]) * scene["unit_meters"]


def in_meters(matrix: list[list[float]]) -> np.ndarray:
    """A matrix between frames of centimetres as one between frames of metres."""
    return np.diag([0.01, 0.01, 0.01, 1]) @ np.array(matrix) @ np.diag([100, 100, 100, 1])


@pytest.mark.parametrize("name", SCENES)
def test_ufbx_reads_every_scene_without_a_warning(name, found):
    assert (found[name]["version"], found[name]["ascii"], found[name]["warnings"]) == (7400, False, [])


@pytest.mark.parametrize("name", SCENES)
def test_equal_scenes_are_equal_bytes(name):
    assert write_fbx(SCENES[name]()) == write_fbx(SCENES[name]())


def test_the_cart_is_upright_faces_front_and_has_its_lamp_on_its_left(found):
    p = points(found["cart"], "SM_cart_LOD0")
    np.testing.assert_allclose(np.ptp(p, axis=0), CART_SIZE, atol=1e-5)
    np.testing.assert_allclose(p[p[:, 2].argmax()], NOSE, atol=1e-5)
    assert p[:, 1].min() == pytest.approx(0, abs=1e-5)
    assert p[:, 1].max() == pytest.approx(FLAG_TOP[1], abs=1e-5)

    def lamp(q: np.ndarray) -> np.ndarray:
        return q[(q[:, 1] > 0.605) & (q[:, 2] > -0.2)]

    np.testing.assert_allclose(np.ptp(lamp(p), axis=0) / 2 + lamp(p).min(0), [*LEFT_LAMP[:1], 0.705, 0], atol=1e-5)
    assert not len(lamp(points(found["cart"], "SM_cart_LOD1")))


def test_settings_are_centimetres_y_up_front_z(found):
    assert found["cart"]["unit_meters"] == pytest.approx(0.01)
    assert found["cart"]["axes"] == ["POSITIVE_X", "POSITIVE_Y", "POSITIVE_Z"]
    assert found["cart"]["frames_per_second"] == 30


def test_an_assets_nodes_have_no_rotation_and_unit_scale(found):
    for entry in found["cart"]["nodes"]:
        assert (entry["rotation"], entry["scale"]) == ([0, 0, 0, 1], [1, 1, 1])
        assert entry["world"] == np.eye(4).tolist()


def test_levels_hang_in_a_lod_group_with_thresholds_in_percent(found):
    (group,) = found["cart"]["lod_groups"]
    assert (group["nodes"], group["percent"]) == (["SM_cart"], True)
    assert group["distances"] == pytest.approx([100, 60])  # ufbx: where a level begins
    parents = {entry["name"]: entry["parent"] for entry in found["cart"]["nodes"]}
    assert parents == {
        "SM_cart": None,
        "SM_cart_LOD0": "SM_cart",
        "SM_cart_LOD1": "SM_cart",
        "UCX_SM_cart_LOD0_00": None,
    }


def test_normals_tangents_and_binormals_follow_the_surface(found):
    wanted = cart_scene().nodes[1].content
    assert isinstance(wanted, Mesh) and wanted.tangents is not None
    mesh = {
        key: np.array(value) for key, value in node(found["cart"], "SM_cart_LOD0")["mesh"].items() if key != "uv_sets"
    }
    uv = np.array(node(found["cart"], "SM_cart_LOD0")["mesh"]["uv_sets"]["UVMap"])
    np.testing.assert_allclose(mesh["normals"], wanted.normals, atol=1e-6)
    np.testing.assert_allclose(mesh["tangents"], wanted.tangents[:, :3], atol=1e-6)
    for start in range(0, len(uv), 3):  # dP/dV of each flat triangle
        corner = slice(start, start + 3)
        rise = np.linalg.solve(np.diff(uv[corner], axis=0), np.diff(mesh["positions"][corner], axis=0))[1]
        np.testing.assert_allclose(mesh["bitangents"][corner], np.tile(rise / np.linalg.norm(rise), (3, 1)), atol=1e-4)


def test_hulls_are_closed_and_flat_with_normals_that_point_outwards(found):
    mesh = node(found["cart"], "UCX_SM_cart_LOD0_00")["mesh"]
    p, normals = np.array(mesh["positions"]).reshape(-1, 3, 3), np.array(mesh["normals"]).reshape(-1, 3, 3)
    middle = p.mean((0, 1))
    volume = np.linalg.det(p - middle).sum() / 6
    assert volume == pytest.approx(np.prod(CART_SIZE) * 1e6, rel=1e-5)
    assert set(map(tuple, np.abs(normals).reshape(-1, 3).round(6))) == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
    assert ((p - middle) * normals).sum(-1).min() > 0


def test_vertices_split_for_seams_are_one_again(found):
    vertices = node(found["cart"], "SM_cart_LOD0")["mesh"]["vertices"]
    assert len(vertices) == 8 + 5 + 8 + 8  # body, nose, lamp, flag
    assert len(np.unique(vertices, axis=0)) == len(vertices)


def test_quads_and_pentagon_keep_corners_uv_sets_and_materials(found):
    wanted = quads_scene().nodes[0].content
    assert isinstance(wanted, Mesh)
    entry = node(found["quads"], NAMES[0])
    assert entry["mesh"]["sizes"] == [4] * 6 + [5]
    np.testing.assert_allclose(points(found["quads"], NAMES[0]), wanted.positions[wanted.corners], atol=1e-5)
    assert list(entry["mesh"]["uv_sets"]) == [NAMES[2], "lightmap"]
    for source in wanted.uv_sets:
        from_top = np.array(entry["mesh"]["uv_sets"][source.name]) * [1, -1] + [0, 1]
        np.testing.assert_allclose(from_top, source.uv[source.corners], atol=1e-6)
    names = [entry["materials"][slot] for slot in entry["mesh"]["slots"]]
    assert names == ["M_5", "M_4", "M_3", "M_2", NAMES[3], NAMES[1], "M_3"]


def test_material_has_classic_and_pbr_maps_and_values(found):
    (material,) = found["cart"]["materials"]
    assert (material["name"], material["shader"], material["pbr"]) == ("M_cart", "SHADERFX_GRAPH", True)
    assert material["maps"] == {
        "base": "T_cart_BC",
        "normal": "T_cart_N",
        "metallic": "T_cart_M",
        "roughness": "T_cart_R",
        "occlusion": "T_cart_AO",
        "emission": "T_cart_E",
        "classic diffuse": "T_cart_BC",
        "classic normal": "T_cart_N",
    }
    assert material["values"]["metallic"][0] == pytest.approx(0.25)
    assert material["values"]["roughness"][0] == pytest.approx(0.75)
    assert material["values"]["base"][:3] == pytest.approx([0.8, 0.7, 0.6])
    assert material["values"]["emission"][:3] == pytest.approx([0.1, 0.2, 0.3])


def test_textures_are_embedded_or_referenced_by_a_relative_path(found):
    textures = found["cart"]["textures"]
    assert len(textures) == 6
    assert base64.b64decode(textures["T_cart_BC"]["content"]) == PNG
    assert textures["T_cart_N"]["content"] == ""
    assert textures["T_cart_N"]["file"] == "textures\\T_cart_N.png"
    assert textures["T_cart_BC"]["wrap"] == ["CLAMP", "CLAMP"]
    assert textures["T_cart_N"]["wrap"] == ["REPEAT", "REPEAT"]
    assert {texture["uv_set"] for texture in textures.values()} == {"UVMap"}


@pytest.mark.parametrize("frame", [FileFrame(), FileFrame("z"), FileFrame("y", 100.0), FileFrame("z", 100.0)])
def test_every_file_frame_holds_the_same_scene(frame, tmp_path):
    """ufbx itself turns the file to metres, Y up, front +Z, by a matrix above it."""
    made = rig_scene(frame)
    scene = read(made, tmp_path, "--meters")
    body = made.nodes[4].content
    assert isinstance(body, Mesh)
    world = np.array(node(scene, "body")["world"])
    seen = np.array(node(scene, "body")["mesh"]["positions"]) @ world[:3, :3].T + world[:3, 3]
    np.testing.assert_allclose(seen, body.positions[body.corners], atol=1e-5)
    for entry, wanted in zip(made.nodes, worlds(made), strict=True):
        back = np.array(node(scene, entry.name)["world"])
        np.testing.assert_allclose(back[:3, 3], wanted[:3, 3], atol=1e-5)
    seconds = read(made, tmp_path, "--meters", "--times", "0.4")["moved"][0]
    moved = np.array(seconds["worlds"]["head"])[:3, 3]
    np.testing.assert_allclose(moved, worlds(at_time(made, 0.4))[3][:3, 3], atol=1e-5)


def test_bones_keep_rotated_rest_poses_below_an_unevenly_scaled_parent(found):
    made = rig_scene()
    assert found["rig"]["bones"] == ["Hüfte", "spine", "head"]
    for entry, world in zip(made.nodes, worlds(made), strict=True):
        back = node(found["rig"], entry.name)
        np.testing.assert_allclose(in_meters(back["world"]), world, atol=1e-5)
        np.testing.assert_allclose(in_meters(back["local"]), local(entry), atol=1e-5)


def test_skin_has_exact_weights_and_bind_matrices(found):
    made = rig_scene()
    body = made.nodes[4].content
    assert isinstance(body, Mesh) and body.skin is not None
    weights = np.zeros_like(body.skin.weights)
    world = worlds(made)
    (clusters,) = found["rig"]["skins"]
    for joint, cluster in enumerate(clusters):
        bone = body.skin.joints[joint]
        assert cluster["bone"] == made.nodes[bone].name
        weights[cluster["vertices"], joint] = cluster["weights"]
        np.testing.assert_allclose(in_meters(cluster["bind"]), world[bone], atol=1e-5)
        np.testing.assert_allclose(in_meters(cluster["from_mesh"]), np.linalg.inv(world[bone]) @ world[4], atol=1e-5)
    np.testing.assert_allclose(weights, body.skin.weights, atol=1e-4)


def test_bind_pose_holds_the_mesh_the_bones_and_their_parents(found):
    made = rig_scene()
    (pose,) = found["rig"]["poses"]
    assert pose["bind"]
    world = dict(zip((entry.name for entry in made.nodes), worlds(made), strict=True))
    assert set(pose["bones"]) == set(world)
    for name, matrix in pose["bones"].items():
        np.testing.assert_allclose(in_meters(matrix), world[name], atol=1e-5)


@pytest.mark.parametrize("index", range(len(TIMES)))
def test_animation_moves_bones_and_skin_as_it_should(index, found):
    made = rig_scene()
    assert found["rig"]["clips"] == [["swing", 0.0, 1.0]]
    moved = found["rig"]["moved"][index]
    seconds = moved["seconds"]
    near = 2e-5 if seconds != 0.25 else 5e-3  # between two frames the angles are linear, not an arc
    for entry, world in zip(made.nodes, worlds(at_time(made, seconds)), strict=True):
        np.testing.assert_allclose(in_meters(moved["worlds"][entry.name]), world, atol=near)
    np.testing.assert_allclose(np.array(moved["skinned"]["body"]) * 0.01, skinned(made, seconds), atol=near)


def test_levels_of_a_skinned_mesh_move_with_one_skeleton(tmp_path):
    found = read(levels_scene(), tmp_path, "--times", "0.4")
    assert found["warnings"] == []
    (group,) = found["lod_groups"]
    assert (group["nodes"], group["distances"]) == (["body"], pytest.approx([100, 40]))
    assert [[cluster["bone"] for cluster in skin] for skin in found["skins"]] == [["Hüfte", "spine", "head"]] * 2
    assert len(found["bones"]) == 3
    for name in ("body_LOD0", "body_LOD1"):
        now = np.array(found["moved"][0]["skinned"][name]) * found["unit_meters"]
        np.testing.assert_allclose(now, skinned(rig_scene(), 0.4), atol=1e-5)


def test_rotation_curves_turn_the_short_way(found):
    turns = np.array([moved["rotations"]["Hüfte"] for moved in found["rig"]["moved"][len(TIMES) :]])
    steps = 2 * np.degrees(np.arccos(np.clip(np.abs((turns[1:] * turns[:-1]).sum(1)), 0, 1)))
    assert steps.max() < 8  # at most 180 degrees in 0.4 s


def test_ids_of_old_objects_stay_when_objects_are_added(found, tmp_path):
    made = cart_scene()
    moved = [replace(entry, parent=None if entry.parent is None else entry.parent + 1) for entry in made.nodes]
    more = replace(made, nodes=(Node("first", made.nodes[1].content, None, (0,)), *moved))
    before, after = found["cart"]["ids"], read(more, tmp_path)["ids"]
    assert before.items() <= after.items()
    assert len(set(after.values())) == len(after)
    assert max(after.values()) < 2**53  # exact in JavaScript


def test_a_scene_of_bones_alone_can_be_written(tmp_path):
    made = rig_scene()
    assert read(Scene(made.nodes[:4], (), made.clips), tmp_path)["bones"] == ["Hüfte", "spine", "head"]
