"""The bridge for Unity without Unity: what becomes of a published folder, the first time and every time after."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from importer.verify.report_schema import CHECKS, Report
from tests.bridges.unity.mono import Bridge
from tests.bridges.unity.project import KEY, SHARED, Project, new_texture

PNG = "Imported/cart/cart_BaseColor.png"


@pytest.fixture
def project(tmp_path: Path, bridge: Bridge) -> Project:
    return Project(tmp_path, bridge)


def test_import_brings_every_file_and_passes_every_check(project: Project) -> None:
    done = project.imported()
    assert done["statuses"] == {KEY: "passed"}
    source = project.out / "cart/unity-urp"
    for name in ("cart.glb", "cart_BaseColor.png", "cart_Normal.png", "cart_MaskMap.png", "cart_Collision.glb"):
        assert (project.assets / "Imported/cart" / name).read_bytes() == (source / name).read_bytes()
    # One format only: Unity would import the cart twice.
    assert not (project.assets / "Imported/cart/cart.fbx").exists()
    assert project.failed() == []


def test_report_follows_the_schema(project: Project) -> None:
    project.imported()
    report = Report.model_validate(project.report())
    assert tuple(check.name for check in report.checks)[: len(CHECKS)] == CHECKS
    assert (report.engine.name, report.target, report.format, report.status) == ("unity", "unity-urp", "glb", "passed")
    assert {picture.file for picture in report.screenshots} <= {
        path.name for path in (project.out / "cart/reports").iterdir()
    }


def test_measured_cart_is_the_analytic_one_in_unity_axes(project: Project) -> None:
    """The cart is 1 m wide, 1.2 m high, 2 m long; Unity mirrors X, so the lamp on its left is at -X."""
    project.imported()
    checks = {check["name"]: check for check in project.report()["checks"]}
    assert checks["size_m"]["found"] == pytest.approx([1.0, 1.2, 2.0])
    assert checks["pivot_m"]["found"] == pytest.approx([0.0, 0.6, 0.0])
    assert checks["facing"]["found"][0] < -0.005
    assert checks["lod_triangles"]["found"] == [42, 30]
    assert checks["collision_size_m"]["found"] == pytest.approx([1.0, 1.2, 2.0])


def test_same_state_twice_does_nothing(project: Project) -> None:
    project.imported()
    before = project.snapshot()
    assert project.run(advance=100)["calls"] == []
    assert project.imported()["calls"] == []
    assert project.snapshot() == before


def test_guids_come_from_names_and_never_change(project: Project, tmp_path: Path) -> None:
    project.imported()
    first = project.guids()
    assert first["Imported/cart/cart.prefab"] == project.bridge("guid", key=KEY, file="cart.prefab")
    assert len(set(first.values())) == len(first)
    # Unity adds the importer's settings to a .meta file; that must stay, byte for byte.
    metas = {path: path.read_text("utf-8") + "TextureImporter:\n" for path in project.assets.rglob("*.meta")}
    for path, text in metas.items():
        path.write_text(text, "utf-8")
    new_texture(project)
    project.run()
    assert {path: path.read_text("utf-8") for path in project.assets.rglob("*.meta")} == metas
    other = Project(tmp_path / "other", project.bridge)
    other.imported()
    assert other.guids() == first


def test_update_imports_what_changed_and_nothing_else(project: Project) -> None:
    project.imported()
    new = new_texture(project)
    done = project.run()
    assert [call for call in done["calls"] if call.startswith("import")] == [f"import Assets/{PNG}"]
    assert (project.assets / PNG).read_bytes() == new
    assert project.state()["status"] == "passed"


def test_new_screen_sizes_reach_the_prefab(project: Project) -> None:
    project.imported()
    project.publish(lambda manifest: manifest["lods"][1].update(screen_size=0.25))
    done = project.run()
    assert [call for call in done["calls"] if call.startswith("import")] == []
    assert project.bridge("settings", path="Assets/Imported/cart/cart.prefab")["lod heights"] == "0.25;0"


def test_half_copied_folder_waits_then_is_refused_and_imported_once_whole(project: Project) -> None:
    texture = project.out / "cart/unity-urp/cart_Normal.png"
    whole = texture.read_bytes()
    texture.write_bytes(whole[:50])
    assert project.imported()["statuses"] == {KEY: "waiting"}
    assert project.run(advance=20)["statuses"] == {KEY: "waiting"}
    texture.write_bytes(whole[:70])  # still growing: the 30 seconds begin again
    assert project.run(advance=20)["statuses"] == {KEY: "waiting"}
    assert not (project.out / "cart/reports").exists()
    assert project.run(advance=31)["statuses"] == {KEY: "refused"}
    assert [problem["code"] for problem in project.report()["problems"]] == ["FILE_SIZE"]
    assert list(project.assets.rglob("*")) == []
    texture.write_bytes(whole)
    assert project.run()["statuses"] == {KEY: "passed"}


def test_file_of_right_size_and_wrong_content_is_never_imported(project: Project) -> None:
    texture = project.out / "cart/unity-urp/cart_Normal.png"
    whole = texture.read_bytes()
    texture.write_bytes(whole[:-1] + b"?")
    assert project.imported()["statuses"] == {KEY: "waiting"}
    assert project.run(advance=31)["statuses"] == {KEY: "refused"}
    assert [problem["code"] for problem in project.report()["problems"]] == ["HASH_MISMATCH"]
    assert list(project.assets.rglob("*.png")) == []
    texture.write_bytes(whole)
    assert project.run()["statuses"] == {KEY: "passed"}


def test_refused_update_leaves_the_old_asset_whole(project: Project) -> None:
    project.imported()
    before = {path: path.read_bytes() for path in project.assets.rglob("*") if path.is_file()}
    project.publish(lambda manifest: manifest.update(schema_version="2.0"))
    project.run()
    assert [problem["code"] for problem in project.report()["problems"]] == ["SCHEMA_VERSION"]
    assert {path: path.read_bytes() for path in project.assets.rglob("*") if path.is_file()} == before
    state = project.state()
    assert state["status"] == "refused" and state["files"]


def test_newer_minor_version_is_read_with_a_warning(project: Project) -> None:
    project.publish(lambda manifest: manifest.update(schema_version="1.7", future={"any": "thing"}))
    project.imported()
    assert [warning["code"] for warning in project.report()["warnings"]] == ["MANIFEST_NEWER"]


def test_same_refusal_is_reported_once(project: Project) -> None:
    project.publish(lambda manifest: manifest.update(schema_version="2.0"))
    project.imported()
    before = project.snapshot()
    project.run(advance=100)
    project.imported()
    assert project.snapshot() == before


def test_read_only_files_are_checked_out_before_they_are_replaced(project: Project) -> None:
    """Perforce keeps files read-only; on Linux such a file can be replaced, on Windows it cannot."""
    project.imported()
    (project.assets / PNG).chmod(stat.S_IREAD)
    new = new_texture(project)
    assert project.run()["statuses"] == {KEY: "passed"}
    assert (project.assets / PNG).read_bytes() == new


def test_new_folders_are_imported_before_what_is_in_them(project: Project) -> None:
    project.configure(watch=[{"out": "../out", "into": "Art/Imported"}])
    calls = project.imported()["calls"]
    folders = [f"import Assets/{name}" for name in ("Art", "Art/Imported", "Art/Imported/cart")]
    assert calls[:3] == folders
    assert project.guids().keys() >= {"Art", "Art/Imported", "Art/Imported/cart"}


def test_nothing_is_left_in_library(project: Project) -> None:
    project.imported()
    (project.root / "Library/ImporterBridge/dead").mkdir(parents=True)
    project.imported()
    assert list((project.root / "Library").rglob("*")) == []


@pytest.mark.parametrize("steps", range(0, 24, 2))
def test_editor_that_dies_at_any_step_finishes_the_next_time(project: Project, steps: int) -> None:
    project.imported()
    new = new_texture(project)
    (project.out / "cart/unity-urp/cart.glb").touch()
    project.open()
    project.run(steps=steps)
    newer = new + b"er"
    (project.out / "cart/unity-urp/cart_BaseColor.png").write_bytes(newer)
    project.publish()
    assert project.imported()["statuses"] == {KEY: "passed"}
    assert (project.assets / PNG).read_bytes() == newer
    assert "importing" not in project.state()
    assert project.imported()["calls"] == []


def test_import_that_takes_the_editor_down_is_given_up_after_three_times(project: Project) -> None:
    for _ in range(3):
        project.open()
        assert project.run(steps=5)["calls"] != []  # and then the editor is gone
    assert project.imported()["statuses"] == {KEY: "refused"}
    assert [problem["code"] for problem in project.report()["problems"]] == ["IMPORT_FAILED"]
    assert project.imported()["calls"] == []
    project.bridge("again", key=KEY, replace_edits=False)
    assert project.run()["statuses"] == {KEY: "passed"}


def test_importer_that_fails_is_a_refusal_tried_again_after_a_change(project: Project) -> None:
    project.open()
    project.bridge("fail", **{"import": "cart.glb", "draw": ""})
    assert project.run()["statuses"] == {KEY: "refused"}
    assert [problem["code"] for problem in project.report()["problems"]] == ["IMPORT_FAILED"]
    assert project.run(advance=5)["calls"] == []  # not every two seconds
    project.bridge("fail", **{"import": "", "draw": ""})
    new_texture(project)
    assert project.run(advance=5)["statuses"] == {KEY: "passed"}


def test_error_while_drawing_fails_the_asset(project: Project) -> None:
    project.open()
    project.bridge("fail", **{"import": "", "draw": "Shader error in 'x'"})
    assert project.run()["statuses"] == {KEY: "failed"}
    assert project.failed() == ["draws"]


def test_what_unity_says_while_importing_is_in_the_report(project: Project) -> None:
    project.open()
    project.bridge("fail", **{"import": "", "draw": "", "warn": "the mesh has 2 degenerate triangles"})
    assert project.run()["statuses"] == {KEY: "passed"}
    assert [(one["code"], one["what"]) for one in project.report()["warnings"]] == [
        ("ENGINE_WARNING", "the mesh has 2 degenerate triangles")
    ]


def test_read_only_state_is_checked_out(project: Project) -> None:
    project.imported()
    state = project.root / "ProjectSettings/ImporterBridge.state.json"
    state.chmod(stat.S_IREAD)
    new_texture(project)
    assert project.run()["statuses"] == {KEY: "passed"}
    assert project.state()["files"]["cart_BaseColor.png"] != ""
    assert state.stat().st_mode & stat.S_IWRITE


def test_damaged_state_is_put_aside_and_files_are_recognised(project: Project) -> None:
    project.imported()
    guids = project.guids()
    project.write("ProjectSettings/ImporterBridge.state.json", '{"state_version": 1, "assets"')
    done = project.imported()
    assert done["statuses"] == {KEY: "passed"}
    assert (project.root / "ProjectSettings/ImporterBridge.state.damaged.json").exists()
    assert project.guids() == guids
    assert not any("import Assets/Imported/cart/cart" in call for call in done["calls"])


def test_state_of_a_newer_bridge_stops_everything(project: Project) -> None:
    project.write("ProjectSettings/ImporterBridge.state.json", '{"state_version": 2, "assets": {}}')
    assert project.bridge("open", project=str(project.root))["problem"]["code"] == "STATE_NEWER"


def test_two_folders_for_one_place_import_the_first_and_refuse_the_other(project: Project) -> None:
    shutil.copytree(project.out, project.root.parent / "second")
    project.configure(watch=[{"out": "../out"}, {"out": "../second"}])
    done = project.imported()
    assert done["statuses"] == {KEY: "passed"}
    assert any("NAME_TAKEN" in line for line in done["log"])
    assert not (project.root.parent / "second/cart/reports").exists()


def test_subfolders_of_out_become_subfolders_and_hidden_ones_are_skipped(project: Project) -> None:
    shutil.copytree(project.out / "cart", project.out / "town/carts/cart")
    shutil.copytree(project.out / "cart", project.out / ".partial-1/cart")
    assert set(project.imported()["statuses"]) == {KEY, "Imported/town/carts/cart"}


def test_link_to_a_folder_is_not_followed_and_a_linked_file_not_read(project: Project) -> None:
    (project.out / "link").symlink_to(project.out / "cart", target_is_directory=True)
    texture = project.out / "cart/unity-urp/cart_Normal.png"
    texture.rename(project.root / "normal.png")
    texture.symlink_to(project.root / "normal.png")
    assert project.imported()["statuses"] == {KEY: "refused"}
    assert [problem["code"] for problem in project.report()["problems"]] == ["PATH_UNSAFE"]


def test_read_only_out_has_its_report_in_the_project(project: Project) -> None:
    if os.name == "nt" or os.geteuid() == 0:
        (project.out / "cart/reports").write_text("in the way of the folder")
    else:
        (project.out / "cart").chmod(stat.S_IRUSR | stat.S_IXUSR)
    done = project.imported()
    report = project.root / "ImporterReports/Imported/cart/reports/unity.json"
    assert json.loads(report.read_bytes())["status"] == "passed"
    assert any("cannot be written" in line for line in done["log"])


def test_project_without_an_importer_of_glb_files_takes_the_fbx(project: Project) -> None:
    done = project.imported(glb=False)
    names = {path.name for path in (project.assets / "Imported/cart").iterdir()}
    assert "cart.fbx" in names and "cart.glb" not in names
    # The hulls come from the GLB file all the same.
    assert "mesh Assets/Imported/cart/cart_Collision_00.asset" in done["calls"]
    settings = project.bridge("settings", path="Assets/Imported/cart/cart.fbx")
    wanted = {"globalScale": 1, "useFileScale": True, "bakeAxisConversion": True, "materialImportMode": "None"}
    assert settings.items() >= wanted.items()
    assert settings["animationType"] == "None"


def test_neither_format_readable_says_what_to_install(project: Project) -> None:
    project.publish(lambda manifest: manifest["targets"]["unity-urp"].pop("fbx"))
    assert project.imported(glb=False)["statuses"] == {KEY: "refused"}
    problem = project.report()["problems"][0]
    assert problem["code"] == "FORMAT_UNREADABLE" and "com.unity.cloud.gltfast" in problem["fix"]


def test_asset_for_other_engines_is_refused_without_an_error(project: Project) -> None:
    project.publish(lambda manifest: manifest["targets"].update(unreal=manifest["targets"].pop("unity-urp")))
    done = project.imported()
    assert done["statuses"] == {KEY: "refused"} and done["exit_code"] == 0
    assert not any(line.startswith("error") for line in done["log"])


def test_hdrp_project_takes_the_hdrp_target_where_there_is_one(project: Project) -> None:
    project.publish(lambda manifest: manifest["targets"].update({"unity-hdrp": manifest["targets"]["unity-urp"]}))
    assert project.imported(pipeline="HighDefinition")["statuses"] == {KEY: "passed"}
    assert project.report()["target"] == "unity-hdrp"
    assert project.bridge("settings", path="Assets/Imported/cart/cart.mat")["shader"] == "HDRP/Lit"


def test_hdrp_project_takes_what_was_published_for_urp_only(project: Project) -> None:
    """The default profile publishes no HDRP target; the maps are packed alike."""
    assert project.imported(pipeline="HighDefinition")["statuses"] == {KEY: "passed"}
    assert project.report()["target"] == "unity-urp"
    assert project.bridge("settings", path="Assets/Imported/cart/cart.mat")["shader"] == "HDRP/Lit"
    before = project.snapshot()
    assert project.imported(pipeline="HighDefinition")["calls"] == []
    assert project.snapshot() == before


def test_target_that_the_configuration_names_is_taken_or_nothing(project: Project) -> None:
    project.configure(target="unity-hdrp")
    assert project.imported()["statuses"] == {KEY: "refused"}
    assert [problem["code"] for problem in project.report()["problems"]] == ["TARGET_MISSING"]


def test_required_extension_that_nothing_reads_is_refused(project: Project) -> None:
    project.publish(lambda manifest: [entry.update(requires=["KHR_future"]) for entry in manifest["files"]])
    assert project.imported()["statuses"] == {KEY: "refused"}
    assert [problem["code"] for problem in project.report()["problems"]] == ["EXTENSION_UNSUPPORTED"]


def test_reports_and_screenshots_can_be_switched_off(project: Project) -> None:
    project.configure(report=False)
    project.imported()
    assert not (project.out / "cart/reports").exists()
    project.configure(screenshots=False)
    new_texture(project)
    project.imported()
    assert [path.name for path in (project.out / "cart/reports").iterdir()] == ["unity.json"]


def test_humanoid_gets_its_avatar_from_the_manifests_map(tmp_path: Path, bridge: Bridge) -> None:
    project = Project(tmp_path, bridge, "good-figure", "figure")
    done = project.imported()
    assert "avatar Assets/Imported/figure/figure_Avatar.asset" in done["calls"]
    bones = bridge("settings", path="Assets/Imported/figure/figure_Avatar.asset")["bones"]
    expected = json.loads((SHARED / "good-figure/expected.json").read_bytes())["targets"]["unity-urp"]["skeleton"]
    assert dict(pair.split("=") for pair in bones.split(";")) == expected["humanoid"]
