"""Importing again into Unreal: nothing for nothing, in place for something new, and what an artist did stays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bridges.unreal_fake.harness import Project, imported_project

MESH = "/Game/Imported/cart/SM_cart"


@pytest.fixture
def project(tmp_path) -> Project:
    return imported_project(tmp_path)


def change(project: Project, **more: Any) -> None:
    """Publish a new version: the same files under another manifest."""
    project.edit_manifest(lambda manifest: manifest["generator"].update(version="9.9", **more))


def files_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def warnings(project: Project) -> list[tuple[str, str]]:
    return [(note["code"], note["where"]) for note in project.report()["warnings"]]


def test_the_same_state_again_touches_nothing(project: Project) -> None:
    before = files_of(project.folder) | files_of(project.out)
    for seconds in (2, 2, 100):
        project.look(seconds)
    project.world.calls.clear()
    project.session = None  # the editor is started again
    project.look(100)
    assert {name.partition(".")[0] for name, _ in project.world.calls} <= {"Paths"}
    assert files_of(project.folder) | files_of(project.out) == before


def test_a_new_version_updates_assets_in_place(project: Project) -> None:
    old = dict(project.world.assets)
    change(project)
    project.look()
    assert project.report()["status"] == "passed" and warnings(project) == []
    assert {path: asset is old.get(path) for path, asset in project.world.assets.items()} == dict.fromkeys(old, True)
    imports = project.world.called("InterchangeManager.import_asset")[8:]
    updated = [p.reimport_asset for _, data, p in imports if not data._file.endswith("LOD1.glb")]
    assert project.asset("cart/SM_cart") in updated and None not in updated
    strategies = {str(p.override_pipelines[0]._values["_object"].reimport_strategy) for _, _, p in imports}
    assert strategies == {"<ReimportStrategyFlags.APPLY_NO_PROPERTIES: 0>"}


def test_an_artists_material_in_a_slot_stays(project: Project) -> None:
    import unreal

    theirs = project.world.add("/Game/Art/M_gold", unreal.Material())
    project.asset("cart/SM_cart").set_material(0, theirs)
    project.world.faults = {"reimport_resets"}
    change(project)
    project.look()
    assert project.asset("cart/SM_cart").get_material(0) is theirs
    assert ("SETTING_KEPT", "slot M_cart") in warnings(project)
    assert project.check("materials")["status"] == "passed" and project.check("textures")["status"] == "skipped"
    change(project, name="again")
    project.look()
    assert project.asset("cart/SM_cart").get_material(0) is theirs, "kept once, lost the second time"


def test_what_unreal_resets_itself_is_put_right(project: Project) -> None:
    project.world.faults = {"reimport_resets"}
    change(project)
    project.look()
    assert project.asset("cart/SM_cart").get_material(0) is project.asset("cart/MI_cart")
    assert project.asset("cart/SM_cart")._screen_sizes == [1.0, 0.5]
    assert project.report()["status"] == "passed" and warnings(project) == []


def test_texture_settings_and_parameters_that_an_artist_set_stay(project: Project) -> None:
    import unreal

    texture, instance = project.asset("cart/T_cart_BC"), project.asset("cart/MI_cart")
    texture.set_editor_property("compression_settings", unreal.TextureCompressionSettings.TC_BC7)
    theirs = project.world.add("/Game/Art/T_rust", unreal.Texture2D())
    instance._textures["BaseColor"] = theirs
    change(project)
    project.look()
    assert texture.compression_settings is unreal.TextureCompressionSettings.TC_BC7
    assert instance._textures["BaseColor"] is theirs
    assert warnings(project) == [
        ("SETTING_KEPT", "M_cart: BaseColor"),
        ("SETTING_KEPT", "T_cart_BC.png: compression_settings"),
    ]


def test_screen_sizes_sockets_and_collision_stay(project: Project) -> None:
    import unreal

    mesh = project.asset("cart/SM_cart")
    mesh._screen_sizes = [1.0, 0.1]
    socket = unreal.StaticMeshSocket()
    socket.set_editor_property("socket_name", "Grip")
    mesh.add_socket(socket)
    shapes = mesh.body_setup.agg_geom
    theirs = np.array([[0, 0, 0], [10, 0, 0], [0, 10, 0], [0, 0, 10.0]])
    shapes.hulls().append(theirs)
    mesh.body_setup.set_editor_property("agg_geom", shapes)
    project.world.faults = {"reimport_resets"}
    for name in ("second", "third"):
        change(project, name=name)
        project.look()
        assert mesh._screen_sizes == pytest.approx([1.0, 0.1])
        assert mesh.find_socket("Grip") is socket
        assert len(mesh.body_setup.agg_geom.hulls()) == 2
        assert warnings(project) == [("SETTING_KEPT", "collision"), ("SETTING_KEPT", "lod_screen_sizes")]
        assert project.report()["status"] == "passed"


def test_levels_that_an_artist_made_stay(project: Project) -> None:
    mesh = project.asset("cart/SM_cart")
    mesh._levels[1].faces = mesh._levels[1].faces[:5]
    change(project)
    project.look()
    assert len(mesh._levels[1].faces) == 5
    assert warnings(project) == [("SETTING_KEPT", "levels")]
    assert project.check("lod_triangles")["status"] == "skipped"


def test_edited_geometry_is_not_overwritten_until_told_to(project: Project) -> None:
    mesh = project.asset("cart/SM_cart")
    mesh._levels[0].faces = mesh._levels[0].faces[:7]
    change(project)
    project.look()
    report = project.report()
    assert report["status"] == "refused" and report["problems"][0]["code"] == "FILE_EDITED"
    assert len(mesh._levels[0].faces) == 7
    before = files_of(project.out)
    project.look(31)
    assert files_of(project.out) == before, "the same refusal was reported again"

    project.session.again["Imported/cart"] = True
    project.look()
    assert len(mesh._levels[0].faces) == 42 and project.report()["status"] == "passed"
    copy = project.world.assets[f"{MESH}_edited_1"]
    assert len(copy._levels[0].faces) == 7 and copy._tags["Importer.Key"] == ""


def test_replacing_edits_takes_the_assets_own_settings(project: Project) -> None:
    project.asset("cart/SM_cart")._screen_sizes = [1.0, 0.1]
    project.session.again["Imported/cart"] = True
    project.look()
    assert project.asset("cart/SM_cart")._screen_sizes == [1.0, 0.5]
    assert [code for code, _ in warnings(project)] == ["ENGINE_WARNING"]  # the copy


def test_a_moved_asset_is_updated_where_it_is(project: Project) -> None:
    mesh = project.asset("cart/SM_cart")
    project.world.move(MESH, "/Game/Props/SM_wagon")
    change(project)
    project.look()
    assert project.report()["status"] == "passed" and MESH not in project.world.assets
    assert project.world.assets["/Game/Props/SM_wagon"] is mesh
    assert project.state()["Imported/cart"]["engine"]["objects"]["mesh"] == "/Game/Props/SM_wagon"
    assert not [path for path in project.world.assets if "Temporary" in path]


def test_what_was_deleted_in_unreal_comes_back_only_when_it_changes(project: Project) -> None:
    project.world.delete(MESH)
    project.look()
    assert MESH not in project.world.assets
    change(project)
    project.look()
    assert MESH in project.world.assets and project.report()["status"] == "passed"


def test_what_is_no_longer_published_stays(project: Project) -> None:
    import shutil

    shutil.rmtree(project.out / "cart")
    project.look()
    project.look()
    assert MESH in project.world.assets
    assert [text for _, text in project.told if "no longer published" in text] == [
        "Imported/cart is no longer published; what was imported stays"
    ]


def test_parts_that_a_new_version_lacks_are_left_over(project: Project) -> None:
    def without_orm(manifest: dict) -> None:
        target = manifest["targets"]["unreal"]
        target["textures"] = [entry for entry in target["textures"] if entry["slot"] != "orm"]
        del target["materials"][0]["textures"]["orm"]

    project.edit_manifest(without_orm)
    project.look()
    assert warnings(project) == [("LEFT_OVER", "/Game/Imported/cart/T_cart_ORM")]
    assert "/Game/Imported/cart/T_cart_ORM" in project.world.assets


def test_fewer_levels_remove_the_old_ones(project: Project) -> None:
    def one_level(manifest: dict) -> None:
        manifest["lods"] = manifest["lods"][:1]
        manifest["targets"]["unreal"]["lods"] = manifest["targets"]["unreal"]["lods"][:1]
        manifest["targets"]["unreal"]["fbx"]["lods"] = manifest["targets"]["unreal"]["fbx"]["lods"][:1]

    project.edit_manifest(one_level)
    project.look()
    assert len(project.asset("cart/SM_cart")._levels) == 1 and project.report()["status"] == "passed"


def test_a_lost_state_keeps_what_differs(project: Project) -> None:
    import unreal

    project.asset("cart/T_cart_BC").set_editor_property("lod_group", unreal.TextureGroup.TEXTUREGROUP_UI)
    (project.folder / "Config/ImporterBridge.state.json").write_text("{ damaged")
    project.session = None
    project.look()
    assert (project.folder / "Config/ImporterBridge.state.damaged.json").exists()
    assert project.asset("cart/T_cart_BC").lod_group is unreal.TextureGroup.TEXTUREGROUP_UI
    assert warnings(project) == [("SETTING_KEPT", "T_cart_BC.png: lod_group")]


def test_an_import_that_was_cut_off_is_done_again(project: Project) -> None:
    from dataclasses import replace

    session = project.session
    session.keep("Imported/cart", replace(session.state["Imported/cart"], importing=True))
    calls = len(project.world.called("InterchangeManager.import_asset"))
    project.session = None
    project.look()
    assert len(project.world.called("InterchangeManager.import_asset")) > calls
    assert "importing" not in project.state()["Imported/cart"]


def test_an_asset_that_crashes_unreal_is_given_up_after_three_times(project: Project, monkeypatch) -> None:
    from importer_bridge.engine.unreal_engine import UnrealEngine

    change(project)
    crash = lambda engine, job: (_ for _ in ()).throw(KeyboardInterrupt)  # noqa: E731  nothing after it runs
    monkeypatch.setattr(UnrealEngine, "import_asset", crash)
    for _ in range(3):
        project.session = None
        with pytest.raises(KeyboardInterrupt):
            project.look()
    monkeypatch.undo()
    project.session = None
    project.look()
    problem = project.report()["problems"][0]
    assert problem["code"] == "IMPORT_FAILED" and "3 times" in problem["what"]
    project.session.again["Imported/cart"] = False
    project.look()
    assert project.report()["status"] == "passed" and "attempts" not in project.state()["Imported/cart"]


def test_a_full_disk_is_not_met_at_every_look(project: Project) -> None:
    change(project)
    project.world.faults = {"disk_is_full"}
    project.look()
    assert project.report()["problems"][0]["code"] == "FILE_LOCKED"
    calls = len(project.world.called("InterchangeManager.import_asset"))
    project.look()
    assert len(project.world.called("InterchangeManager.import_asset")) == calls
    project.world.faults = set()
    project.look(31)
    assert project.report()["status"] == "passed"


def test_a_read_only_state_is_checked_out_or_nothing_is_imported(project: Project, monkeypatch) -> None:
    state = project.folder / "Config/ImporterBridge.state.json"
    real, locked = os.access, {state.name}
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name not in locked and real(path, mode))
    change(project)
    calls = len(project.world.called("InterchangeManager.import_asset"))
    project.look()
    problem = project.report()["problems"][0]
    assert (problem["code"], problem["where"]) == ("FILE_LOCKED", "Config/ImporterBridge.state.json")
    assert len(project.world.called("InterchangeManager.import_asset")) == calls

    def check_out(file: Path) -> None:
        locked.discard(Path(file).name)

    project.session.check_out = check_out
    project.look(31)
    assert project.report()["status"] == "passed"


def test_a_mesh_with_nanite_is_not_judged_by_its_fallback(project: Project) -> None:
    project.asset("cart/SM_cart")._nanite._values["enabled"] = True
    change(project)
    project.look()
    assert project.check("lod_triangles")["status"] == "skipped" and project.report()["status"] == "passed"
    assert ("ENGINE_WARNING", MESH) in warnings(project)


def test_a_read_only_file_without_version_control_is_told_before_anything_changes(
    project: Project, monkeypatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("SM_cart.uasset"))  # root may write all
    change(project)
    project.world.calls.clear()
    project.look()
    assert project.report()["problems"][0]["code"] == "FILE_LOCKED"
    assert not project.world.called("InterchangeManager.import_asset")


@pytest.mark.parametrize(
    ("state", "faults", "why"),
    [
        ({"is_checked_out_other": True, "checked_out_other": "Ann", "is_current": True}, set(), "Ann has it"),
        ({"is_current": False, "can_check_out": True}, set(), "not the latest"),
        ({"is_current": True, "can_check_out": True}, {"check_out"}, "the server does not answer"),
    ],
)
def test_a_file_that_version_control_withholds_is_not_touched(project: Project, state, faults, why) -> None:
    project.world.files, project.world.faults = {"SM_cart": state}, faults
    change(project)
    project.world.calls.clear()
    project.look()
    problem = project.report()["problems"][0]
    assert problem["code"] == "FILE_LOCKED" and why in problem["what"] and problem["where"] == MESH
    assert not project.world.called("InterchangeManager.import_asset")
    project.world.files, project.world.faults = {"SM_cart": {"is_current": True, "can_check_out": True}}, set()
    project.look(31)
    assert project.report()["status"] == "passed"
    assert [file for file, _ in project.world.called("SourceControl.check_out_or_add_file") if "SM_cart" in file]
