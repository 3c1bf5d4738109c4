import os
import shutil
import threading
import time
from dataclasses import replace

import pytest

from importer.daemon.ledger import status
from importer.daemon.watch import watch
from importer.errors import ImporterError
from tests.daemon.conftest import tree
from tests.daemon.watching import PROFILE, QUICK, quiet, running

PICTURE = bytes(range(1, 40))


def assets(project):
    found = {p.relative_to(project / "out").as_posix() for p in (project / "out").rglob("*.glb")}
    return {name.split("/gltf/")[0] for name in found}


@pytest.mark.parametrize("use_events", [True, False], ids=["events", "rescan alone"])
def test_dropped_picture_is_published(project, use_events):
    with running(project, use_events=use_events) as daemon:
        (project / "drop" / "chair.png").write_bytes(PICTURE)
        event = daemon.wait("published", "chair.png")
    assert event.path == str(project / "out" / "chair")
    assert assets(project) == {"chair"}
    assert not list((project / "out").glob(".partial*"))


def test_picture_that_was_there_before_the_start_is_published(project):
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published", "chair.png")


def test_slow_copy_is_not_touched_before_its_end(project, stages_run):
    with running(project) as daemon, (project / "drop" / "chair.png").open("wb") as file:
        for i in range(12):
            file.write(PICTURE[i * 3 : i * 3 + 3])
            file.flush()
            time.sleep(0.08)
            assert daemon.of("queued") == []
        file.write(PICTURE[36:])
        file.flush()
        daemon.wait("published", "chair.png")
        assert len(daemon.of("published")) == 1
    assert tree(project / "out" / "chair")["preview/input.png"][::4] == PICTURE


def test_burst_of_files_is_done_completely_and_once(project, stages_run):
    with running(project) as daemon:
        for i in range(60):
            (project / "drop" / f"chair{i}.png").write_bytes(PICTURE + bytes([i]))
        daemon.wait("published", count=60, seconds=90)
        assert quiet(daemon) == []
    assert len(assets(project)) == 60
    assert stages_run().count("read") == 60


@pytest.mark.parametrize("first", ["picture", "sidecar"])
def test_sidecar_is_paired_in_either_order(project, first, stages_run):
    picture, sidecar = project / "drop" / "chair.png", project / "drop" / "chair.yaml"
    with running(project, times=replace(QUICK, settle_s=0.1, pair_s=2.0)) as daemon:
        for number, kind in enumerate(sorted(["picture", "sidecar"], key=lambda kind: kind != first)):
            time.sleep(0.5 * number)
            if kind == "picture":
                picture.write_bytes(PICTURE)
            else:
                sidecar.write_text("asset:\n  name: throne\n")
        daemon.wait("published", "chair.png")
        assert quiet(daemon) == []
    assert assets(project) == {"throne"}
    assert stages_run().count("write") == 1


def test_changed_sidecar_rebuilds_what_it_affects(project, stages_run):
    sidecar = project / "drop" / "chair.yaml"
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    (project / "drop" / "table.png").write_bytes(PICTURE[::-1])
    sidecar.write_text("lods:\n  count: 2\n")
    with running(project) as daemon:
        daemon.wait("published", count=2)
        stages_run()
        sidecar.write_text("lods:\n  count: 3\n")
        daemon.wait("published", "chair.png", count=2)
        assert quiet(daemon) == []
    assert stages_run() == ["thin", "write", "check"]


def test_removed_sidecar_rebuilds(project, stages_run):
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    (project / "drop" / "chair.yaml").write_text("lods:\n  count: 3\n")
    with running(project) as daemon:
        daemon.wait("published")
        stages_run()
        (project / "drop" / "chair.yaml").unlink()
        daemon.wait("published", count=2)
    assert stages_run() == ["thin", "write", "check"]


def test_changed_folder_profiles_rebuild_their_pictures_alone(project, stages_run):
    (project / "drop" / "big").mkdir()
    (project / "drop" / "big" / "chair.png").write_bytes(PICTURE)
    (project / "drop" / "table.png").write_bytes(PICTURE[::-1])
    with running(project) as daemon:
        daemon.wait("published", count=2)
        stages_run()
        (project / "drop" / "big" / "profile.yaml").write_text("scale:\n  height_m: 9.0\n")
        daemon.wait("published", "big/chair.png", count=2)
        assert stages_run() == ["shape", "thin", "write", "check"]
        (project / "profile.yaml").write_text(PROFILE.replace("count: 2", "count: 3"))
        daemon.wait("published", count=5)
        assert sorted(stages_run()) == sorted(["thin", "write", "check"] * 2)


