"""The protocol, rule by rule, as the Godot bridge keeps it: real files, and an engine that measures what it is told."""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import jsonschema
import pytest

from importer.verify.report_schema import CHECKS, Report, json_schema
from importer.verify.reports import read_reports
from tests.bridges.godot.project import Driver, Project, put, tree

KEY = "Imported/cart"


@pytest.fixture(scope="module")
def driver(godot, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bridge")
    driver = Driver(Project(folder / "game", folder / "out", godot))
    yield driver
    driver.close()


@pytest.fixture
def project(driver):
    driver.reset()
    return driver.project


@pytest.fixture
def drive(driver, project):
    return driver.drive


def edit_manifest(folder, **changes):
    """Publish anew with some keys changed: the manifest has another hash, the files are the same."""
    (path,) = folder.glob("*.manifest.json")
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, **changes}, indent=1), "utf-8")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def republish(folder, extra=b"\0"):
    """Publish anew with another mesh; the manifest knows its hash."""
    glb = folder / "godot" / f"{folder.name}.glb"
    glb.write_bytes(glb.read_bytes() + extra)
    (path,) = folder.glob("*.manifest.json")
    manifest = json.loads(path.read_text("utf-8"))
    for entry in manifest["files"]:
        if entry["path"] == f"godot/{folder.name}.glb":
            entry["bytes"], entry["sha256"] = glb.stat().st_size, hashlib.sha256(glb.read_bytes()).hexdigest()
    path.write_text(json.dumps(manifest), "utf-8")


def codes(report):
    return [problem["code"] for problem in report["problems"]]


def imported(project):
    return project.folder / "Imported" / "cart" / "cart.glb"


def test_a_whole_folder_is_imported_tested_and_reported(project, drive):
    folder = put("good-godot", project.out)
    found = drive()
    assert found["results"] == {KEY: "passed"}
    assert imported(project).read_bytes() == (folder / "godot" / "cart.glb").read_bytes()
    report = project.report("cart")
    jsonschema.validate(report, json.loads(json_schema()))
    assert tuple(check.name for check in Report.model_validate(report).checks) == CHECKS
    (read,) = read_reports(folder)
    assert (read.status, read.outdated) == ("passed", False)
    entry = project.state()[KEY]
    assert entry["manifest_sha256"] == report["manifest_sha256"]
    assert entry["files"] == {"cart.glb": hashlib.sha256(imported(project).read_bytes()).hexdigest()}
    assert not list(project.folder.glob(".importer_bridge/*"))


def test_the_same_state_twice_does_nothing(project, drive):
    put("good-godot", project.out)
    drive()
    before = tree(project.out), tree(project.folder)
    found = drive(seconds=20)
    assert (tree(project.out), tree(project.folder)) == before
    assert found["scans"] == 0
    assert found["log"] == []


def test_a_failed_check_is_reported_with_both_numbers(project, drive):
    put("good-godot", project.out)
    found = drive(found={"size": [100, 120, 200], "hulls": 0})
    assert found["results"] == {KEY: "failed"}
    checks = {check["name"]: check for check in project.report("cart")["checks"]}
    assert (checks["size_m"]["expected"], checks["size_m"]["found"]) == ([1, 1.2, 2], [100, 120, 200])
    assert [name for name, check in checks.items() if check["status"] == "failed"] == ["size_m", "collision"]


def test_what_could_not_be_measured_has_failed(project, drive):
    put("good-godot", project.out)
    drive(found={"size": None, "triangles": [], "levels": 0})
    checks = {check["name"]: check["status"] for check in project.report("cart")["checks"]}
    assert [name for name, status in checks.items() if status == "failed"] == ["size_m", "lod_count", "lod_triangles"]


def test_numbers_that_are_none_fail_and_leave_the_report_readable(project, drive):
    folder = put("good-godot", project.out)
    drive(found={"broken": "size"})
    (report,) = read_reports(folder)
    assert [check.name for check in report.failed] == ["size_m"]


