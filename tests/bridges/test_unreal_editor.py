"""The bridge between the editor's frames, in its menu, and as a commandlet."""

from __future__ import annotations

import importlib
import json
import runpy
import time
from collections.abc import Iterator

import pytest

from tests.bridges.unreal_fake.harness import PLUGIN, Project, open_project
from tests.bridges.unreal_fake.module import frame

PYTHON = PLUGIN / "Content/Python"


@pytest.fixture
def project(tmp_path) -> Iterator[Project]:
    from importer_bridge.engine import editor

    yield open_project(tmp_path)
    editor.stop()


@pytest.fixture
def editor(project: Project):
    """The editor after its start, as Unreal does it: by running init_unreal.py."""
    editor = importlib.import_module("importer_bridge.engine.editor")
    editor.runner.__init__()
    runpy.run_path(str(PYTHON / "init_unreal.py"))
    assert project.world.ticks == [editor.tick]
    return editor


def frames(editor, most: int = 2000) -> int:
    """Let frames pass until the look is over; return how many it took."""
    for count in range(1, most):
        frame()
        if editor.runner.work is None and editor.runner.session is not None:
            return count
    raise AssertionError("the look does not end")


def test_an_asset_is_imported_meanwhile(project: Project, editor) -> None:
    project.publish("good-unreal")
    assert frames(editor) > 10
    assert project.report()["status"] == "passed"
    assert len(project.world.called("InterchangeManager.scripted_import_asset_async")) == 8
    assert not project.world.called("InterchangeManager.import_asset")


@pytest.mark.parametrize(("fault", "status"), [("no_call_back", "passed"), ("async_refused", "refused")])
def test_an_import_that_does_not_call_back_is_not_waited_for_for_ever(project: Project, editor, fault, status) -> None:
    project.world.faults = {fault}
    project.publish("good-unreal")
    frames(editor)
    assert project.report()["status"] == status


def test_no_frame_is_held_longer_than_its_budget(project: Project) -> None:
    """The one step that may be longer is a call into Unreal, and that is alone in its frame."""
    from importer_bridge.bridge import look
    from importer_bridge.slices import BUDGET_S, FRAME, run_slice

    project.publish("good-unreal")
    calls, per_slice = project.world.calls, []
    work, clock = look(project.open()), [0.0]

    def ticking() -> float:  # every reading of the clock finds a millisecond gone
        clock[0] += 0.001
        return clock[0]

    done = False
    while not done:
        before = len([name for name, _ in calls if name == "InterchangeManager.import_asset"])
        done = run_slice(work, BUDGET_S, ticking)
        per_slice.append(len([name for name, _ in calls if name == "InterchangeManager.import_asset"]) - before)
    assert max(per_slice) == 1 and sum(per_slice) == 8
    steps = iter([None, None, FRAME, None])
    assert not run_slice((step for step in steps), 1e9, ticking)
    assert list(steps) == [None], "FRAME did not end the slice"


def test_nothing_is_imported_while_the_game_runs(project: Project, editor) -> None:
    project.publish("good-unreal")
    project.world.is_playing = True
    for _ in range(20):
        editor.runner.next_look = 0
        frame()
        assert editor.runner.work is None
    project.world.is_playing = False
    editor.runner.next_look = 0
    frames(editor)
    assert project.report()["status"] == "passed"


def test_work_that_has_begun_stands_still_while_the_game_runs(project: Project, editor) -> None:
    project.publish("good-unreal")
    while not project.world.called("InterchangeManager.scripted_import_asset_async"):
        frame()
    for _ in range(20):  # the game is started and ended again and again
        project.world.is_playing = True
        calls = [name for name, _ in project.world.calls]
        for _ in range(5):
            frame()
        asked = {name for name, _ in project.world.calls[len(calls) :]}
        assert asked <= {"LevelEditorSubsystem.is_in_play_in_editor", "AssetImportData.scripted_add_filename"}
        project.world.is_playing = False
        frame()
    frames(editor)
    assert project.report()["status"] == "passed"


def test_a_look_waits_for_the_poll_time_and_a_pause(project: Project, editor) -> None:
    from importer_bridge.engine import commands

    frames(editor)
    project.publish("good-unreal")
    for _ in range(10):
        frame()
    assert editor.runner.work is None, "looked again within two seconds"
    commands.pause()
    commands.look_now()
    frame()
    assert editor.runner.work is None
    commands.pause()
    frames(editor)
    assert project.report()["status"] == "passed"


def test_a_wrong_configuration_is_told_and_a_right_one_picked_up(project: Project, editor) -> None:
    project.configure(poll_s=0)
    frame()
    assert [text for level, text in project.world.log if level == "error"] == [
        "ImporterBridge: Config/ImporterBridge.json: poll_s must be a number from 0.5 to 3600, not 0"
    ]
    project.publish("good-unreal")
    project.configure()
    editor.runner.next_look = 0
    frames(editor)
    assert project.report()["status"] == "passed"


def test_an_error_in_a_frame_does_not_end_the_bridge(project: Project, editor, monkeypatch) -> None:
    monkeypatch.setattr(editor, "look", lambda session: 1 / 0)
    frame()
    assert any("ZeroDivisionError" in text for _, text in project.world.log)
    monkeypatch.undo()
    project.publish("good-unreal")
    editor.runner.next_look = 0
    frames(editor)
    assert project.report()["status"] == "passed"


