"""Files that move while the daemon looks: nothing is lost, the newest content wins, nothing from outside comes in."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from importer.daemon import events
from importer.daemon.ledger import status
from importer.daemon.places import Places
from importer.pipeline.stages import Stage
from importer.records import Files
from tests.daemon.conftest import project, stages_run  # noqa: F401  (fixtures)
from tests.daemon.test_places import done
from tests.daemon.watching import QUICK, quiet, running
from tests.faults.stages import NULL, TABLE

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, deep paths and names of POSIX")


def glb(project, name):  # noqa: F811
    return (project / "out" / name / "gltf" / f"{name}.glb").read_bytes()


def late(files):
    """Take a while after the picture was read."""
    time.sleep(1.5)
    return Files({"late/part.bin": b""})


LATE = (*TABLE[:2], Stage("late", 1, "tests.faults.test_files_in_motion:late", "read", is_product=True), TABLE[2])


def test_picture_replaced_while_it_is_built_ends_with_its_new_content(project):  # noqa: F811
    with running(project, table=LATE) as daemon:
        (project / "drop" / "a.png").write_bytes(b"old")
        daemon.wait("started", "a.png")
        (project / "drop" / "a.png").write_bytes(b"new content")
        daemon.wait("published", "a.png", seconds=40)
        assert quiet(daemon, 1.0) == []
    assert glb(project, "a") == b"new content"


def test_picture_deleted_while_it_waits_is_never_built(project):  # noqa: F811
    with running(project, table=LATE) as daemon:
        for name in ("a", "b"):
            (project / "drop" / f"{name}.png").write_bytes(name.encode())
        daemon.wait("queued", "b.png")
        (project / "drop" / "b.png").unlink()
        daemon.wait("gone", "b.png")
        daemon.wait("published", "a.png", seconds=40)
        quiet(daemon, 1.0)
        assert daemon.of("started", "b.png") == []
    assert [path.name for path in (project / "out").iterdir()] == ["a"]
    assert list(status(project).entries) == ["a.png"]


def test_sidecar_that_comes_while_its_picture_is_built_wins(project):  # noqa: F811
    with running(project, table=LATE) as daemon:
        (project / "drop" / "a.png").write_bytes(b"a")
        daemon.wait("started", "a.png")
        (project / "drop" / "a.yaml").write_text("asset:\n  name: throne\n")
        daemon.wait("published", "a.png", seconds=40)
        assert quiet(daemon, 1.0) == []
    assert [path.name for path in (project / "out").iterdir()] == ["throne"]


def test_share_that_goes_away_while_pictures_are_built_and_wait(project):  # noqa: F811
    drop, away = project / "drop", project / "away"
    with running(project, table=LATE) as daemon:
        for name in ("a", "b", "c"):
            (drop / f"{name}.png").write_bytes(name.encode())
        daemon.wait("finished", "a.png")  # it has been read
        drop.rename(away)
        daemon.wait("published", "a.png", seconds=40)
        daemon.wait("building", "b.png")
        quiet(daemon, 1.0)
        away.rename(drop)
        daemon.wait("published", count=3, seconds=40)
        assert daemon.of("failed") == daemon.of("gone") == []
    assert [glb(project, name) for name in ("a", "b", "c")] == [b"a", b"b", b"c"]


def test_no_event_is_needed(project, monkeypatch):  # noqa: F811
    """The watcher is there and drops all it hears, as a full inotify queue does."""
    monkeypatch.setattr(events._Waker, "on_any_event", lambda self, event: None)
    with running(project, table=TABLE) as daemon:
        for i in range(5):
            (project / "drop" / f"a{i}.png").write_bytes(b"%d" % i)
        daemon.wait("published", count=5)
        (project / "drop" / "a0.png").write_bytes(b"other")
        daemon.wait("published", "a0.png", count=2)
        (project / "drop" / "a1.png").unlink()
        daemon.wait("gone", "a1.png")


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
def test_many_files_at_the_start_and_a_burst_into_a_tiny_event_queue_are_published_once(project, caplog):  # noqa: F811
    drop = project / "drop"
    for i in range(100):
        folder = drop / f"set{i % 10}" / "deep" / f"er{i % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"a{i}.png").write_bytes(b"%d" % i)
    with contextlib.ExitStack() as stack:
        with tiny_inotify_queue():
            daemon = stack.enter_context(running(project, table=NULL))
        for i in range(100, 250):
            (drop / f"a{i}.png").write_bytes(b"%d" % i)
        daemon.wait("published", count=250, seconds=180)
        assert quiet(daemon) == []
        assert len({event.picture for event in daemon.of("published")}) == 250
    assert caplog.records == []
    found = {path.name: path.read_bytes() for path in (project / "out").rglob("*.bin")}
    assert found == {f"a{i}.bin": b"%d" % i for i in range(250)}


@contextlib.contextmanager
def tiny_inotify_queue():
    """Give watchers that are started now room for two events."""
    limit = Path("/proc/sys/fs/inotify/max_queued_events")
    before = limit.read_text()
    try:
        limit.write_text("2")
    except OSError:
        pytest.skip("the kernel's limit can be set by root alone")
    try:
        yield
    finally:
        limit.write_text(before)


def test_wrong_clock_changes_nothing(project, monkeypatch):  # noqa: F811
    """Clocks jump by years, back and forth; files come from the future and from 1970."""
    real = time.time
    with running(project, table=TABLE) as daemon:
        for number, years in enumerate((0, 10, -10, 3)):
            monkeypatch.setattr(time, "time", lambda jump=years * 3e7: real() + jump)
            path = project / "drop" / f"a{number}.png"
            path.write_bytes(b"%d" % number)
            os.utime(path, (0, max(0, real() + years * 1e8)))
            daemon.wait("published", path.name)
        (project / "drop" / "a0.png").write_bytes(b"newer, says nobody")
        os.utime(project / "drop" / "a0.png", (0, 0))
        daemon.wait("published", "a0.png", count=2)
    assert glb(project, "a0") == b"newer, says nobody"


@pytest.mark.parametrize("sidecar", [False, True])
def test_case_only_rename_keeps_one_folder(project, sidecar):  # noqa: F811
    """Windows and macOS could not tell out/Chair and out/chair apart."""
    with running(project, table=TABLE) as daemon:
        (project / "drop" / "Chair.png").write_bytes(b"1")
        if sidecar:
            (project / "drop" / "Chair.yaml").write_text("lods:\n  count: 3\n")
        daemon.wait("published", "Chair.png")
        for path in sorted((project / "drop").iterdir(), reverse=True):
            path.rename(path.with_name(path.name.lower()))
        daemon.wait("published", "chair.png")
        assert "replaces the asset of Chair.png" in daemon.wait("warning", "chair.png").message
    assert [path.name for path in (project / "out").iterdir()] == ["Chair"]


def test_two_claims_on_one_gone_folder_get_a_folder_each():
    places = Places({"chair.png": done("chair", state="gone")})
    assert places.assign("chair.png", "chair") == "chair"
    assert places.assign("chair.jpg", "chair") == "chair_jpg"


@posix
def test_links_out_of_the_drop_folder_are_mentioned_and_not_followed(project, tmp_path):  # noqa: F811
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.png").write_bytes(b"b")
    drop = project / "drop"
    (drop / "a.png").write_bytes(b"a")
    (drop / "inside.png").symlink_to("a.png")
    (drop / "outside.png").symlink_to(tmp_path / "secret.png")
    (drop / "up.png").symlink_to("../../secret.png")
    (drop / "folder").symlink_to(tmp_path / "folder")
    with running(project, table=TABLE) as daemon:
        daemon.wait("published", count=2)
        assert "is not followed" in daemon.wait("ignored", "outside.png").message
        daemon.wait("ignored", "up.png")
        daemon.wait("ignored", "folder")
        assert quiet(daemon) == []
    assert sorted(path.name for path in (project / "out").iterdir()) == ["a", "inside"]


@posix
@pytest.mark.parametrize("name", ["a.yaml", "profile.yaml"])
def test_profile_that_is_a_link_out_of_the_drop_folder_is_mentioned_and_not_read(project, tmp_path, name):  # noqa: F811
    """What it says must not be heard, and what it holds must not be shown in an error."""
    (tmp_path / "stranger.yaml").write_text("lods:\n  secret: 3\n")
    (project / "drop" / "inside.yaml").write_text("asset:\n  name: throne\n")
    (project / "drop" / "b.png").write_bytes(b"b")
    (project / "drop" / "b.yaml").symlink_to("inside.yaml")
    (project / "drop" / "a.png").write_bytes(b"a")
    (project / "drop" / name).symlink_to(tmp_path / "stranger.yaml")
    with running(project, table=TABLE) as daemon:
        daemon.wait("published", count=2)
        assert "is not followed" in daemon.wait("ignored", name).message
        assert daemon.of("failed") == []
    assert sorted(path.name for path in (project / "out").iterdir()) == ["a", "throne"]


@posix
def test_picture_that_becomes_a_link_out_of_the_drop_folder_is_gone(project, tmp_path):  # noqa: F811
    (tmp_path / "secret.png").write_bytes(b"secret")
    picture = project / "drop" / "a.png"
    with running(project, table=LATE) as daemon:
        picture.write_bytes(b"a")
        daemon.wait("started", "a.png")
        picture.unlink()
        picture.symlink_to(tmp_path / "secret.png")
        daemon.wait("gone", "a.png")
        assert "is not followed" in daemon.wait("ignored", "a.png").message
        quiet(daemon, 2.0)
        assert daemon.of("published") == []
    assert list((project / "out").iterdir()) == []


@posix
def test_trees_deeper_than_pythons_stack_are_walked_and_what_lies_too_deep_is_refused(project):  # noqa: F811
    """As archives from strangers have them."""
    drop, here = project / "drop", os.getcwd()
    (drop / "a.png").write_bytes(b"a")
    os.chdir(drop)
    try:
        for _ in range(1400):
            os.mkdir("d")
            os.chdir("d")
        Path("b.png").write_bytes(b"b")
        os.chdir(here)
        with running(project, table=NULL) as daemon:
            assert "events are not available" in daemon.wait("warning").message
            daemon.wait("published", "a.png")
            assert "1400 folders deep" in daemon.wait("failed", "d/" * 1400 + "b.png").message
    finally:
        os.chdir(here)
        subprocess.run(["rm", "-rf", str(drop / "d")], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_folder_that_cannot_be_read_for_a_while_is_not_taken_for_empty(project, monkeypatch):  # noqa: F811
    real, refused = os.scandir, []

    def scandir(path="."):
        if any(str(path).rstrip("/") == str(folder) for folder in refused):
            raise OSError(116, "Stale file handle")
        return real(path)

    (project / "drop" / "set").mkdir()
    (project / "drop" / "set" / "a.png").write_bytes(b"1")
    with running(project, table=TABLE) as daemon:
        daemon.wait("published", "set/a.png")
        monkeypatch.setattr(os, "scandir", scandir)
        for folder in (project / "drop" / "set", project / "drop"):
            refused[:] = [folder]
            os.utime(project / "drop")
            time.sleep(0.8)
        refused.clear()
        time.sleep(0.5)
        assert daemon.of("gone") == []
        assert "cannot be read" in daemon.of("warning")[0].message


def test_empty_mount_point_and_back_builds_nothing_anew(project):  # noqa: F811
    """A share that is away can leave an empty folder behind."""
    drop, away = project / "drop", project / "away"
    for i in range(3):
        (drop / f"a{i}.png").write_bytes(b"%d" % i)
    with running(project, table=TABLE) as daemon:
        daemon.wait("published", count=3)
        drop.rename(away)
        drop.mkdir()
        daemon.wait("gone", count=3)
        drop.rmdir()
        away.rename(drop)
        daemon.wait("unchanged", count=3)
        assert len(daemon.of("published")) == 3
    assert sorted(path.name for path in (project / "out").iterdir()) == ["a0", "a1", "a2"]


def test_out_folder_that_goes_away_is_waited_for(project):  # noqa: F811
    shutil.rmtree(project / "out")
    with running(project, table=TABLE, times=replace(QUICK, retry_s=0.3)) as daemon:
        (project / "out").write_text("in the way")
        (project / "drop" / "a.png").write_bytes(b"1")
        daemon.wait("retry", "a.png")
        (project / "out").unlink()
        daemon.wait("published", "a.png")
