"""A full disk under the cache, the output, the queue and the folder for temporary files: at every write, one by one.

Each function that writes is taken through all of its writes here, and the daemon through a part; `make chaos` takes it
through all.
"""

import os
import shutil
import subprocess
import sys
import tempfile

import pytest

from importer.daemon.ledger import status
from importer.daemon.publish import publish
from importer.daemon.queue.queue import Queue
from importer.errors import OutputError
from importer.pipeline.cache import Cache
from importer.pipeline.run import build_asset
from importer.profile.schema import LodLevels, Profile, Scale
from importer.system.child import run_in_child
from tests.daemon.conftest import make_asset, project, tree  # noqa: F401  (project is a fixture)
from tests.daemon.watching import running
from tests.faults import full
from tests.faults.stages import TABLE
from tests.faults.writes import counting
from tests.pipeline.fakes import FAKES
from tests.support.disks import tiny_disk  # noqa: F401  (fixture)

PROFILE = Profile(scale=Scale(height_m=2.0), lods=LodLevels(count=2))
linux = pytest.mark.skipif(sys.platform != "linux", reason="counts writes by /proc")


@pytest.fixture
def picture(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    path = tmp_path / "chair.png"
    path.write_bytes(bytes(i % 251 + 1 for i in range(100_000)))
    return path


def test_asset_is_built_without_the_cache(picture, tmp_path, tiny_disk):  # noqa: F811
    asset = build_asset(picture, PROFILE, Cache(tiny_disk / "cache"), table=FAKES)
    assert any("the disk is full" in warning for warning in asset.warnings)
    path = publish(asset, tmp_path / "out")
    assert (path / "preview" / "input.png").stat().st_size == 400_000
    assert not list((tiny_disk / "cache").glob(".partial*"))


def test_output_names_the_full_disk_and_is_complete_once_there_is_room(picture, tmp_path, tiny_disk):  # noqa: F811
    asset = build_asset(picture, PROFILE, Cache(tmp_path / "cache"), table=FAKES)
    with pytest.raises(OutputError, match=r"MiB free and .* MiB are needed\. Free space on this disk"):
        publish(asset, tiny_disk)
    assert list(tiny_disk.iterdir()) == []


def test_child_process_names_the_full_disk(monkeypatch, tiny_disk):  # noqa: F811
    monkeypatch.setattr(tempfile, "tempdir", str(tiny_disk))
    with pytest.raises(OutputError, match="the disk is full"):
        run_in_child(len, bytes(1_000_000), timeout_s=20, memory_mb=100, what="the test")
    assert [path for path in tiny_disk.rglob("*") if path.is_file()] == []


def each_write(tmp_path, action, prepare=lambda folder: None):
    """Call `action` with a folder of its own until it is called without a failure; give what it did each time."""
    for number in range(1, 500):
        folder = tmp_path / f"write{number}"
        folder.mkdir()
        prepare(folder)
        with counting(folder, tmp_path / f"log{number}") as writes:
            writes.fail(number)
            result = action(folder)
        yield folder, result
        if number > len(writes):
            assert number > 5
            return
    raise AssertionError("there is always one more")


@linux
def test_publishing_leaves_the_old_asset_or_the_new_one_at_every_write(tmp_path):
    old, new = make_asset(gltf__mesh_glb=b"old"), make_asset(gltf__mesh_glb=b"new", preview__turntable_png=b"x")
    publish(old, tmp_path / "before")
    trees = [tree(publish(asset, tmp_path / f"expected{i}")) for i, asset in enumerate((old, new))]

    def prepare(folder):
        shutil.copytree(tmp_path / "before" / "chair", folder / "chair")
        (folder / "chair" / "chair.meta").write_bytes(b"of an artist")

    def action(folder):
        try:
            return publish(new, folder)
        except OutputError as error:
            assert "the disk is full" in error.what
            return None

    results = []
    for folder, result in each_write(tmp_path, action, prepare):
        found = tree(folder / "chair")
        assert found.pop("chair.meta") == b"of an artist"
        assert found == trees[1] if result else found in trees
        assert [path.name for path in folder.iterdir()] == ["chair"]
        results.append(result)
    assert results.count(None) > 10


@linux
def test_cache_and_asset_are_whole_at_every_write(tmp_path, picture):
    expected = build_asset(picture, PROFILE, Cache(tmp_path / "expected"), table=FAKES).files
    warned = 0
    for folder, asset in each_write(
        tmp_path, lambda folder: build_asset(picture, PROFILE, Cache(folder / "cache"), table=FAKES)
    ):
        assert asset.files == expected
        again = build_asset(picture, PROFILE, Cache(folder / "cache"), table=FAKES)
        assert again.files == expected
        assert not any("cannot be used" in warning for warning in again.warnings)
        assert not list(folder.rglob(".partial*"))
        warned += any("the disk is full" in warning for warning in asset.warnings)
    assert warned > 20


@linux
def test_child_process_answers_or_names_the_full_disk_at_every_write(tmp_path, monkeypatch):
    def action(folder):
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        try:
            return run_in_child(len, b"12345", timeout_s=60, memory_mb=100, what="the test")
        except OutputError as error:
            return error.what

    results = set()
    for folder, result in each_write(tmp_path, action):
        assert [path for path in folder.rglob("*") if path.is_file()] == []
        results.add(result)
    assert results == {5, "the disk is full"}


@linux
def test_child_whose_own_answer_finds_the_disk_full_says_so(monkeypatch, tiny_disk):  # noqa: F811
    """The question fits, the answer does not."""
    monkeypatch.setattr(tempfile, "tempdir", str(tiny_disk))
    with pytest.raises(OutputError, match="the disk is full"):
        run_in_child(bytes, 1_000_000, timeout_s=20, memory_mb=100, what="the test")
    assert [path for path in tiny_disk.rglob("*") if path.is_file()] == []


def test_job_that_ends_while_it_is_queued_anew_is_not_forgotten(project, monkeypatch):  # noqa: F811
    """A full disk has the queue write a job's end late: until then it seems to be running."""
    real, submitted = Queue.submit, []

    def submit(self, *args):
        submitted.append(args)
        if len(submitted) != 2:
            real(self, *args)

    monkeypatch.setattr(Queue, "submit", submit)
    (project / "out").rmdir()
    (project / "out").write_text("in the way")
    with running(project, table=TABLE) as daemon:
        (project / "drop" / "a.png").write_bytes(b"1")
        daemon.wait("retry", "a.png")
        (project / "out").unlink()
        daemon.wait("published", "a.png")
    assert status(project).entries["a.png"].state == "done"
    assert len(submitted) == 3


@linux
def test_daemon_lives_through_a_write_that_fails_on_any_pictures_way(tmp_path):
    sweep = full.writes_while_it_runs(tmp_path, range(2, 400, 29))
    assert sweep.wrong == []
    assert sweep.is_whole
    assert sweep.steps > 3
    assert any(what.startswith("sqlite") for what in sweep.hit)


@linux
def test_daemon_starts_or_says_why_not_when_a_write_of_its_start_fails(tmp_path):
    sweep = full.writes_at_the_start(tmp_path, (5, 100))
    assert sweep.wrong == []
    assert sweep.steps == 2


@linux
def test_daemon_lives_through_a_disk_without_room(tmp_path):
    if subprocess.run(["mount", "--version"], capture_output=True).returncode or os.getuid():
        pytest.skip("mounting a small tmpfs needs root on Linux")
    for kind, amounts in (("nr_inodes", (9, 400)), ("size", (40, 1000))):
        (tmp_path / kind).mkdir()
        sweep = full.room_while_it_runs(tmp_path / kind, kind, amounts)
        assert sweep.wrong == []
        assert sweep.is_whole