def test_changed_file_that_a_profile_extends_rebuilds(project, stages_run):
    (project / "shared").mkdir()
    (project / "shared" / "lods.yaml").write_text("lods:\n  count: 2\n")
    (project / "drop" / "chair.yaml").write_text("extends: ../shared/lods.yaml\n")
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published")
        stages_run()
        (project / "shared" / "lods.yaml").write_text("lods:\n  count: 3\n")
        daemon.wait("published", count=2)
        assert stages_run() == ["thin", "write", "check"]
        (project / "shared" / "lods.yaml").unlink()
        daemon.wait("failed", "chair.png")
        (project / "shared" / "lods.yaml").write_text("lods:\n  count: 4\n")
        daemon.wait("published", count=3)


def test_comment_in_a_profile_changes_nothing(project, stages_run):
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published")
        stages_run()
        (project / "profile.yaml").write_text(PROFILE + "# a comment\n")
        daemon.wait("unchanged", "chair.png")
        assert quiet(daemon) == []
    assert stages_run() == []


def test_changed_picture_is_built_again(project):
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published")
        (project / "drop" / "chair.png").write_bytes(PICTURE[::-1])
        daemon.wait("published", count=2)
    assert tree(project / "out" / "chair")["preview/input.png"][::4] == PICTURE[::-1]


def test_subfolders_are_mirrored(project):
    with running(project) as daemon:
        (project / "drop" / "möbel" / "alt").mkdir(parents=True)
        (project / "drop" / "möbel" / "alt" / "Stuhl für Oma.png").write_bytes(PICTURE)
        daemon.wait("published", "möbel/alt/Stuhl für Oma.png")
    assert assets(project) == {"möbel/alt/Stuhl_für_Oma"}


def test_folder_moved_in_is_found(project, tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "chair.png").write_bytes(PICTURE)
    with running(project) as daemon:
        (tmp_path / "set").rename(project / "drop" / "set")
        daemon.wait("published", "set/chair.png")
    assert assets(project) == {"set/chair"}


def test_pictures_of_one_name_get_folders_of_their_own(project):
    with running(project) as daemon:
        (project / "drop" / "chair.png").write_bytes(PICTURE)
        daemon.wait("published", "chair.png")
        (project / "drop" / "chair.jpg").write_bytes(PICTURE[::-1])
        daemon.wait("published", "chair.jpg")
        assert "taken by another picture" in daemon.wait("warning", "chair.jpg").message
    assert assets(project) == {"chair", "chair_jpg"}


def test_renamed_picture_is_published_anew_and_the_old_asset_stays(project, stages_run):
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published")
        stages_run()
        (project / "drop" / "chair.png").rename(project / "drop" / "throne.png")
        daemon.wait("published", "throne.png")
        assert "out/chair" in daemon.wait("gone", "chair.png").message
    assert assets(project) == {"chair", "throne"}
    assert stages_run() == ["write", "check"]


def test_picture_replaced_by_another_format_takes_the_asset_over(project):
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published")
        (project / "drop" / "chair.png").unlink()
        daemon.wait("gone")
        (project / "drop" / "chair.jpg").write_bytes(PICTURE[::-1])
        daemon.wait("published", "chair.jpg")
        assert "chair.png, which is gone" in daemon.of("warning", "chair.jpg")[0].message
    assert assets(project) == {"chair"}


def test_picture_deleted_while_it_waits_is_forgotten(project):
    with running(project) as daemon:
        (project / "drop" / "chair.png").write_bytes(PICTURE)
        time.sleep(0.1)
        (project / "drop" / "chair.png").unlink()
        assert [e.kind for e in quiet(daemon)] == []
    assert assets(project) == set()


def test_unfinished_and_hidden_files_are_left_alone(project):
    with running(project) as daemon:
        for name in ("c.png.part", "~$c.png", ".c.png", "c.crdownload", "x.tmp", "Thumbs.db"):
            (project / "drop" / name).write_bytes(PICTURE)
        (project / "drop" / ".git").mkdir()
        (project / "drop" / ".git" / "c.png").write_bytes(PICTURE)
        assert quiet(daemon) == []


def test_download_is_taken_when_it_gets_its_name(project):
    with running(project) as daemon:
        (project / "drop" / "chair.png.part").write_bytes(PICTURE)
        time.sleep(0.4)
        (project / "drop" / "chair.png.part").rename(project / "drop" / "chair.png")
        daemon.wait("published", "chair.png")


def test_file_of_another_kind_is_mentioned_once(project):
    with running(project) as daemon:
        (project / "drop" / "chair.psd").write_bytes(PICTURE)
        assert ".png" in daemon.wait("ignored", "chair.psd").message
        assert quiet(daemon) == []


def test_sidecar_without_picture_is_mentioned_after_a_while_and_works_later(project):
    with running(project) as daemon:
        (project / "drop" / "chair.yaml").write_text("asset:\n  name: throne\n")
        assert "no picture" in daemon.wait("orphan", "chair.yaml").message
        assert quiet(daemon) == []
        (project / "drop" / "chair.png").write_bytes(PICTURE)
        daemon.wait("published", "chair.png")
    assert assets(project) == {"throne"}


