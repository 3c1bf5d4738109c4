"""The ways in which programs bring files into a folder: nothing is taken half, and old times hide nothing."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from tests.daemon.watching import QUICK, quiet, running
from tests.faults.stages import NULL

OLD = (10**9, 10**9)  # 2001
CONTENT = bytes(range(256)) * 400
posix = pytest.mark.skipif(sys.platform == "win32", reason="programs of POSIX")


def published(project, name):
    return (project / "out" / name / "gltf" / f"{name}.bin").read_bytes()


def grow(path, daemon, mode="wb"):
    """Write a file for longer than files must rest, which nobody must take meanwhile."""
    with path.open(mode) as file:
        for start in range(0, len(CONTENT), len(CONTENT) // 8):
            file.write(CONTENT[start : start + len(CONTENT) // 8])
            file.flush()
            time.sleep(QUICK.settle_s / 3)
            assert daemon.of("queued") == []


@posix
def test_move_from_another_disk(project, tiny_disk):
    picture = tiny_disk / "a.png"
    picture.write_bytes(CONTENT)
    os.utime(picture, OLD)
    assert tiny_disk.stat().st_dev != project.stat().st_dev
    with running(project, table=NULL) as daemon:
        subprocess.run(["mv", str(picture), str(project / "drop")], check=True)
        daemon.wait("published", "a.png")
        assert quiet(daemon) == []
    assert (project / "drop" / "a.png").stat().st_mtime == OLD[1]
    assert published(project, "a") == CONTENT


@pytest.mark.parametrize("pause_s", [0.0, 1.0], ids=["at once", "late"])
def test_copy_that_gets_its_old_time_at_its_end(project, pause_s):
    """As `mv` between disks and `cp -p` do it; a late one has been taken by then, and is the same picture."""
    with running(project, table=NULL) as daemon:
        grow(project / "drop" / "a.png", daemon)
        time.sleep(pause_s)
        os.utime(project / "drop" / "a.png", OLD)
        daemon.wait("unchanged" if pause_s else "published", "a.png")
        assert quiet(daemon) == []
        assert len(daemon.of("published")) == 1
    assert published(project, "a") == CONTENT


@posix
def test_older_picture_copied_over_a_newer_one_wins(project, tmp_path):
    (tmp_path / "old.png").write_bytes(b"old")
    os.utime(tmp_path / "old.png", OLD)
    (project / "drop" / "a.png").write_bytes(b"newer")
    with running(project, table=NULL) as daemon:
        daemon.wait("published", "a.png")
        subprocess.run(["cp", "-p", str(tmp_path / "old.png"), str(project / "drop" / "a.png")], check=True)
        daemon.wait("published", "a.png", count=2)
    assert published(project, "a") == b"old"


def test_hidden_file_that_gets_time_and_name_at_its_end(project):
    """As rsync does it, for a new picture and for one that is there."""
    hidden = project / "drop" / ".a.png.Xw3Qz1"
    with running(project, table=NULL) as daemon:
        grow(hidden, daemon)
        time.sleep(QUICK.settle_s * 2)
        os.utime(hidden, OLD)
        hidden.rename(project / "drop" / "a.png")
        daemon.wait("published", "a.png")
        hidden.write_bytes(b"update")
        os.utime(hidden, OLD)
        hidden.replace(project / "drop" / "a.png")
        daemon.wait("published", "a.png", count=2)
        assert {event.picture for event in daemon.events} == {"", "a.png"}
    assert published(project, "a") == b"update"


def test_picture_away_for_a_moment_while_an_editor_saves_is_not_gone(project):
    """As editors do it: the old one becomes the backup, the new one is written aside and takes its name."""
    picture = project / "drop" / "a.png"
    picture.write_bytes(b"first")
    with running(project, table=NULL, times=replace(QUICK, settle_s=1.0, orphan_s=30.0)) as daemon:
        daemon.wait("published", "a.png")
        picture.rename(picture.with_name("a.png~"))
        picture.with_name("a.png.tmp").write_bytes(b"second")
        time.sleep(0.5)
        picture.with_name("a.png.tmp").rename(picture)
        daemon.wait("published", "a.png", count=2)
        assert daemon.of("gone") == []
        assert {event.picture for event in daemon.events} == {"", "a.png"}
    assert published(project, "a") == b"second"


def test_sidecar_that_comes_after_the_asset_builds_it_again(project):
    (project / "drop" / "a.png").write_bytes(b"a")
    with running(project, table=NULL) as daemon:
        daemon.wait("published", "a.png")
        (project / "drop" / "a.yaml").write_text("asset:\n  name: throne\n")
        daemon.wait("published", "a.png", count=2)
        assert quiet(daemon) == []
    assert published(project, "throne") == b"a"


def test_folder_with_everything_in_it_copied_in_at_once(project, tmp_path):
    """Pictures, sidecars and a folder's profile, in whatever order they come."""
    source = tmp_path / "set" / "deep" / "deeper"
    source.mkdir(parents=True)
    (tmp_path / "set" / "profile.yaml").write_text("scale:\n  height_m: 3.0\n")
    for i in range(20):
        (source / f"a{i}.png").write_bytes(b"%d" % i)
        (source / f"a{i}.yaml").write_text(f"asset:\n  name: b{i}\n")
    with running(project, table=NULL) as daemon:
        shutil.copytree(tmp_path / "set", project / "drop" / "set")
        daemon.wait("published", count=20, seconds=60)
        assert quiet(daemon) == []
        assert len(daemon.of("queued")) == 20
    names = sorted(path.name for path in (project / "out" / "set" / "deep" / "deeper").iterdir())
    assert names == sorted(f"b{i}" for i in range(20))