def test_a_new_version_replaces_the_old_and_left_over_files_stay(project, drive):
    folder = put("good-godot", project.out)
    drive()
    state = json.loads((project.folder / "importer_bridge.state.json").read_text())
    old = project.folder / "Imported" / "cart" / "old.glb"  # as if an earlier version had had one more file
    old.write_bytes(b"old")
    state["assets"][KEY]["files"]["old.glb"] = hashlib.sha256(b"old").hexdigest()
    (project.folder / "importer_bridge.state.json").write_text(json.dumps(state))
    republish(folder)
    assert drive()["results"] == {KEY: "passed"}
    assert imported(project).read_bytes() == (folder / "godot" / "cart.glb").read_bytes()
    assert old.read_bytes() == b"old"
    (warning,) = project.report("cart")["warnings"]
    assert (warning["code"], warning["where"]) == ("LEFT_OVER", "res://Imported/cart/old.glb")
    assert drive(remove_left_over=True)["removed"] == 1
    assert not old.exists()
    assert imported(project).exists()


def test_a_left_over_file_that_an_artist_edited_is_not_removed(project, drive):
    folder = put("good-godot", project.out)
    drive()
    state = json.loads((project.folder / "importer_bridge.state.json").read_text())
    old = project.folder / "Imported" / "cart" / "old.glb"
    old.write_bytes(b"painted since")
    state["assets"][KEY]["files"]["old.glb"] = hashlib.sha256(b"old").hexdigest()
    (project.folder / "importer_bridge.state.json").write_text(json.dumps(state))
    republish(folder)
    drive()
    assert drive(remove_left_over=True)["removed"] == 0
    assert old.read_bytes() == b"painted since"


def test_an_asset_renamed_in_out_is_a_new_one(project, drive):
    folder = put("good-godot", project.out)
    drive()
    before = imported(project).read_bytes()
    folder.rename(folder.with_name("wagon"))
    assert drive()["results"] == {"Imported/wagon": "passed"}
    assert imported(project).read_bytes() == before
    assert (project.folder / "Imported/wagon/cart.glb").read_bytes() == before


def test_what_dead_bridges_left_in_reports_is_swept_and_nothing_else(project, drive):
    folder = put("good-godot", project.out)
    names = [".godot.json.1.tmp", ".godot.json.2.tmp", ".unity.json.1.tmp", "notes.txt"]
    (folder / "reports").mkdir()
    for name in names:
        (folder / "reports" / name).write_text("half")
        if name != ".godot.json.2.tmp":  # that one may still be being written
            os.utime(folder / "reports" / name, (1e9, 1e9))
    drive()
    assert sorted(path.name for path in (folder / "reports").iterdir()) == sorted([*names[1:], "godot.json"])


def test_a_folder_that_changes_while_it_is_copied_leaves_the_old_asset(project, drive):
    folder = put("good-godot", project.out)
    drive()
    before = imported(project).read_bytes()
    republish(folder)
    found = drive(tamper=(folder / "godot" / "cart.glb").as_posix())
    assert (found["results"], found["scans"], found["waiting"]) == ({}, 0, 1)
    assert imported(project).read_bytes() == before
    assert not list(project.folder.glob(".importer_bridge/*"))


def test_a_file_that_an_artist_edited_is_never_overwritten(project, drive):
    folder = put("good-godot", project.out)
    drive()
    imported(project).write_bytes(b"painted")
    republish(folder)
    assert drive()["results"] == {KEY: "refused"}
    assert imported(project).read_bytes() == b"painted"
    assert codes(project.report("cart")) == ["FILE_EDITED"]
    written = (folder / "reports" / "godot.json").stat().st_mtime_ns
    drive()
    assert (folder / "reports" / "godot.json").stat().st_mtime_ns == written  # said once

    assert drive(again="replace")["results"] == {KEY: "passed"}
    assert imported(project).read_bytes() == (folder / "godot" / "cart.glb").read_bytes()
    assert (imported(project).parent / "cart.edited-1.glb.kept").read_bytes() == b"painted"


