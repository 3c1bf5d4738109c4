"""The bridge in 5.4 and 5.5, from which the fake takes what Unreal's scripts did not have yet."""

from __future__ import annotations

import pytest

from tests.bridges.unreal_fake.figures import publish_with_levels
from tests.bridges.unreal_fake.harness import Project, open_project
from tests.bridges.unreal_fake.interchange import go_on
from tests.bridges.unreal_fake.world import World

VERSIONS = {"5.4": World.as_5_4, "5.5": World.as_5_5}


@pytest.fixture(params=VERSIONS)
def project(request, tmp_path, monkeypatch) -> Project:
    import unreal

    project = open_project(tmp_path)
    VERSIONS[request.param](project.world)
    if request.param == "5.4":
        monkeypatch.delattr(unreal, "InterchangeMeshCollision")
    return project


@pytest.mark.parametrize("case", ["good-unreal", "good-figure"])
def test_a_build_server_imports_all(project: Project, case: str) -> None:
    name = project.publish(case).name
    project.look()
    report = project.report(name)
    assert report["status"] == "passed", report["problems"]
    assert report["engine"]["version"].startswith(("5.4", "5.5"))


@pytest.mark.parametrize("case", ["good-unreal", "good-figure"])
def test_the_editor_imports_all(project: Project, case: str) -> None:
    from importer_bridge.bridge import look

    name = project.publish(case).name
    session = project.open(blocking=False)
    assert not session.engine.is_busy()
    for _ in look(session):
        go_on()
    report = project.report(name)
    assert report["status"] == "passed", report["problems"]
    meanwhile = project.world.called("InterchangeManager.scripted_import_asset_async")
    assert bool(meanwhile) == (not project.world.version.startswith("5.4"))


def test_a_figures_levels_are_waited_for_in_the_editor_when_they_are_made_and_replaced(project: Project) -> None:
    from importer_bridge.bridge import look

    session = project.open(blocking=False)
    for version in ("first", "second"):
        publish_with_levels(project, 3, version)
        project.time += 2
        for number, _ in enumerate(look(session)):
            if number % 20 == 0:  # a level takes many frames
                go_on()
        report = project.report("figure")
        assert report["status"] == "passed", report
        assert project.world.queue == [], "measured before it was done"
        assert len(project.asset("figure/SM_figure")._levels) == 3


def test_a_build_server_says_that_a_figures_levels_are_missing(project: Project) -> None:
    """Up to 5.5 they come in later frames, and a script on a build server cannot let frames pass."""
    publish_with_levels(project, 2)
    project.look()
    failed = {check["name"] for check in project.report("figure")["checks"] if check["status"] == "failed"}
    assert failed == {"lod_count", "lod_screen_sizes"}


def test_fbx_that_interchange_does_not_read_is_refused_with_its_switch(project: Project) -> None:
    """5.4 has the reader switched off; in 5.5 somebody may have done that."""
    project.configure(format="fbx")
    project.publish("good-unreal")
    project.world.variables["Interchange.FeatureFlags.Import.FBX"] = 0
    project.look()
    problem = project.report()["problems"][0]
    assert problem["code"] == "IMPORT_FAILED" and "Interchange.FeatureFlags.Import.FBX" in problem["fix"]
    project.world.variables["Interchange.FeatureFlags.Import.FBX"] = 1
    project.session.again["Imported/cart"] = False
    project.look()
    assert project.report()["status"] == "passed"


def test_an_import_of_many_frames_is_waited_for(project: Project) -> None:
    from importer_bridge.bridge import look

    project.publish("good-unreal")
    for number, _ in enumerate(look(project.open(blocking=False))):
        if number % 20 == 0:
            go_on()
    assert project.report()["status"] == "passed", project.report()["problems"]
    assert len(project.world.called("InterchangeManager.import_asset")) in (0, 8), "imported twice"


def test_an_import_that_does_not_call_back_ends_though_nobody_can_be_asked(project: Project, monkeypatch) -> None:
    from importer_bridge.bridge import look
    from importer_bridge.engine import interchange

    monkeypatch.setattr(interchange, "_LONGEST_S", 0.01)
    project.world.faults = {"no_call_back"}
    project.publish("good-unreal")
    for _ in look(project.open(blocking=False)):
        go_on()
    assert project.report()["status"] == "passed"


def test_a_file_that_cannot_be_read_is_refused_though_nobody_can_be_asked(project: Project) -> None:
    project.world.faults = {"import_nothing"}
    project.publish("good-unreal")
    project.look()
    assert project.report()["problems"][0]["code"] == "IMPORT_FAILED"
