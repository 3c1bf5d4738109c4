"""Looking at watched folders: what is read, what is waited for, what is refused. None of it needs Unreal."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.bridges.unreal_fake.harness import SHARED, Project, open_project

CASES = sorted(path.parent.name for path in SHARED.glob("*/expected.json"))


@pytest.fixture
def project(tmp_path) -> Project:
    return open_project(tmp_path)


def expected(case: str) -> dict:
    return json.loads((SHARED / case / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("good-")])
def test_good_folders_are_read_as_the_shared_set_says(case: str) -> None:
    from importer_bridge.manifest import newer_note, read_manifest

    wanted = expected(case)
    (file,) = (SHARED / case).glob("*/*.manifest.json")
    data = file.read_bytes()
    for target, about in wanted["targets"].items():
        found = read_manifest(data, target, "glb")
        unit = found.meters_per_unit
        assert found.name == wanted["asset"]
        assert [[i, level.file, level.node] for i, level in enumerate(found.levels)] == about["lods"]
        assert [level.triangles for level in found.levels] == wanted["levels"][: len(found.levels)]
        assert found.hulls == len(about["collision"])
        textures = sorted([t.slot, t.file, "srgb" if t.srgb else "linear"] for t in found.textures)
        assert textures == about["textures"]
        assert [v / unit for v in found.box.low] == pytest.approx(about["in_engine"]["min"], abs=1e-4)
        assert [v / unit for v in found.box.high] == pytest.approx(about["in_engine"]["max"], abs=1e-4)
        assert list(found.bones) == [name for name, _ in about.get("skeleton", {}).get("bones", [])]
        assert bool(newer_note(found)) == (case == "good-newer-minor")
        if about["fbx"]:
            fbx = read_manifest(data, target, "fbx")
            assert [[i, level.file, level.node] for i, level in enumerate(fbx.levels)] == about["fbx"]["lods"]


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith("good-")])
def test_faulty_folders_are_refused_or_waited_for_as_the_shared_set_says(project: Project, case: str) -> None:
    wanted = expected(case)
    codes = {code for code, _ in wanted["faults"]}
    source = next(path for path in (SHARED / case).iterdir() if path.is_dir())
    manifest = next(source.glob("*.manifest.json"), None)
    target = "unreal"
    if manifest and manifest.read_bytes().strip().endswith(b"}"):
        targets = json.loads(manifest.read_text("utf-8")).get("targets", {})
        target = "unreal" if "unreal" in targets else next(iter(targets), "unreal")
    project.configure(target=target)
    name = project.publish(case).name
    project.look()
    report = project.out / name / "reports/unreal.json"
    if wanted["status"] == "incomplete":
        assert not report.exists(), "spoke about a folder that may still be being copied"
        project.look(40)
    if manifest is None:
        assert not report.exists()  # no asset, no report
        return
    problem = project.report(name)["problems"][0]
    assert problem["code"] in codes and problem["what"] and problem["fix"]


def test_a_folder_being_copied_is_imported_once_it_is_whole(project: Project) -> None:
    folder = project.publish("good-unreal")
    whole = (folder / "unreal/SM_cart.glb").read_bytes()
    for part in (0, 100, 2000):
        (folder / "unreal/SM_cart.glb").write_bytes(whole[:part])
        project.look(20)  # something changes before 30 s have passed
    assert not (folder / "reports").exists()
    (folder / "unreal/SM_cart.glb").write_bytes(whole)
    project.look()
    assert project.report()["status"] == "passed"


def test_a_folder_that_stays_half_is_refused_once_and_imported_when_it_is_mended(project: Project) -> None:
    folder = project.publish("good-unreal")
    file = folder / "unreal/T_cart_N.png"
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    for _ in range(15):
        project.look()
        assert not (folder / "reports").exists(), "spoke before 30 s without a change had passed"
    project.look()
    assert project.report()["problems"][0] == {
        "code": "HASH_MISMATCH",
        "where": "unreal/T_cart_N.png",
        "what": "the content is not what was published",
        "fix": "Wait until the folder is copied, or publish the asset again.",
    }
    stamp = (folder / "reports/unreal.json").stat().st_mtime_ns
    project.look(70)
    assert (folder / "reports/unreal.json").stat().st_mtime_ns == stamp
    file.write_bytes(data)
    project.look()
    assert project.report()["status"] == "passed"


def test_a_target_that_is_not_there_is_named_with_those_that_are(project: Project) -> None:
    name = project.publish("good-godot").name
    project.look()
    problem = project.report(name)["problems"][0]
    assert problem["code"] == "TARGET_MISSING" and "godot" in problem["what"] and "export.targets" in problem["fix"]
    assert [level for level, text in project.told if "not published for unreal" in text] == ["info"]


def test_extensions_that_unreal_cannot_read_are_refused(project: Project) -> None:
    project.publish("good-unreal")
    needs = ["EXT_meshopt_compression"]
    project.edit_manifest(lambda m: [e.update(requires=needs) for e in m["files"] if e["path"].endswith("cart.glb")])
    project.look()
    assert project.report()["problems"][0]["code"] == "EXTENSION_UNSUPPORTED"


def test_the_walk_skips_what_is_hidden_and_does_not_go_below_an_asset(project: Project) -> None:
    project.publish("good-unreal", ".partial-1")
    project.publish("good-unreal", "props/cart")
    project.publish("good-unreal", "props/cart/inner")
    (project.out / "link").symlink_to(project.out / "props", target_is_directory=True)
    project.look()
    assert list(project.state()) == ["Imported/props/cart"]


def test_two_assets_for_one_place_are_told_apart(project: Project) -> None:
    project.publish("good-unreal", "a b")
    project.publish("good-unreal", "a_b")
    project.look()
    assert project.report("a b")["status"] == "passed"
    assert project.report("a_b")["problems"][0]["code"] == "NAME_TAKEN"
    stamp = (project.out / "a_b/reports/unreal.json").stat().st_mtime_ns
    project.session = None
    project.look(40)
    assert (project.out / "a_b/reports/unreal.json").stat().st_mtime_ns == stamp
    assert project.state()["Imported/a b"]["status"] == "passed"


def test_several_manifests_in_one_folder_are_refused(project: Project) -> None:
    folder = project.publish("good-unreal")
    shutil.copy(folder / "cart.manifest.json", folder / "old.manifest.json")
    project.look()
    problem = project.report()["problems"][0]
    assert problem["code"] == "MANIFEST_INVALID" and "old.manifest.json" in problem["what"]


def test_where_out_cannot_be_written_the_report_goes_to_the_project(project: Project, monkeypatch) -> None:
    from importer_bridge import report

    write = report.write_atomically

    def refusing(path: Path, data: bytes, partial: str) -> None:
        if project.out in path.parents:
            raise PermissionError(13, "Permission denied")
        write(path, data, partial)

    monkeypatch.setattr(report, "write_atomically", refusing)
    project.publish("good-unreal")
    project.look()
    assert not (project.out / "cart/reports").exists()
    assert (project.folder / "ImporterReports/Imported/cart/reports/unreal.json").exists()
    assert [level for level, text in project.told if "cannot be written" in text] == ["warning"]


def test_a_missing_out_folder_is_told_once_and_nothing_is_lost(project: Project) -> None:
    project.publish("good-unreal")
    project.look()
    os.rename(project.out, project.out.with_name("away"))
    project.look()
    project.look()
    assert [text for level, text in project.told if level == "warning"] == [
        f"{project.out} is not there; it is looked for at every look"
    ]
    os.rename(project.out.with_name("away"), project.out)
    project.look()
    assert project.state()["Imported/cart"]["status"] == "passed"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"config_version": 2}, "config_version must be 1"),
        ({"poll_s": 0.1}, "poll_s must be a number from 0.5 to 3600"),
        ({"poll_s": True}, "poll_s"),
        ({"format": "obj"}, "format must be auto, glb or fbx"),
        ({"report": "yes"}, "report must be true or false"),
        ({"watch": {"out": "x"}}, "watch must be a list"),
        ({"watch": [{"into": "x"}]}, r"watch\[0\].out must be a text"),
        ({"watch": [{"out": "x", "into": "../up"}]}, r"watch\[0\].into must be a folder below Content"),
        ({"watch": [{"out": "Content/in"}]}, r"watch\[0\].out lies inside Content"),
        ({"watch": [{"out": "Saved\\..\\Content"}]}, r"watch\[0\].out lies inside Content"),
    ],
)
def test_a_wrong_configuration_names_file_and_key(project: Project, changes: dict, said: str) -> None:
    from importer_bridge.config import ConfigError

    project.configure(**changes)
    with pytest.raises(ConfigError, match=f"Config/ImporterBridge.json: {said}"):
        project.open()


def test_the_environment_says_where_out_lies_on_this_machine(project: Project, tmp_path: Path) -> None:
    from importer_bridge.config import OUT_VARIABLE, read_config

    project.configure(watch=[{"out": "../out", "into": "Props"}], colour="red")
    variable = os.pathsep.join(["/build/one", "/build/two"])
    config, hints = read_config(project.folder, {OUT_VARIABLE: variable})
    found = [(watch.out.as_posix(), watch.into) for watch in config.watch]
    assert found == [("/build/one", "Props"), ("/build/two", "Imported")]
    assert hints == ("Config/ImporterBridge.json: nobody knows the key colour",)
    assert read_config(tmp_path / "bare", {})[0].watch == ()


def test_a_newer_state_is_not_touched(project: Project) -> None:
    from importer_bridge.state import StateError

    path = project.folder / "Config/ImporterBridge.state.json"
    path.write_text('{"state_version": 2, "assets": {}}')
    with pytest.raises(StateError, match="newer plugin"):
        project.open()
    assert path.read_text() == '{"state_version": 2, "assets": {}}'


def test_the_state_merges_line_by_line(project: Project) -> None:
    project.publish("good-unreal")
    project.look()
    text = (project.folder / "Config/ImporterBridge.state.json").read_text("utf-8")
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n"
    assert project.state()["Imported/cart"]["files"].keys() == {
        *("SM_cart.glb", "SM_cart_LOD1.glb", "T_cart_BC.png", "T_cart_N.png", "T_cart_ORM.png")
    }
