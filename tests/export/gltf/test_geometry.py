"""Vertices as they are stored: within half a step, on the floor, weights of sum 1."""

from __future__ import annotations

import numpy as np
import pytest

from importer.export.gltf.geometry import vertices
from importer.export.rig import Skin
from importer.records import TexturedMesh
from tests.support.models import ball, cart


def metres(stored) -> np.ndarray:
    return stored.columns["POSITION"].rows / 32_767 * stored.scale + stored.offset


@pytest.mark.parametrize("mesh", [cart(), ball(10, radius=37.5), ball(10, radius=0.002)], ids=["cart", "huge", "tiny"])
def test_quantized_positions_are_within_half_a_step_and_the_floor_is_exact(mesh: TexturedMesh):
    stored = vertices(mesh, None, "quantized", movable=True)
    step = np.ptp(mesh.vertices, axis=0).max() / 65_534
    np.testing.assert_allclose(metres(stored), mesh.vertices, atol=step / 2 * 1.01)
    assert metres(stored)[:, 1].min() == pytest.approx(mesh.vertices[:, 1].min(), abs=1e-5 * float(step))
    assert stored.columns["POSITION"].rows.dtype == "<i2"


def test_quantized_directions_are_within_half_a_degree_and_uv_within_half_a_step():
    mesh = ball(20)
    stored = vertices(mesh, None, "quantized", movable=True).columns
    for name, wanted in (("NORMAL", mesh.normals), ("TANGENT", mesh.tangents[:, :3])):
        found = stored[name].rows[:, :3] / 127
        cosine = (found * wanted).sum(1) / np.linalg.norm(found, axis=1)
        assert np.degrees(np.arccos(np.clip(cosine, -1, 1)).max()) < 0.5
    np.testing.assert_array_equal(stored["TANGENT"].rows[:, 3] / 127, mesh.tangents[:, 3])
    np.testing.assert_allclose(stored["TEXCOORD_0"].rows / 65_535, mesh.uv, atol=0.51 / 65_535)


def test_texture_coordinates_outside_of_the_unit_square_stay_floats():
    mesh = ball(4)
    tiled = TexturedMesh(mesh.vertices, mesh.normals, mesh.tangents, mesh.uv * 3 - 1, mesh.faces)
    column = vertices(tiled, None, "quantized", movable=True).columns["TEXCOORD_0"]
    assert column.rows.dtype == "<f4"
    np.testing.assert_array_equal(column.rows, tiled.uv)


def test_a_point_like_mesh_stays_a_float_mesh():
    mesh = ball(2)
    flat = TexturedMesh(mesh.vertices * 0, mesh.normals, mesh.tangents, mesh.uv, mesh.faces)
    assert vertices(flat, None, "quantized", movable=True).columns["POSITION"].rows.dtype == "<f4"


def test_positions_stay_floats_where_the_node_cannot_carry_a_transform():
    stored = vertices(cart(), None, "quantized", movable=False)
    np.testing.assert_array_equal(stored.columns["POSITION"].rows, cart().vertices)
    assert stored.scale == 1


def skin(count: int, per_vertex: int, seed: int = 3) -> Skin:
    random = np.random.default_rng(seed)
    weights = random.random((count, per_vertex)) ** 3
    indices = np.argsort(random.random((count, 12)), axis=1)[:, :per_vertex]
    return Skin(
        tuple(range(12)), indices.astype(np.int32), (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    )


def dense(joints: np.ndarray, weights: np.ndarray) -> np.ndarray:
    result = np.zeros((len(joints), 12))
    for column in range(joints.shape[1]):
        np.add.at(result, (np.arange(len(joints)), joints[:, column]), weights[:, column])
    return result


@pytest.mark.parametrize("per_vertex", [1, 3, 4, 6, 8])
@pytest.mark.parametrize("geometry", ["plain", "quantized"])
def test_weights_come_back_and_sum_to_one(geometry, per_vertex: int):
    mesh = ball(6)
    given = skin(len(mesh.vertices), per_vertex)
    columns = vertices(mesh, given, geometry, movable=False).columns
    sets = -(-per_vertex // 4)
    joints = np.concatenate([columns[f"JOINTS_{i}"].rows for i in range(sets)], axis=1)
    weights = np.concatenate([columns[f"WEIGHTS_{i}"].rows for i in range(sets)], axis=1).astype(np.float64)
    assert f"JOINTS_{sets}" not in columns
    if geometry == "quantized":
        assert (weights.sum(1) == 65_535).all()
        weights /= 65_535
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-6)
    np.testing.assert_allclose(dense(joints, weights), dense(given.indices, given.weights), atol=1e-4)
    assert (np.diff(weights, axis=1) <= 0).all()  # readers of four see the four heaviest
    assert (joints[weights == 0] == 0).all()


def test_a_joint_named_twice_is_merged():
    mesh = ball(2)
    count = len(mesh.vertices)
    given = Skin(
        (0, 1), np.tile(np.array([1, 0, 1], np.int32), (count, 1)), np.tile(np.float32([0.25, 0.5, 0.25]), (count, 1))
    )
    columns = vertices(mesh, given, "plain", movable=False).columns
    np.testing.assert_array_equal(columns["WEIGHTS_0"].rows[0], [0.5, 0.5, 0, 0])
    assert sorted(columns["JOINTS_0"].rows[0][:2]) == [0, 1]
