"""GLB files as outside readers see them: the Khronos validator, three.js and trimesh."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import trimesh

from importer.errors import StageError
from importer.export.glb import Material, Part, write_glb
from importer.records import Mesh, TexturedMesh
from importer.texture.packing import encode_png
from tests.support.glb_edit import split
from tests.support.models import CART_SIZE, FLAG_TOP, LEFT_LAMP, NOSE, TARGETS, asset, ball, box_hull, cart, maps
from tests.support.node import run_script
from tests.support.published import exported

# Further levels for Unreal carry a material's name only; the importer there must not make its textures twice.
BARE_INFOS = {"UNUSED_MESH_TANGENT", "UNUSED_OBJECT"}
# The validator does not know MSFT_lod, nor that it alone names the coarser nodes.
WEB_INFOS = {"UNSUPPORTED_EXTENSION", "UNUSED_OBJECT"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("glb")
    for made in (asset("cart"), asset("Kürbis 南瓜", (ball(12), ball(6), ball(4)))):
        for name, data in exported(made).files.items():
            path = base / made.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return base


@pytest.fixture(scope="module")
def loaded(folder: Path) -> dict[str, list[dict]]:
    found = run_script("read_glb.mjs", sorted(folder.rglob("*.glb")))
    return {Path(path).relative_to(folder).as_posix(): read["meshes"] for path, read in found.items()}


def test_khronos_validator_finds_nothing(folder: Path) -> None:
    reports = run_script("validate.mjs", sorted(folder.rglob("*.glb")))
    # Two of Unity, Unreal, Godot, glTF, web; 2 and 3 levels.
    assert len(reports) == (2 + 2 + 2 + 1 + 3 + 2) + (2 + 2 + 3 + 1 + 4 + 2)
    for path, report in reports.items():
        codes = {message["code"] for message in report["messages"]}
        allowed = BARE_INFOS if "/unreal/" in Path(path).as_posix() and "_LOD" in path else set()
        allowed = WEB_INFOS if "/web/" in Path(path).as_posix() else allowed
        assert codes <= allowed, (path, report["messages"])
        assert report["numErrors"] == report["numWarnings"] == 0


def test_three_and_trimesh_agree_on_counts_and_bounds(folder: Path, loaded: dict[str, list[dict]]) -> None:
    for name, meshes in loaded.items():
        if "/web/" in name:
            continue  # trimesh knows no quantization
        scene = trimesh.load(folder / name, force="scene", process=False)
        assert isinstance(scene, trimesh.Scene)
        assert sum(mesh["triangles"] for mesh in meshes) == sum(len(g.faces) for g in scene.geometry.values())
        low = np.min([mesh["min"] for mesh in meshes], axis=0)
        high = np.max([mesh["max"] for mesh in meshes], axis=0)
        np.testing.assert_allclose([low, high], scene.bounds, atol=1e-6)


@pytest.mark.parametrize(
    ("file", "node"),
    [
        ("unity-urp/cart.glb", "cart_LOD0"),
        ("unreal/SM_cart.glb", "SM_cart"),
        ("godot/cart.glb", "cart_mesh"),
        ("gltf/cart.glb", "cart"),
    ],
)
def test_cart_is_upright_looks_along_z_and_is_not_mirrored(loaded: dict[str, list[dict]], file: str, node: str) -> None:
    mesh = next(mesh for mesh in loaded[f"cart/{file}"] if mesh["name"] == node)
    points = np.array(mesh["points"])
    np.testing.assert_allclose(np.ptp(points, axis=0), CART_SIZE, atol=1e-6)
    np.testing.assert_allclose(points[points[:, 2] > 0.99], [NOSE] * 4, atol=1e-6)  # four triangles meet there
    lamp = points[np.abs(points[:, 1] - LEFT_LAMP[1]) < 1e-3]
    assert len(lamp)
    assert (lamp[:, 0] > 0).all()
    assert (np.abs(points[points[:, 1] > 1.1] - FLAG_TOP) < 0.21).all()
    assert points[:, 1].min() == 0


def test_three_sees_every_attribute_and_map(loaded: dict[str, list[dict]]) -> None:
    for name, meshes in loaded.items():
        for mesh in meshes:
            if "collision" in mesh["name"].lower() or mesh["name"].startswith("UCX_") or "convcol" in mesh["name"]:
                assert mesh["attributes"] == ["position"]
                continue
            assert mesh["attributes"] == ["normal", "position", "tangent", "uv"], name
            if not ("/unreal/" in name and "_LOD" in name):
                assert mesh["maps"] == ["map", "normalMap", "roughnessMap", "metalnessMap", "aoMap"], name
                assert mesh["colorSpace"] == "srgb"


def test_levels_say_their_screen_size(loaded: dict[str, list[dict]]) -> None:
    extras = {mesh["name"]: mesh["extras"] for mesh in loaded["cart/unity-urp/cart.glb"]}
    assert extras["cart_LOD1"]["lod"] == 1
    assert extras["cart_LOD1"]["screen_size"] == 0.5


def test_large_meshes_get_32_bit_indices_and_small_ones_16() -> None:
    material = Material("m")
    for cuts, component in ((4, 5123), (104, 5125)):  # 6 * 105**2 = 66,150 vertices
        document, _ = split(write_glb("ball", [Part("ball", ball(cuts))], material))
        accessor = document["accessors"][document["meshes"][0]["primitives"][0]["indices"]]
        assert accessor["componentType"] == component


def test_last_16_bit_index_is_never_the_primitive_restart_value() -> None:
    for count, component in ((65_535, 5123), (65_536, 5125)):
        vertices = np.random.default_rng(0).normal(size=(count, 3)).astype(np.float32)
        mesh = Mesh(vertices, np.arange(count // 3 * 3, dtype=np.int32).reshape(-1, 3)[:, ::-1] + count % 3)
        document, _ = split(write_glb("m", [Part("m", mesh)], Material("m")))
        assert document["accessors"][1]["componentType"] == component


def test_container_is_laid_out_as_the_specification_says() -> None:
    image = encode_png(maps().base_color)
    data = write_glb("cart", [Part("cart", cart())], Material("cart", image, image, image), root="top")
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    assert length % 4 == 0
    document, binary = split(data)
    assert all(view["byteOffset"] % 4 == 0 for view in document["bufferViews"])
    assert document["buffers"] == [{"byteLength": len(binary)}]
    assert document["asset"]["generator"].startswith("asset-drop ")
    view = document["bufferViews"][document["images"][0]["bufferView"]]
    assert binary[view["byteOffset"] :][: view["byteLength"]] == image


def test_occlusion_shares_the_metallic_roughness_texture() -> None:
    image = encode_png(maps().orm)
    document, _ = split(write_glb("cart", [Part("cart", cart())], Material("cart", image, image, image)))
    material = document["materials"][0]
    shared = material["pbrMetallicRoughness"]["metallicRoughnessTexture"]["index"]
    assert material["occlusionTexture"]["index"] == shared
    assert len(document["images"]) == 3


def test_hulls_have_no_material() -> None:
    document, _ = split(write_glb("hull", [Part("UCX_a_00", box_hull(cart()))], Material("m")))
    assert "material" not in document["meshes"][0]["primitives"][0]
    assert "materials" not in document


@pytest.mark.parametrize("target", TARGETS)
def test_same_records_give_the_same_bytes(target: str) -> None:
    wanted = {"export": {"targets": [target]}}
    assert exported(asset(**wanted)).files == exported(asset(**wanted)).files


def test_a_vertex_that_is_no_number_stops_the_export() -> None:
    mesh = cart()
    mesh.vertices[3, 1] = np.nan
    with pytest.raises(StageError, match="NaN"):
        write_glb("cart", [Part("cart", mesh)], Material("cart"))


def test_trimesh_reads_normals_uv_and_pixels_back() -> None:
    mesh, made = cart(), maps()
    image = encode_png(made.base_color)
    data = write_glb("cart", [Part("cart", mesh)], Material("cart", image, image, image))
    scene = trimesh.load(io.BytesIO(data), file_type="glb", process=False)
    assert isinstance(scene, trimesh.Scene)
    (found,) = scene.geometry.values()
    assert isinstance(found, trimesh.Trimesh)
    np.testing.assert_array_equal(found.vertices, mesh.vertices)
    np.testing.assert_array_equal(found.faces, mesh.faces)
    np.testing.assert_allclose(found.vertex_normals, mesh.normals, atol=1e-6)
    np.testing.assert_allclose(np.column_stack([found.visual.uv[:, 0], 1 - found.visual.uv[:, 1]]), mesh.uv, atol=1e-6)
    np.testing.assert_array_equal(np.asarray(found.visual.material.baseColorTexture.convert("RGB")), made.base_color)


def test_records_used_here_are_sound() -> None:
    for mesh in (cart(), ball(6)):
        assert isinstance(mesh, TexturedMesh)
        solid = trimesh.Trimesh(mesh.vertices, mesh.faces, process=True, merge_norm=True, merge_tex=True)
        assert solid.is_watertight
        assert solid.volume > 0