def test_failure_is_told_and_the_next_picture_is_built(project):
    (project / "drop" / "a.png").write_bytes(b"bad")
    (project / "drop" / "b.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published", "b.png")
        assert "this is no picture" in daemon.wait("failed", "a.png").message
        assert quiet(daemon) == []
        (project / "drop" / "a.png").write_bytes(PICTURE[1:])
        daemon.wait("published", "a.png")


def test_faulty_profile_fails_its_picture_until_it_is_mended(project):
    (project / "drop" / "a.png").write_bytes(PICTURE)
    (project / "drop" / "a.yaml").write_text("lods:\n  cuont: 3\n")
    with running(project) as daemon:
        message = daemon.wait("failed", "a.png").message
        assert "a.yaml:2" in message
        assert "count" in message
        assert quiet(daemon) == []
        (project / "drop" / "a.yaml").write_text("lods:\n  count: 3\n")
        daemon.wait("published", "a.png")


def test_restart_repeats_neither_finished_work_nor_failures(project, stages_run):
    (project / "drop" / "a.png").write_bytes(b"bad")
    (project / "drop" / "b.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published", "b.png")
        daemon.wait("failed", "a.png")
    stages_run()
    with running(project) as daemon:
        assert quiet(daemon) == []
        assert stages_run() == []
        os.utime(project / "drop" / "a.png")
        daemon.wait("failed", "a.png")
        os.utime(project / "drop" / "b.png")
        daemon.wait("unchanged", "b.png")
    assert stages_run() == ["read"]


def test_asset_removed_by_the_user_comes_back_with_the_next_touch(project, stages_run):
    (project / "drop" / "b.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published", "b.png")
        stages_run()
        shutil.rmtree(project / "out" / "b")
        assert quiet(daemon) == []
        os.utime(project / "drop" / "b.png")
        daemon.wait("published", "b.png", count=2)
    assert stages_run() == []
    assert assets(project) == {"b"}


def test_output_that_cannot_be_written_is_tried_again(project):
    shutil.rmtree(project / "out")
    (project / "out").write_text("a file in the way")
    with running(project) as daemon:
        (project / "drop" / "chair.png").write_bytes(PICTURE)
        assert "a file is in the way" in daemon.wait("failed", "chair.png").message
        daemon.wait("retry", "chair.png")
        (project / "out").unlink()
        daemon.wait("published", "chair.png")
    assert assets(project) == {"chair"}


def test_full_disk_is_tried_again_and_nothing_is_half_published(project, tiny_disk):
    (project / "out").rmdir()
    (project / "out").symlink_to(tiny_disk)
    (tiny_disk / "filler").write_bytes(bytes(250_000))
    with running(project) as daemon:
        (project / "drop" / "chair.png").write_bytes(PICTURE)
        assert "MiB free" in daemon.wait("failed", "chair.png").message
        assert [p.name for p in tiny_disk.iterdir()] == ["filler"]


def test_second_daemon_is_refused(project):
    with running(project):
        with pytest.raises(ImporterError, match=rf"process {os.getpid()} watches this folder already\. Stop that one"):
            watch(project, print, threading.Event())
        assert status(project).running
    assert not status(project).running


def test_missing_drop_folder_is_refused_at_the_start_and_survived_later(project):
    with pytest.raises(ImporterError, match="no drop folder"):
        watch(project / "drop", print, threading.Event())
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published")
        (project / "drop").rename(project / "away")
        assert "is not there" in daemon.wait("warning").message
        assert [e.kind for e in quiet(daemon)] == []
        (project / "away").rename(project / "drop")
        (project / "drop" / "table.png").write_bytes(PICTURE[::-1])
        daemon.wait("published", "table.png")
        assert daemon.of("gone") == []


def test_damaged_state_is_kept_aside_and_said(project):
    (project / "drop" / "chair.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published")
    for file in (project / ".importer").glob("queue.sqlite*"):
        file.unlink()
    (project / ".importer" / "queue.sqlite").write_bytes(b"SQLite format 3" + bytes(9000))
    with running(project) as daemon:
        assert "is damaged" in daemon.wait("warning").message
        daemon.wait("published")
    assert (project / ".importer" / "queue.damaged.sqlite").stat().st_size == 9015


def test_status_tells_what_became_of_each_picture(project):
    (project / "drop" / "a.png").write_bytes(b"bad")
    (project / "drop" / "b.png").write_bytes(PICTURE)
    with running(project) as daemon:
        daemon.wait("published")
    entries = status(project).entries
    assert {name: entry.state for name, entry in entries.items()} == {"a.png": "failed", "b.png": "done"}
    assert "this is no picture" in entries["a.png"].message()
    assert entries["b.png"].folder == "b"