def test_an_edited_file_that_is_moved_away_makes_room(project, drive):
    folder = put("good-godot", project.out)
    drive()
    imported(project).write_bytes(b"painted")
    republish(folder)
    drive()
    imported(project).rename(imported(project).with_name("mine.glb"))
    assert drive()["results"] == {KEY: "passed"}
    assert imported(project).with_name("mine.glb").read_bytes() == b"painted"


def test_a_strangers_file_is_not_overwritten(project, drive):
    put("good-godot", project.out)
    imported(project).parent.mkdir(parents=True)
    imported(project).write_bytes(b"mine")
    drive()
    assert imported(project).read_bytes() == b"mine"
    assert codes(project.report("cart")) == ["FILE_IN_THE_WAY"]


def test_assets_deleted_in_out_stay_in_the_project(project, drive):
    folder = put("good-godot", project.out)
    drive()
    shutil.rmtree(folder)
    found = drive(seconds=20)
    assert found["results"] == {}
    ((kind, text),) = found["log"]
    assert kind == "info" and text.startswith(f"{KEY} is no longer in")
    assert imported(project).exists()
    put("good-godot", project.out)
    assert drive()["scans"] == 0


def test_assets_deleted_in_the_project_come_back_only_when_asked_or_new(project, drive):
    folder = put("good-godot", project.out)
    drive()
    shutil.rmtree(project.folder / "Imported")
    assert drive()["scans"] == 0
    assert drive(again="again")["results"] == {KEY: "passed"}
    assert imported(project).exists()
    shutil.rmtree(project.folder / "Imported")
    republish(folder)
    assert drive()["results"] == {KEY: "passed"}
    assert imported(project).exists()


def test_importing_again_is_for_the_chosen_folder(project, drive):
    put("good-godot", project.out)
    put("good-figure", project.out)
    drive()
    for below in ("res://Imported/cart", "res://imported/CART"):
        assert drive(again="again", below=below)["results"] == {KEY: "passed"}
    assert drive(again="again", below="res://Import")["results"] == {}
    for below in ("res://Imported", "res://", "res:"):
        assert set(drive(again="again", below=below)["results"]) == {KEY, "Imported/figure"}


def test_updates_follow_what_was_moved_in_the_editor(project, drive):
    folder = put("good-godot", project.out)
    drive()
    (project.folder / "Imported").rename(project.folder / "Props")
    republish(folder)
    drive(moves=[["res://Imported", "res://Props", True]])
    assert not imported(project).exists()
    assert (project.folder / "Props/cart/cart.glb").read_bytes() == (folder / "godot/cart.glb").read_bytes()
    (project.folder / "Props/cart/cart.glb").rename(project.folder / "wagon.glb")
    republish(folder)
    drive(moves=[["res://Props/cart/cart.glb", "res://wagon.glb", False]])
    assert (project.folder / "wagon.glb").read_bytes() == (folder / "godot/cart.glb").read_bytes()
    assert not (project.folder / "Props/cart/cart.glb").exists()


@pytest.mark.parametrize("case", ["wait-half-copied", "wait-hash-mismatch", "wait-empty-manifest"])
def test_a_folder_that_is_being_copied_is_waited_for_and_refused_when_nobody_copies(project, drive, case):
    folder = put(case, project.out)
    config = json.loads((project.folder / "importer_bridge.json").read_text())
    (project.folder / "importer_bridge.json").write_text(json.dumps({**config, "target": "gltf"}))
    found = drive(seconds=20)
    assert (found["results"], found["waiting"], found["settled"]) == ({}, 1, False)
    assert not (folder / "reports").exists()
    assert drive(seconds=45)["results"] == {KEY: "refused"}
    assert project.report("cart")["status"] == "refused"
    shutil.rmtree(folder)
    put("good-gltf", project.out)
    assert drive()["results"] == {KEY: "passed"}
    assert "refused" not in project.state()[KEY]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schema_version": "2.0"}, "SCHEMA_VERSION"),
        ({"lods": 7}, "MANIFEST_INVALID"),
    ],
)
def test_what_waiting_does_not_mend_is_refused_at_once(project, drive, changes, code):
    folder = put("good-godot", project.out)
    sha256 = edit_manifest(folder, **changes)
    found = drive()
    assert (found["results"], found["bad"]) == ({KEY: "refused"}, [KEY])
    report = project.report("cart")
    assert (codes(report), report["manifest_sha256"]) == ([code], sha256)
    jsonschema.validate(report, json.loads(json_schema()))
    assert not imported(project).exists()


