"""The daemon's own state damaged, locked, or on a full disk."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from importer.daemon.ledger import status
from importer.daemon.queue.database import is_damaged, sqlite_path
from importer.errors import ImporterError
from importer.pipeline.cache import Cache
from importer.records import Quality
from tests.daemon.conftest import project, stages_run  # noqa: F401  (fixtures)
from tests.daemon.watching import quiet, running
from tests.faults import damage
from tests.faults.stages import TABLE
from tests.faults.yard import DRAIN_S, Yard
from tests.support.disks import read_only_disk, tiny_disk  # noqa: F401  (fixtures)


def test_damaged_records_are_told_and_made_again(project):  # noqa: F811
    names = [f"a{i}" for i in range(len(damage.RECORDS) + 1)]
    with running(project, table=TABLE) as daemon:
        for name in names:
            (project / "drop" / f"{name}.png").write_bytes(name.encode())
        daemon.wait("published", count=len(names))
    for name, text in zip(names, damage.RECORDS, strict=False):
        damage.record(project, f"{name}.png", text)
    inodes = {name: (project / "out" / name).stat().st_ino for name in names}
    with running(project, table=TABLE) as daemon:
        for name in names[:-1]:
            assert "its record was damaged" in daemon.wait("warning", f"{name}.png").message
            daemon.wait("published", f"{name}.png")
        assert daemon.of("published", f"{names[-1]}.png") == []
    assert {name: (project / "out" / name).stat().st_ino for name in names} == inodes
    assert {entry.state for entry in status(project).entries.values()} == {"done"}


def test_picture_whose_job_is_missing_is_looked_at_again(project):  # noqa: F811
    """As when a database came back from a backup."""
    (project / "drop" / "a.png").write_bytes(b"1")
    with running(project, table=TABLE) as daemon:
        daemon.wait("published")
    waits = "UPDATE importer_pictures SET state = 'queued', entry = json_set(entry, '$.state', 'queued')"
    damage.change(project, waits)
    damage.change(project, "DELETE FROM workflow_status")
    with running(project, table=TABLE) as daemon:
        daemon.wait("unchanged", "a.png")
    assert status(project).entries["a.png"].state == "done"


def test_damage_in_the_middle_of_the_queue_is_found_at_the_start(project):  # noqa: F811
    with running(project, table=TABLE) as daemon:
        for i in range(4):
            (project / "drop" / f"a{i}.png").write_bytes(b"%d" % i)
        daemon.wait("published", count=4)
    damage.pages(project)
    assert is_damaged(sqlite_path(project))
    with running(project, table=TABLE) as daemon:
        assert "is damaged" in daemon.wait("warning").message
        daemon.wait("published", count=4)
    assert len(list((project / "out").iterdir())) == 4


def test_full_disk_and_lock_are_no_damage(project, tiny_disk):  # noqa: F811
    path = tiny_disk / "queue.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x)")
    filler = tiny_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(bytes(512))
            file.flush()
    assert is_damaged(path) == ""
    filler.unlink(missing_ok=True)
    assert is_damaged(path) == ""


def test_damaged_identity_is_refused_and_mended_by_removing_it(project):  # noqa: F811
    (project / "drop" / "a.png").write_bytes(b"1")
    with running(project, table=TABLE) as daemon:
        daemon.wait("published")
    file = project / ".importer" / "project"
    for content in (b"", b"\xff\0", b"../../x"):
        file.write_bytes(content)
        with pytest.raises(ImporterError, match=r"identity is damaged\. Delete this file"):
            status(project)
    file.unlink()
    with running(project, table=TABLE) as daemon:
        daemon.wait("published", "a.png")
        assert quiet(daemon) == []


def test_read_only_output_is_a_reason_and_is_tried_again(project, read_only_disk):  # noqa: F811
    (project / "out").rmdir()
    (project / "out").symlink_to(read_only_disk)
    (project / "drop" / "a.png").write_bytes(b"1")
    with running(project, table=TABLE) as daemon:
        daemon.wait("retry", "a.png")
        assert "the disk is read-only. Make it writable" in daemon.of("failed", "a.png")[0].message
        assert list(read_only_disk.iterdir()) == []
        subprocess.run(["mount", "-o", "remount,rw,size=8m", str(read_only_disk)], check=True)
        daemon.wait("published", "a.png")
    assert [path.name for path in read_only_disk.iterdir()] == ["a"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_termination_in_the_middle_of_work_is_quick_and_the_next_start_goes_on(tmp_path):
    yard = Yard(tmp_path)
    for i in range(3):
        yard.put(f"a{i}.png", b"slow %d" % i)
    process = yard.start()
    end = time.monotonic() + 60
    while "started a1.png" not in yard.log() and time.monotonic() < end:
        time.sleep(0.05)
    yard.stop(process)
    assert yard.drains[0] < DRAIN_S
    assert yard.litter() == []
    assert yard.processes() == []
    assert yard.unsettled()
    assert yard.finish() == []
    assert "ended" not in yard.log()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_build_process_killed_from_outside_costs_one_try(tmp_path):
    yard = Yard(tmp_path)
    for i in range(2):
        yard.put(f"a{i}.png", b"slow %d" % i)
    process = yard.start()
    end = time.monotonic() + 60
    while "started a0.png" not in yard.log() and time.monotonic() < end:
        time.sleep(0.05)
    for pid in yard.processes(0):
        if pid != process.pid:
            os.kill(pid, signal.SIGKILL)
    yard.settle(process)
    yard.stop(process)
    assert yard.faults() == []
    assert {entry.state for entry in status(yard.project).entries.values()} == {"done"}


def test_damaged_cache_entries_are_made_again(project):  # noqa: F811
    (project / "drop" / "a.png").write_bytes(b"1")
    with running(project, table=TABLE) as daemon:
        daemon.wait("published")
    damage.cache(project.parent / "cache")
    before = (project / "out" / "a" / "gltf" / "a.glb").read_bytes()
    (project / "drop" / "b.png").write_bytes(b"1")
    with running(project, table=TABLE) as daemon:
        daemon.wait("published", "b.png")
        assert any("cannot be used and is made again" in event.message for event in daemon.of("warning"))
    assert (project / "out" / "b" / "gltf" / "b.glb").read_bytes() == before
    assert json.loads((project / "out" / "b" / "b.manifest.json").read_text())["asset"]["name"] == "b"


def test_cache_entry_that_reads_well_but_says_something_else_is_noticed(tmp_path):
    cache, told = Cache(tmp_path), []
    cache.store("0" * 64, "verify", Quality((), {"triangles": 1111}), told.append)
    (file,) = tmp_path.glob("??/*/record.json")
    file.write_bytes(file.read_bytes().replace(b"1111", b"1112"))
    assert cache.load("0" * 64, told.append) is None
    assert ["record.json is damaged" in message for message in told] == [True]


@pytest.mark.skipif(sys.platform != "linux", reason="exchanges system calls of Linux")
def test_ledger_keeps_every_row_whatever_write_of_its_start_and_end_fails(tmp_path):
    """The checkpoint at the end too: what it could not bring over stays in the journal, for the next start."""
    command = [sys.executable, "-m", "tests.faults.ledger_writes", str(tmp_path)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=250)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert [missing for _, missing in found.values()] == [[], []]
    assert [count > 50 for count, _ in found.values()] == [True, True]