def test_the_menu_offers_commands_that_exist(project: Project, editor) -> None:
    assert [label for label, _ in project.world.menu] == [
        "Look for new assets now",
        "Import selected assets again",
        "Import selected assets again, replacing edits",
        "Remove left-over assets",
        "Pause or go on",
        "Where is the configuration?",
    ]
    frames(editor)
    for _, command in project.world.menu:
        exec(command, {})
    assert not [text for level, text in project.world.log if level == "error"]
    assert editor.runner.is_paused


def test_import_again_brings_back_what_was_deleted_and_keeps_settings(project: Project, editor) -> None:
    from importer_bridge.engine import commands

    project.publish("good-unreal")
    frames(editor)
    project.asset("cart/SM_cart")._screen_sizes = [1.0, 0.2]
    project.world.selection = [project.asset("cart/T_cart_N")]
    commands.import_again()
    frames(editor)
    assert project.asset("cart/SM_cart")._screen_sizes == pytest.approx([1.0, 0.2])
    commands.replace_edits()
    frames(editor)
    assert project.asset("cart/SM_cart")._screen_sizes == [1.0, 0.5]
    project.world.selection = []
    project.world.delete("/Game/Imported/cart/SM_cart")
    commands.import_again()
    frames(editor)
    assert project.report()["status"] == "passed" and "/Game/Imported/cart/SM_cart" in project.world.assets


def test_left_over_assets_go_when_asked_unless_they_are_used(project: Project, editor) -> None:
    from importer_bridge.engine import commands

    project.publish("good-unreal")
    frames(editor)

    def without_normal(manifest: dict) -> None:
        target = manifest["targets"]["unreal"]
        target["textures"] = [entry for entry in target["textures"] if entry["slot"] != "normal"]
        del target["materials"][0]["textures"]["normal"]

    project.edit_manifest(without_normal)
    editor.runner.next_look = 0
    frames(editor)
    texture = "/Game/Imported/cart/T_cart_N"
    project.world.faults = {"is_used"}
    commands.remove_left_over()
    assert texture in project.world.assets
    project.world.faults = set()
    commands.remove_left_over()
    assert texture not in project.world.assets and "left_over" not in project.state()["Imported/cart"]


def test_a_commandlet_does_not_watch(project: Project) -> None:
    project.world.command_line = "P.uproject -run=pythonscript -script=x.py"
    runpy.run_path(str(PYTHON / "init_unreal.py"))
    assert project.world.ticks == [] and project.world.menu == []


def headless(monkeypatch) -> None:
    """Run the commandlet's script; sleeping lets time pass at once."""
    passed = [time.monotonic()]
    monkeypatch.setattr(time, "sleep", lambda seconds: passed.__setitem__(0, passed[0] + seconds))
    from importer_bridge.engine import headless, start

    def session(blocking: bool):
        made = start.make_session(blocking)
        made.clock = lambda: passed[0]
        return made

    monkeypatch.setattr(headless, "make_session", session)
    runpy.run_path(str(PYTHON / "importer_bridge_headless.py"))


def test_the_commandlet_imports_everything_and_ends_well(project: Project, monkeypatch) -> None:
    project.publish("good-unreal")
    project.publish("good-figure")
    other = project.publish("good-godot", "for_godot").name
    headless(monkeypatch)
    assert project.report("cart")["status"] == project.report("figure")["status"] == "passed"
    assert project.report(other)["problems"][0]["code"] == "TARGET_MISSING"  # and no failure
    assert ("info", "ImporterBridge: 3 assets are up to date") in project.world.log
    headless(monkeypatch)  # a second run has nothing to do, and ends well too


def test_the_commandlet_fails_after_importing_the_rest(project: Project, monkeypatch) -> None:
    project.publish("good-unreal")
    half = project.publish("good-unreal", "half")
    (half / "unreal/SM_cart.glb").write_bytes(b"glTF")
    project.world.faults = {"hull_is_lost"}
    with pytest.raises(Exception, match=r"refused, or failed a check: Imported/cart, Imported/half"):
        headless(monkeypatch)
    assert project.report("cart")["status"] == "failed"
    assert project.report("half")["problems"][0]["code"] == "FILE_SIZE"
    with pytest.raises(Exception, match="Imported/half"):  # nothing new, and still not right
        headless(monkeypatch)


def test_the_commandlet_stops_at_a_wrong_configuration(project: Project, monkeypatch) -> None:
    project.configure(format="obj")
    with pytest.raises(Exception, match="format must be auto, glb or fbx"):
        headless(monkeypatch)


def test_the_plugin_says_what_it_needs() -> None:
    from importer_bridge.report import VERSION

    plugin = json.loads((PLUGIN / "ImporterBridge.uplugin").read_text("utf-8"))
    assert plugin["VersionName"] == VERSION and plugin["CanContainContent"] is True
    assert {entry["Name"] for entry in plugin["Plugins"] if entry["Enabled"]} >= {
        *("PythonScriptPlugin", "Interchange", "InterchangeEditor", "EditorScriptingUtilities")
    }