def test_an_asset_for_other_engines_is_reported_and_no_failure(project, drive):
    folder = put("good-godot", project.out)
    targets = json.loads((folder / "cart.manifest.json").read_text())["targets"]
    edit_manifest(folder, targets={"unreal": targets["godot"]})
    found = drive()
    assert (found["results"], found["bad"]) == ({KEY: "elsewhere"}, [])
    assert [kind for kind, _ in found["log"]] == ["info"]
    report = project.report("cart")
    assert (report["status"], codes(report)) == ("refused", ["TARGET_MISSING"])
    assert read_reports(folder)[0].status == "elsewhere"
    assert drive()["bad"] == []


def test_what_an_earlier_run_found_wrong_still_fails_a_build(project, drive):
    """A build server runs the same project every night; nothing new does not make a broken asset whole."""
    folder = put("good-godot", project.out)
    drive(found={"hulls": 0})
    found = drive()
    assert (found["results"], found["bad"]) == ({}, [KEY])
    shutil.rmtree(folder)
    assert drive()["bad"] == []


def test_a_file_is_not_replaced_within_the_second_that_it_was_written_in(project, drive):
    """Godot would take both for the same version."""
    folder = put("good-godot", project.out)
    drive(waits=True)
    before = int(imported(project).stat().st_mtime)
    republish(folder)
    drive(waits=True)
    assert imported(project).read_bytes() == (folder / "godot" / "cart.glb").read_bytes()
    assert int(imported(project).stat().st_mtime) > before


def test_a_later_minor_version_is_imported_with_a_warning(project, drive):
    folder = put("good-godot", project.out)
    edit_manifest(folder, schema_version="1.7", weather="fine")
    assert drive()["results"] == {KEY: "passed"}
    assert [warning["code"] for warning in project.report("cart")["warnings"]] == ["MANIFEST_NEWER"]


def test_a_file_that_needs_an_unknown_extension_is_refused(project, drive):
    folder = put("good-godot", project.out)
    files = json.loads((folder / "cart.manifest.json").read_text())["files"]
    edit_manifest(folder, files=[{**entry, "requires": ["EXT_meshopt_compression"]} for entry in files])
    drive()
    assert codes(project.report("cart")) == ["EXTENSION_UNSUPPORTED"]


def test_an_engine_that_does_not_import_is_reported(project, drive):
    put("good-godot", project.out)
    drive(found={"import_state": "failed"})
    assert codes(project.report("cart")) == ["IMPORT_FAILED"]


def test_two_folders_with_one_key(project, drive):
    other = project.out.parent / "other"
    put("good-godot", other)
    put("good-godot", project.out)
    watch = [{"out": "../out", "into": "Imported"}, {"out": "../other", "into": "Imported"}]
    (project.folder / "importer_bridge.json").write_text(json.dumps({"config_version": 1, "watch": watch}))
    found = drive()
    assert found["results"][KEY] == "passed"
    assert project.report("cart")["status"] == "passed"
    assert codes(json.loads((other / "cart/reports/godot.json").read_text())) == ["NAME_TAKEN"]
    assert drive()["log"] == []


def test_nested_folders_keep_their_place_and_hidden_ones_are_skipped(project, drive):
    put("good-godot", project.out / "carts" / "old")
    put("good-godot", project.out / ".partial-1234")
    assert drive()["results"] == {"Imported/carts/old/cart": "passed"}
    assert (project.folder / "Imported/carts/old/cart/cart.glb").is_file()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_read_only_out_by_permissions(project, drive):
    folder = put("good-godot", project.out)
    folder.chmod(0o555)
    check_read_only(project, drive, folder)


def test_a_read_only_out_gets_its_report_in_the_project(project, drive):
    folder = put("good-godot", project.out)
    (folder / "reports").write_text("a file in the way of the folder")  # nobody, root included, can write below it
    check_read_only(project, drive, folder)


