"""One object that looks different from every side, written for every engine, as every reader that runs here sees it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from importer.export.flavour import flavour
from tests.export.carts import assert_is_the_cart, y_up
from tests.export.engines import read_blender, read_godot
from tests.export.fbx.scenes import dump
from tests.support.models import CART_SIZE, asset
from tests.support.node import run_script
from tests.support.published import exported

# Path and node of LOD0; of the web's file in each geometry.
GLB = {
    "unity-urp": ("unity-urp/cart.glb", "cart_LOD0"),
    "unity-hdrp": ("unity-hdrp/cart.glb", "cart_LOD0"),
    "unreal": ("unreal/SM_cart.glb", "SM_cart"),
    "godot": ("godot/cart.glb", "cart_mesh"),
    "gltf": ("gltf/cart.glb", "cart"),
    "web": ("web/cart.glb", "cart"),
    "web meshopt": ("meshopt/web/cart.glb", "cart"),
}
FBX = {
    "unity-urp": ("unity-urp/cart.fbx", "cart_LOD0"),
    "unity-hdrp": ("unity-hdrp/cart.fbx", "cart_LOD0"),
    "unreal": ("unreal/SM_cart.fbx", "SM_cart"),
}
PLAIN = [name for name in GLB if not name.startswith("web")]
EXACT, STEP = 1e-5, 2 / 32_767  # metres; the web's positions have 16 bits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("carts")
    targets = ("unity-urp", "unity-hdrp", "unreal", "godot", "gltf", "web")
    files = exported(asset(export={"targets": targets, "formats": ("glb", "fbx")})).files
    packed = exported(asset(export={"targets": ("web",), "web_geometry": "meshopt"})).files
    for name, data in {**files, **{f"meshopt/{path}": data for path, data in packed.items()}}.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return base


@pytest.fixture(scope="module")
def read(folder: Path) -> dict[str, dict[str, Any]]:
    """What the three readers in node say, by reader and file."""
    result = {}
    for reader, script, names in (
        ("three", "read_glb.mjs", GLB),
        ("babylon", "read_babylon.mjs", GLB),
        ("three fbx", "read_fbx.mjs", FBX),
    ):
        paths = {file: folder / file for file, _ in names.values()}
        found = run_script(script, list(paths.values()))
        result |= {f"{reader} {file}": found[str(path)] for file, path in paths.items()}
    return result


def tolerance(target: str) -> float:
    return STEP if target.startswith("web") else EXACT


@pytest.mark.parametrize("reader", ["three", "babylon"])
@pytest.mark.parametrize("target", GLB)
def test_glb_in_three_and_babylon(target: str, reader: str, read: dict[str, Any]):
    file, node = GLB[target]
    mesh = next(mesh for mesh in read[f"{reader} {file}"]["meshes"] if mesh["name"] == node)
    assert_is_the_cart(mesh["points"], tolerance(target))


@pytest.mark.parametrize("target", PLAIN)
def test_glb_in_trimesh(target: str, folder: Path):
    file, node = GLB[target]
    scene = trimesh.load(io.BytesIO((folder / file).read_bytes()), file_type="glb", process=False)
    assert isinstance(scene, trimesh.Scene)
    matrix, geometry = scene.graph.get(node)
    mesh = scene.geometry[geometry]
    assert isinstance(mesh, trimesh.Trimesh)
    assert_is_the_cart(trimesh.transform_points(mesh.vertices, matrix), EXACT)


@pytest.mark.parametrize("target", FBX)
def test_fbx_in_three(target: str, read: dict[str, Any]):
    file, node = FBX[target]
    scene = read[f"three fbx {file}"]
    mesh = next(mesh for mesh in scene["meshes"] if mesh["name"] == node)
    assert_is_the_cart(np.array(mesh["points"]) * scene["unit"] / 100, EXACT)


@pytest.mark.parametrize("target", FBX)
def test_fbx_in_ufbx(target: str, folder: Path):
    file, node = FBX[target]
    found = dump(folder / file)
    assert found["axes"] == ["POSITIVE_X", "POSITIVE_Y", "POSITIVE_Z"]
    (mesh,) = (entry for entry in found["nodes"] if entry["name"] == node)
    assert mesh["world"] == np.eye(4).tolist()
    assert_is_the_cart(np.array(mesh["mesh"]["vertices"]) * found["unit_meters"], EXACT)


def test_blender_sees_it_in_every_file_that_it_reads(folder: Path, tmp_path: Path):
    # Its 3.4 knows no WebP; the two pipelines of Unity have the same meshes.
    glb = {name: (folder / GLB[name][0]).read_bytes() for name in PLAIN if name != "unity-hdrp"}
    things = read_blender("gltf/blender_dump.py", glb, ".glb", tmp_path)
    for target in glb:
        assert_is_the_cart(y_up(things[target]["things"][GLB[target][1]]["points"]), EXACT)
    fbx = {name: (folder / file).read_bytes() for name, (file, _) in FBX.items() if name != "unity-hdrp"}
    things = read_blender("fbx/blender_dump.py", fbx, ".fbx", tmp_path)
    for target in fbx:
        assert_is_the_cart(y_up(things[target]["things"][FBX[target][1]]["mesh"]["points"]), EXACT)


@pytest.mark.parametrize(("target", "suffix"), [("godot", ".glb"), ("unreal", ".fbx")])
def test_godot_sees_it(target: str, suffix: str, folder: Path, tmp_path: Path):
    file, _ = (GLB if suffix == ".glb" else FBX)[target]
    nodes = read_godot((folder / file).read_bytes(), suffix, tmp_path)
    carts = [node["points"] for node in nodes if len(node["points"]) > 8]
    assert_is_the_cart(carts[0], EXACT)
    bodies = [node for node in nodes if node["class"] == "StaticBody"]
    assert len(bodies) == (target == "godot")  # its hull became a body by its name; no other file's does


# As facts of the engines: front, up and the cart's own left in the engine's axes, and units in a metre.
ENGINES = {
    "unity-urp": ((0, 0, 1), (0, 1, 0), (-1, 0, 0), 1),
    "unity-hdrp": ((0, 0, 1), (0, 1, 0), (-1, 0, 0), 1),
    "unreal": ((0, 1, 0), (0, 0, 1), (1, 0, 0), 100),
    "godot": ((0, 0, 1), (0, 1, 0), (1, 0, 0), 1),
    "gltf": ((0, 0, 1), (0, 1, 0), (1, 0, 0), 1),
    "web": ((0, 0, 1), (0, 1, 0), (1, 0, 0), 1),
}


@pytest.mark.parametrize("target", ENGINES)
def test_in_the_engine_s_own_frame_it_faces_the_engine_s_front(target: str, read: dict[str, Any]):
    front, up, left, units = (np.array(value) for value in ENGINES[target])
    file, node = GLB[target]
    mesh = next(mesh for mesh in read[f"three {file}"]["meshes"] if mesh["name"] == node)
    layout = flavour(target, "cart", 2, 1)  # type: ignore[arg-type]
    points = np.array(mesh["points"]) @ np.array(layout.from_gltf).T
    assert_is_the_cart(np.stack([points @ left, points @ up, points @ front], axis=1) / units, tolerance(target))
    size = np.abs(np.stack([left, up, front])).T @ CART_SIZE * units
    np.testing.assert_allclose(np.ptp(points, axis=0), size, rtol=1e-4)
