"""Photographs of what was imported: the check `draws`, the screenshots, and that the open level is left as it was."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from tests.bridges.unreal_fake.harness import Project, open_project
from tests.bridges.unreal_fake.interchange import go_on

SIDE = 96  # pixels; the whole size takes seconds
GREY = [128, 128, 128]


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    """An editor with a renderer, in whose level an artist has selected an actor."""
    import unreal
    from importer_bridge import photo, report
    from importer_bridge.engine import stage

    project = open_project(tmp_path)
    project.world.command_line = "P.uproject"
    project.world.actors = [unreal.Actor()]
    project.world.selected = list(project.world.actors)
    for module in (photo, report, stage):
        monkeypatch.setattr(module, "SIDE", SIDE)
    project.open(blocking=False)
    return project


def look(project: Project, each_frame: Callable[[], None] = lambda: None, is_untouched: bool = True) -> None:
    """Look at the watched folders frame by frame; in none of them is anything of the bridge's in the level."""
    from importer_bridge.bridge import look
    from importer_bridge.slices import FRAME

    project.time += 2
    for step in look(project.session):
        if step is FRAME:
            if is_untouched:
                assert_level_is_untouched(project)
            each_frame()
            go_on()


def assert_level_is_untouched(project: Project) -> None:
    world = project.world
    assert len(world.actors) == 1 and world.selected == world.actors
    assert world.dirty_levels == [] and world.undo == [] and world.targets == 0


def picture(project: Project, view: str) -> np.ndarray:
    return np.asarray(Image.open(project.out / f"cart/reports/unreal-{view}.png"))


def impatient(monkeypatch) -> None:
    from importer_bridge.engine import draw

    monkeypatch.setattr(draw, "_PATIENCE_S", 0.0)


def test_an_asset_is_drawn_and_its_pictures_lie_beside_the_report(project: Project) -> None:
    project.publish("good-unreal")
    look(project)
    report = project.report()
    expected = {"name": "draws", "status": "passed", "unit": "errors", "expected": 0, "found": 0, "tolerance": 0}
    assert project.check("draws") == expected
    assert report["status"] == "passed" and report["engine"]["renderer"] == "deferred"
    assert report["screenshots"] == [
        {"file": f"unreal-{view}.png", "view": view, "width": SIDE, "height": SIDE} for view in ("front", "back")
    ]
    with Image.open(project.out / "cart/reports/unreal-front.png") as shown:
        assert shown.size == (SIDE, SIDE) and shown.mode == "RGB", "base colour has no alpha to be kept"


def test_the_whole_asset_is_in_the_picture_from_where_it_looks_to(project: Project) -> None:
    project.publish("good-unreal")
    look(project)
    for view in ("front", "back"):
        shown = (picture(project, view) != GREY).any(2)
        assert not (shown[0].any() or shown[-1].any() or shown[:, 0].any() or shown[:, -1].any()), "cut off"
        rows, columns = np.flatnonzero(shown.any(1)), np.flatnonzero(shown.any(0))
        high, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
        assert SIDE / 3 < high < SIDE
        # 1 m wide and 1.2 m high in front and behind; from its side it would be 2 m wide.
        assert wide / high == pytest.approx(1 / 1.2, rel=0.1)
        assert abs((columns[0] + columns[-1] + 1) - SIDE) <= 2, "not in the middle"
    front, back = (place for _, place, *_ in project.world.called("EditorActorSubsystem.spawn_actor_from_class"))
    assert front.y > 0 > back.y, "Unreal's assets look along +Y"


def test_the_camera_sees_nothing_of_the_artists_level(project: Project) -> None:
    project.publish("good-unreal")
    look(project)
    world = project.world
    for (shown,) in world.called("SceneCaptureComponent2D.show_only_actors"):
        assert world.actors[0] not in shown and len(shown) == 1
    spawned = world.called("EditorActorSubsystem.spawn_actor_from_object")
    assert spawned and all(transient for *_, transient in spawned)
    assert all(place.z < -900_000 for _, place, *_ in spawned), "in sight of the artist's viewport"
    mesh = project.asset("cart/SM_cart")
    assert mesh.get_material(0) is project.asset("cart/MI_cart"), "the grid was put into the asset itself"