def check_read_only(project, drive, folder):
    found = drive()
    assert found["results"] == {KEY: "passed"}
    report = json.loads((project.folder / "ImporterReports" / KEY / "reports/godot.json").read_text())
    assert Report.model_validate(report).status == "passed"
    assert (project.folder / "ImporterReports/.gdignore").exists()
    assert any("cannot be written" in text for _, text in found["log"])


def test_watching_an_assets_own_folder_is_told(project, drive):
    folder = put("good-godot", project.out)
    config = {"config_version": 1, "watch": [{"out": folder.as_posix()}]}
    (project.folder / "importer_bridge.json").write_text(json.dumps(config))
    found = drive(seconds=10)
    assert [text.split(" is ")[1] for _, text in found["log"]] == ["an asset's own folder; watch the folder above it"]
    assert found["results"] == {}


def test_a_missing_out_folder_is_told_once_and_harmless(project, drive):
    put("good-godot", project.out)
    drive()
    project.out.rename(project.out.with_name("away"))
    found = drive(seconds=20)
    assert [kind for kind, _ in found["log"]] == ["warning"]
    assert imported(project).exists()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("{", "no JSON object"),
        ('{"watch": []}', "config_version"),
        ('{"config_version": 2}', "config_version"),
        ('{"config_version": 1, "poll_s": 0.1}', "poll_s"),
        ('{"config_version": 1, "watch": [{"into": "x"}]}', "watch.0.out"),
        ('{"config_version": 1, "watch": [{"out": "x", "into": "../x"}]}', "watch.into"),
        ('{"config_version": 1, "watch": [{"out": "inside"}]}', "lies in the project"),
    ],
)
def test_a_wrong_configuration_stops_the_bridge_and_says_why(project, drive, config, message):
    (project.folder / "importer_bridge.json").write_text(config)
    put("good-godot", project.out)
    found = drive(seconds=3)
    ((kind, text),) = found["log"]
    assert kind == "error" and "importer_bridge.json" in text and message in text
    assert found["results"] == {}


def test_the_configuration_in_the_docs_is_understood(project, drive):
    page = (Path(__file__).resolve().parents[3] / "docs" / "bridges.md").read_text("utf-8")
    example = page.partition("## Configuration")[2].partition("```json")[2].partition("```")[0]
    (project.folder / "importer_bridge.json").write_text(example)
    put("good-godot", project.out.parent / "props" / "out")
    found = drive()
    assert found["results"] == {KEY: "passed"}
    assert [kind for kind, _ in found["log"]] == ["info"]


def test_the_environment_names_other_folders(project, drive):
    put("good-godot", project.out.parent / "elsewhere")
    found = drive(elsewhere=[(project.out.parent / "elsewhere").as_posix()])
    assert found["results"] == {KEY: "passed"}


def test_a_state_of_a_newer_bridge_is_left_alone(project, drive):
    put("good-godot", project.out)
    text = '{"state_version": 2, "assets": []}'
    (project.folder / "importer_bridge.state.json").write_text(text)
    found = drive()
    assert "newer" in found["stopped"]
    assert (project.folder / "importer_bridge.state.json").read_text() == text


def test_a_damaged_state_is_kept_and_imported_files_are_known_by_their_hash(project, drive):
    put("good-godot", project.out)
    drive()
    (project.folder / "importer_bridge.state.json").write_text("{")
    before = imported(project).stat().st_mtime_ns
    assert drive()["results"] == {KEY: "passed"}
    assert imported(project).stat().st_mtime_ns == before
    assert (project.folder / "importer_bridge.state.damaged.json").read_text() == "{"


def test_an_import_that_was_cut_off_is_done_again(project, drive):
    put("good-godot", project.out)
    drive()
    state = json.loads((project.folder / "importer_bridge.state.json").read_text())
    state["assets"][KEY]["importing"] = True
    (project.folder / "importer_bridge.state.json").write_text(json.dumps(state))
    assert drive()["results"] == {KEY: "passed"}
    assert "importing" not in project.state()[KEY]
