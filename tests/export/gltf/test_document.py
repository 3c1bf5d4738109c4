"""What a file says of nodes, skins and levels, and that it says it the same way every time."""

from __future__ import annotations

import io
from itertools import product
from typing import Any

import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree

from importer.export.gltf.document import write_gltf
from importer.export.gltf.scene import Material, Node, Scene
from importer.export.matrices import world_matrices
from importer.export.rig import Skin, Vector
from tests.export.fbx.scenes import quaternion
from tests.export.gltf.scenes import PNG, cart_scene, rig_scene
from tests.support.glb_edit import split
from tests.support.models import cart
from tests.support.node import run_script

GEOMETRIES = ("plain", "quantized", "meshopt")


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_same_scene_gives_the_same_bytes(geometry):
    for make in (cart_scene, rig_scene):
        assert write_gltf(make(), geometry) == write_gltf(make(), geometry)


def test_geometries_say_what_they_need():
    wanted = {
        "plain": [],
        "quantized": ["KHR_mesh_quantization"],
        "meshopt": ["EXT_meshopt_compression", "KHR_mesh_quantization"],
    }
    for geometry, names in wanted.items():
        document, _ = split(write_gltf(rig_scene(), geometry))  # type: ignore[arg-type]
        assert document.get("extensionsUsed", []) == document.get("extensionsRequired", []) == names


SCALES = [(1.0, 1.0, 1.0), (2.0, 0.5, 1.0), (1.0, -1.0, 1.0)]


def moved_cart(scale: Vector) -> Scene:
    placed = Node("cart", cart(), 0, 0, (0.1, 0.2, -0.4), quaternion("x", 40), scale)
    above = Node("above", None, None, 0, (1.0, 2.0, 3.0), quaternion("y", 30))
    return Scene("moved", (above, placed), (Material("m"),))


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What both readers in node say of the moved cart, by reader, geometry and scale."""
    folder = tmp_path_factory.mktemp("moved")
    paths = {}
    for geometry, scale in product(GEOMETRIES, SCALES):
        paths[geometry, scale] = folder / f"{geometry}{len(paths)}.glb"
        paths[geometry, scale].write_bytes(write_gltf(moved_cart(scale), geometry))
    read = {script: run_script(script, list(paths.values())) for script in ("read_glb.mjs", "read_babylon.mjs")}
    return {(script, *key): read[script][str(path)]["meshes"] for script in read for key, path in paths.items()}


@pytest.mark.parametrize("reader", ["read_glb.mjs", "read_babylon.mjs"])
@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("scale", SCALES, ids=str)
def test_a_node_s_own_transform_holds_in_every_geometry(reader, geometry, scale, moved):
    (mesh,) = moved[reader, geometry, scale]
    wanted = trimesh.transform_points(cart().vertices, world_matrices(moved_cart(scale).nodes)[1])
    atol = 1e-5 if geometry == "plain" else 1e-4
    distance, _ = cKDTree(wanted).query(mesh["points"])
    assert distance.max() < atol
    assert len(mesh["points"]) == len(wanted)
    np.testing.assert_allclose([mesh["min"], mesh["max"]], [wanted.min(0), wanted.max(0)], atol=atol)


def test_a_skinned_mesh_below_a_moved_node_takes_its_transform_into_the_vertices(tmp_path):
    count = len(cart().vertices)
    skin = Skin((0,), np.zeros((count, 1), np.int32), np.ones((count, 1), np.float32))
    body = Node("cart", cart(), 0, 0, (0.0, 0.5, 0.0), quaternion("z", 90), (1.0, 2.0, 1.0), skin)
    scene = Scene("s", (Node("bone", None, None, 0, (1.0, 0.0, 0.0), quaternion("y", 30)), body), (Material("m"),))
    wanted = trimesh.transform_points(cart().vertices, world_matrices(scene.nodes)[1])
    data = write_gltf(scene)
    document, _ = split(data)
    assert document["scenes"][0]["nodes"] == [0, 1]  # at the root, where its own transform counts for nothing
    assert not {"translation", "rotation", "scale", "matrix"} & set(document["nodes"][1])
    raw = trimesh.load(io.BytesIO(data), file_type="glb", process=False)
    np.testing.assert_allclose(raw.geometry["cart"].vertices, wanted, atol=1e-6)
    path = tmp_path / "a.glb"
    path.write_bytes(data)
    for script in ("read_glb.mjs", "read_babylon.mjs"):
        (mesh,) = run_script(script, [path])[str(path)]["meshes"]
        np.testing.assert_allclose(mesh["points"], wanted, atol=1e-5)
    report = run_script("validate.mjs", [path])[str(path)]
    assert report["numErrors"] == report["numWarnings"] == 0


def test_materials_are_those_that_are_drawn_with():
    nodes = (Node("a", cart(), material=2), Node("b", cart(), material=0))
    scene = Scene("s", nodes, (Material("first"), Material("unused"), Material("third", PNG)))
    document, _ = split(write_gltf(scene))
    assert [material["name"] for material in document["materials"]] == ["first", "third"]
    assert [mesh["primitives"][0]["material"] for mesh in document["meshes"]] == [1, 0]


def test_more_than_four_weights_a_vertex_are_kept(tmp_path):
    random = np.random.default_rng(0)
    count = len(cart().vertices)
    weights = random.random((count, 6))
    weights = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    skin = Skin(tuple(range(6)), np.tile(np.arange(6, dtype=np.int32), (count, 1)), weights)
    bones = [Node(f"bone{i}", None, i - 1 if i else None, 0, (0.0, 0.2, 0.0)) for i in range(6)]
    path = tmp_path / "a.glb"
    path.write_bytes(write_gltf(Scene("s", (*bones, Node("cart", cart(), skin=skin)), (Material("m"),))))
    report = run_script("validate.mjs", [path])[str(path)]
    assert report["numErrors"] == report["numWarnings"] == 0
    (mesh,) = run_script("read_babylon.mjs", [path])[str(path)]["meshes"]
    assert {"matricesIndicesExtra", "matricesWeightsExtra"} <= set(mesh["attributes"])
