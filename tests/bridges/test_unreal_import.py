"""The first import into Unreal, driven against the fake: from a published folder to assets and a report."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from importer.verify.reports import read_reports
from tests.bridges.unreal_fake.harness import SHARED, Project, open_project

CART = "/Game/Imported/cart"


@pytest.fixture
def project(tmp_path) -> Project:
    return open_project(tmp_path)


def test_a_published_cart_passes_every_check(project: Project) -> None:
    project.publish("good-unreal")
    project.look()
    report = project.report()
    assert report["status"] == "passed" and report["warnings"] == []
    (read,) = read_reports(project.out / "cart")
    assert (read.engine, read.status, read.outdated) == ("unreal", "passed", False), "the importer reads it otherwise"
    skipped = [check["name"] for check in report["checks"] if check["status"] == "skipped"]
    assert skipped == ["root_rotation_deg", "skeleton", "humanoid", "draws"]
    # The cart is 1 m wide (x), 2 m long (y) and 1.2 m high (z), and stands on the floor.
    assert project.check("size_m")["found"] == pytest.approx([1, 2, 1.2])
    assert project.check("pivot_m")["found"] == pytest.approx([0, 0, 0.6])


def test_assets_lie_in_one_folder_under_their_own_names(project: Project) -> None:
    project.publish("good-unreal")
    project.look()
    made = {path: type(asset).__name__ for path, asset in project.world.assets.items() if path.startswith(f"{CART}/")}
    assert made == {
        f"{CART}/SM_cart": "StaticMesh",
        f"{CART}/MI_cart": "MaterialInstanceConstant",
        f"{CART}/T_cart_BC": "Texture2D",
        f"{CART}/T_cart_N": "Texture2D",
        f"{CART}/T_cart_ORM": "Texture2D",
    }
    assert all(project.world.uasset(path).exists() for path in made), "not saved"


def test_interchange_gets_our_pipeline_and_no_legacy_options(project: Project) -> None:
    project.publish("good-unreal")
    project.look()
    world = project.world
    imports = world.called("InterchangeManager.import_asset")
    assert len(imports) == 2 + 3 + 3  # two levels, three textures, three defaults of the master material
    for _, _, parameters in imports:
        (path,) = parameters.override_pipelines
        pipeline = path._values["_object"]
        assert parameters.is_automated and parameters.replace_existing
        assert not pipeline.material_pipeline.import_materials
        assert not pipeline.scene_name_sub_folder and not pipeline.asset_type_sub_folders
    mesh = next(p for _, data, p in imports if data._file.endswith("SM_cart.glb"))
    pipeline = mesh.override_pipelines[0]._values["_object"]
    assert not pipeline.mesh_pipeline.combine_static_meshes and not pipeline.mesh_pipeline.build_nanite
    assert not pipeline.common_meshes_properties.recompute_tangents
    assert not any(called.startswith(("AssetTools.import", "AssetImportTask")) for called, _ in world.calls)


def test_textures_are_set_for_their_slots_and_green_is_not_flipped_twice(project: Project) -> None:
    project.publish("good-unreal")
    project.look()
    found = {
        name: (str(t.compression_settings), t.srgb, t.flip_green_channel, str(t.lod_group), str(t.address_x))
        for name in ("BC", "N", "ORM")
        for t in [project.asset(f"cart/T_cart_{name}")]
    }
    clamp = "<TextureAddress.TA_CLAMP: 1>"
    kinds, groups = "<TextureCompressionSettings.TC_", "<TextureGroup.TEXTUREGROUP_WORLD"
    assert found == {
        "BC": (f"{kinds}DEFAULT: 0>", True, False, f"{groups}: 0>", clamp),
        "N": (f"{kinds}NORMALMAP: 1>", False, False, f"{groups}_NORMAL_MAP: 1>", clamp),
        "ORM": (f"{kinds}MASKS: 2>", False, False, f"{groups}_SPECULAR: 2>", clamp),
    }
    for setting in ("flip_normal_map_green_channel", "detect_normal_map_texture"):
        assert project.world.called(f"InterchangeGenericTexturePipeline.{setting}") == [(False,)] * 6


def test_a_normal_map_with_green_up_is_flipped_by_its_setting(project: Project) -> None:
    project.publish("good-unreal")
    project.edit_manifest(lambda m: m["targets"]["unreal"]["textures"][1].update(normal_convention="opengl"))
    project.look()
    assert project.asset("cart/T_cart_N").flip_green_channel
    assert project.check("texture_normal_map")["status"] == "passed"


def test_one_master_material_serves_all_assets(project: Project) -> None:
    project.publish("good-unreal")
    project.publish("good-unreal", "second/cart")
    project.look()
    assert len(project.world.called("MaterialEditingLibrary.recompile_material")) == 1
    master = project.world.assets["/Game/ImporterBridge/M_ImporterBridge"]
    inputs = {target: (node.parameter_name, output) for target, (node, output) in master._inputs.items()}
    assert inputs == {
        "<MaterialProperty.MP_BASE_COLOR: 5>": ("BaseColor", "RGB"),
        "<MaterialProperty.MP_NORMAL: 10>": ("Normal", "RGB"),
        "<MaterialProperty.MP_AMBIENT_OCCLUSION: 18>": ("ORM", "R"),
        "<MaterialProperty.MP_ROUGHNESS: 8>": ("ORM", "G"),
        "<MaterialProperty.MP_METALLIC: 6>": ("ORM", "B"),
    }
    for folder in ("cart", "second/cart"):
        instance = project.asset(f"{folder}/MI_cart")
        assert instance.parent is master
        assert {name: texture._path for name, texture in instance._textures.items()} == {
            name: f"/Game/Imported/{folder}/T_cart_{end}"
            for name, end in (("BaseColor", "BC"), ("Normal", "N"), ("ORM", "ORM"))
        }


def test_levels_share_the_first_ones_slot_and_leave_nothing_behind(project: Project) -> None:
    project.publish("good-unreal")
    project.look()
    mesh = project.asset("cart/SM_cart")
    assert [len(level.faces) for level in mesh._levels] == [42, 30]
    assert [(slot.material_slot_name, slot.material_interface) for slot in mesh.static_materials] == [
        ("M_cart", project.asset("cart/MI_cart"))
    ]
    assert mesh._screen_sizes == [1.0, 0.5]
    assert not [path for path in project.world.assets if "Temporary" in path]
    assert not list((project.folder / "Intermediate/ImporterBridge").iterdir())


def test_hulls_come_by_name_and_none_is_made_up(project: Project) -> None:
    project.publish("good-unreal")
    project.look()
    (hull,) = project.asset("cart/SM_cart").body_setup.agg_geom.hulls()
    np.testing.assert_allclose([hull.min(0), hull.max(0)], [[-50, -100, 0], [50, 100, 120]], atol=1e-3)

    def without(manifest: dict) -> None:
        manifest["targets"]["unreal"]["collision"] = []

    project.publish("good-unreal", "soft")
    project.edit_manifest(without, "soft")
    project.look()
    assert project.asset("soft/SM_cart").body_setup.agg_geom.hulls() == []
    assert project.check("collision", "soft")["status"] == "passed"


def test_assets_tell_where_they_come_from(project: Project) -> None:
    folder = project.publish("good-unreal")
    project.look()
    mesh, texture = project.asset("cart/SM_cart"), project.asset("cart/T_cart_N")
    digest = project.report()["manifest_sha256"]
    assert mesh._tags == {"Importer.Key": "Imported/cart", "Importer.Role": "mesh", "Importer.Manifest": digest}
    # "Reimport" must find the file when the temporary copy is gone.
    assert mesh.asset_import_data.get_first_filename() == str(folder / "unreal/SM_cart.glb")
    assert texture.asset_import_data.get_first_filename() == str(folder / "unreal/T_cart_N.png")


def test_a_figure_becomes_a_skeletal_mesh_with_its_bones(project: Project) -> None:
    project.publish("good-figure")
    project.look()
    report = project.report("figure")
    assert report["status"] == "passed"
    box = json.loads((SHARED / "good-figure/expected.json").read_text("utf-8"))["targets"]["unreal"]["in_engine"]
    size = [(high - low) / 100 for low, high in zip(box["min"], box["max"], strict=True)]
    assert project.check("size_m", "figure")["found"] == pytest.approx(size, abs=1e-5)
    assert len(project.check("skeleton", "figure")["found"]) == 16
    assert project.check("root_rotation_deg", "figure")["found"] == 0
    mesh = project.asset("figure/SM_figure")
    assert type(mesh).__name__ == "SkeletalMesh"
    assert [slot.material_interface for slot in mesh.materials] == [project.asset("figure/MI_figure")]
    assert mesh.lod_info[0].screen_size.default == 1.0
    assert "SKELETAL_MESH" in str(project.world.assets["/Game/ImporterBridge/M_ImporterBridge"]._usages)
    assert "CHARACTER_NORMAL_MAP" in str(project.asset("figure/T_figure_N").lod_group)


def test_a_figures_further_levels_are_imported_onto_the_first(project: Project) -> None:
    folder = project.publish("good-figure")
    shutil.copy(folder / "unreal/SM_figure.glb", folder / "unreal/SM_figure_LOD1.glb")

    def two_levels(manifest: dict) -> None:
        first = next(entry for entry in manifest["files"] if entry["path"] == "unreal/SM_figure.glb")
        manifest["files"].append({**first, "path": "unreal/SM_figure_LOD1.glb"})
        manifest["lods"].append({**manifest["lods"][0], "level": 1, "screen_size": 0.3})
        level = {"level": 1, "file": "unreal/SM_figure_LOD1.glb", "node": "SM_figure_LOD1"}
        manifest["targets"]["unreal"]["lods"].append(level)

    project.edit_manifest(two_levels, "figure")
    project.look()
    mesh = project.asset("figure/SM_figure")
    assert len(mesh._levels) == 2 and [info.screen_size.default for info in mesh.lod_info] == [1.0, 0.3]
    assert project.report("figure")["status"] == "passed"


def test_fbx_brings_all_levels_at_once(project: Project) -> None:
    project.configure(format="fbx")
    project.publish("good-unreal")
    project.look()
    report = project.report()
    assert (report["status"], report["format"]) == ("passed", "fbx")
    files = [data._file.rpartition("/")[2] for _, data, _ in project.world.called("InterchangeManager.import_asset")]
    assert files.count("SM_cart.fbx") == 1 and not [file for file in files if file.endswith(".glb")]


def test_fbx_that_was_not_published_is_refused(project: Project) -> None:
    project.configure(format="fbx")
    project.publish("good-figure")
    project.look()
    assert project.report("figure")["problems"][0]["code"] == "FORMAT_UNREADABLE"


def test_what_unreal_names_otherwise_is_found_and_said(project: Project) -> None:
    project.world.faults = {"renames", "renames_slots"}
    project.publish("good-unreal")
    project.look()
    assert f"{CART}/SM_cart" in project.world.assets
    assert project.asset("cart/SM_cart").get_material(0) is project.asset("cart/MI_cart")
    warning = project.report()["warnings"][0]
    assert (warning["code"], warning["where"]) == ("ENGINE_WARNING", "M_cart")


def test_names_that_unreal_cannot_have_are_replaced(project: Project) -> None:
    project.publish("good-unreal", "old things/the cart")
    project.look()
    assert "/Game/Imported/old_things/the_cart/SM_cart" in project.world.assets
    assert project.report("old things/the cart")["status"] == "passed"


def test_new_files_are_marked_for_add(project: Project) -> None:
    project.world.files = {}
    project.publish("good-unreal")
    project.look()
    added = [file.rpartition("/")[2] for file, _ in project.world.called("SourceControl.mark_file_for_add")]
    assert {"SM_cart.uasset", "MI_cart.uasset", "T_cart_N.uasset", "M_ImporterBridge.uasset"} <= set(added)