def test_a_figure_is_drawn_too(project: Project) -> None:
    project.publish("good-figure")
    look(project)
    assert project.check("draws", "figure")["status"] == "passed"
    assert (project.out / "figure/reports/unreal-back.png").exists()


def test_each_photograph_has_a_frame_of_its_own(project: Project) -> None:
    from importer_bridge.bridge import look
    from importer_bridge.slices import run_slice

    project.publish("good-unreal")
    work, taken, done = look(project.session), [], False
    while not done:
        before = len(project.world.calls)
        done = run_slice(work, 1e9, lambda: 0.0)  # whatever fits between two frames, however long it takes
        go_on()
        called = [name for name, _ in project.world.calls[before:]]
        photographs = called.count("RenderingLibrary.create_render_target2d")
        taken.append(photographs)
        if photographs:
            assert "EditorAssetLibrary.save_loaded_asset" not in called
    assert max(taken) == 1 and sum(taken) == 2


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("draws_nothing", "nothing is to be seen"),
        ("draws_black", "its material draws nothing, or black"),
        ("never_compiled", "it is drawn in Unreal's grey grid"),
    ],
)
def test_what_is_not_to_be_seen_as_it_should_fails(project: Project, monkeypatch, fault: str, said: str) -> None:
    impatient(monkeypatch)
    project.world.faults = {fault}
    project.world.captures_until_compiled = 10**9 if fault == "never_compiled" else 0
    project.publish("good-unreal")
    look(project)
    check = project.check("draws")
    assert (check["status"], check["expected"], check["found"]) == ("failed", 0, 2)
    assert check["message"].startswith(f"view front: {said}") and "; view back: " in check["message"]
    assert project.report()["status"] == "failed"
    assert [check["name"] for check in project.report()["checks"] if check["status"] == "failed"] == ["draws"]


def test_shaders_are_waited_for(project: Project) -> None:
    project.world.captures_until_compiled = 20
    project.publish("good-unreal")
    look(project)
    assert project.world.captures > 20 and project.check("draws")["status"] == "passed"
    assert len(np.unique(picture(project, "front").reshape(-1, 3), axis=0)) > 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"command_line": "P.uproject -NullRHI"}, "Unreal runs without a renderer"),
        ({"variables": {"r.ForwardShading": 1}}, "forward shading"),
        ({"faults": {"level_is_locked"}}, "takes no actors"),
        ({"faults": {"no_level"}}, "no level is open"),
        ({"faults": {"no_EditorActorSubsystem"}}, "no level is open"),
        ({"faults": {"nothing_to_read"}}, "gives back no pixels"),
    ],
)
def test_where_nothing_can_be_drawn_the_check_is_skipped_with_a_reason(project: Project, change, why) -> None:
    vars(project.world).update(change)
    project.publish("good-unreal")
    look(project)
    check = project.check("draws")
    assert check["status"] == "skipped" and why in check["message"]
    assert project.report()["status"] == "passed" and project.report()["screenshots"] == []


def test_a_commandlet_does_not_draw(project: Project) -> None:
    project.publish("good-unreal")
    project.open(blocking=True)
    project.look()
    assert project.check("draws")["message"] == "a commandlet has no renderer"
    assert project.report()["engine"]["renderer"] is None and project.world.captures == 0


@pytest.mark.parametrize("fault", ["capture_raises", "spawn_raises"])
def test_an_error_in_drawing_fails_the_check_and_leaves_nothing_behind(project: Project, fault: str) -> None:
    project.world.faults = {fault}
    project.publish("good-unreal")
    look(project)
    check = project.check("draws")
    assert check["status"] == "failed" and check["message"].startswith("drawing stopped with RuntimeError: ")
    assert "/Game/Imported/cart/SM_cart" in project.world.assets and project.report()["status"] == "failed"


def test_an_actor_that_the_editor_does_not_destroy_goes_all_the_same(project: Project) -> None:
    project.world.faults = {"destroy_refuses"}
    project.publish("good-unreal")
    look(project)
    assert project.check("draws")["status"] == "passed"


def test_if_the_level_is_marked_as_changed_after_all_no_second_picture_is_taken(project: Project) -> None:
    project.world.faults = {"spawn_marks_the_level"}
    project.publish("good-unreal")
    project.publish("good-figure")
    look(project, is_untouched=False)
    check, other = project.check("draws"), project.check("draws", "figure")
    assert check["status"] == other["status"] == "skipped"
    assert "marked /Game/Level as changed" in check["message"] and other["message"] == check["message"]
    (warning,) = project.report()["warnings"]
    assert warning["code"] == "ENGINE_WARNING" and warning["where"] == "draws"
    assert len(project.world.called("EditorActorSubsystem.spawn_actor_from_object")) == 1
    assert len(project.world.actors) == 1


def test_a_change_that_somebody_is_making_is_not_disturbed(project: Project) -> None:
    world, frames = project.world, [0]
    world.transactions = [["Move Actor"]]

    def drop_after_a_while() -> None:
        assert world.transactions in ([["Move Actor"]], [])
        frames[0] += 1
        if frames[0] == 200:
            assert world.captures == 0
            world.transactions.clear()

    project.publish("good-unreal")
    look(project, drop_after_a_while)
    assert project.check("draws")["status"] == "passed"


def test_what_is_edited_all_the_time_is_not_drawn(project: Project, monkeypatch) -> None:
    impatient(monkeypatch)
    project.world.transactions = [["Move Actor"]]
    project.publish("good-unreal")
    look(project)
    check = project.check("draws")
    assert check["status"] == "skipped" and "something was being edited" in check["message"]
    assert project.world.captures == 0 and project.world.transactions == [["Move Actor"]]


def test_without_screenshots_one_view_is_checked_and_none_is_written(project: Project) -> None:
    project.configure(screenshots=False)
    project.open(blocking=False)
    project.publish("good-unreal")
    look(project)
    assert project.check("draws")["status"] == "passed"
    assert project.report()["screenshots"] == []
    assert not list((project.out / "cart/reports").glob("*.png"))
    assert len(project.world.called("EditorActorSubsystem.spawn_actor_from_object")) == 1


def test_pictures_are_there_before_the_report_that_names_them(project: Project, monkeypatch) -> None:
    from importer_bridge import report

    write, written = report.write_atomically, []

    def noting(path, data: bytes, partial: str) -> None:
        written.append((path.parent.parent.name, path.name))
        if project.out in path.parents:
            raise PermissionError(13, "Permission denied")
        write(path, data, partial)

    monkeypatch.setattr(report, "write_atomically", noting)
    project.publish("good-unreal")
    look(project)
    names = ["unreal-front.png", "unreal-back.png", "unreal.json"]
    assert written == [("cart", "unreal-front.png"), *(("cart", name) for name in names)]
    instead = project.folder / "ImporterReports/Imported/cart/reports"
    assert sorted(path.name for path in instead.iterdir()) == sorted(names)


def square(colours: np.ndarray) -> bytes:
    """A picture of the real size with a square of these colours in it, on black."""
    picture = np.zeros((512, 512, 3), np.uint8)
    picture[100:400, 100:400] = colours
    return picture.tobytes()


def test_a_picture_is_judged_by_how_it_differs_from_the_grid_and_gets_a_grey_background() -> None:
    from importer_bridge.photo import Photo, look_at
    from importer_bridge.slices import finish

    random = np.random.default_rng(1)
    own = random.integers(0, 255, (300, 300, 3), np.uint8)
    own[:50] = 0  # black paint is not background
    grid = np.full((300, 300, 3), 74, np.uint8)
    seen = finish(look_at(Photo(square(own), square(grid))))
    shown = np.asarray(Image.open(io.BytesIO(seen.png)))
    assert seen.fault == "" and len(seen.png) < 8 * 2**20
    np.testing.assert_array_equal(shown[100:400, 100:400], own)
    shown = shown.copy()
    shown[100:400, 100:400] = GREY
    assert (shown == GREY).all()
    assert "grey grid" in finish(look_at(Photo(square(grid + 3), square(grid)))).fault
