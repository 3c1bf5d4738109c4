"""Several machines on one project: worker processes with names of their own, and PostgreSQL."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import pytest

from importer.daemon.ledger import read_entries
from importer.daemon.queue.queue import open_queue
from importer.daemon.watch import Service
from importer.errors import ImporterError
from importer.pipeline.stages import Stage
from importer.records import Files
from tests.daemon.conftest import tree
from tests.daemon.watching import running
from tests.pipeline.fakes import FAKES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals, and Debian's PostgreSQL")

LEASE_S = 3.0
WORKER = """
import sys; sys.path[:] = sys.argv[4:]
import signal, threading
from pathlib import Path
from importer.daemon.watch import Service
from importer.daemon.worker import serve
from importer.pipeline.cache import Cache
from tests.daemon.test_workers import LEASE_S, TABLE
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
project = Path(sys.argv[1])
service = Service(sys.argv[2], sys.argv[3], jobs=1, lease_s=LEASE_S)
serve(project, lambda e: print(e.kind, e.picture, e.stage, e.message, flush=True), stop, service,
      cache=Cache(project.parent / "cache"), table=TABLE)
"""


def slow(files):
    name = next(iter(files.files))
    time.sleep(60 if "hold" in name and not os.path.exists(os.environ["RELEASE"]) else 0.2)
    with open(os.environ["FAKE_LOG"], "a") as log:
        log.write("slow\n")
    return Files({"unreal/part.bin": b"part"})


TABLE = (*FAKES, Stage("slow", 1, "tests.daemon.test_workers:slow", "write", is_product=True))


@pytest.fixture
def share(project, postgres, tmp_path, monkeypatch):
    """Return the project and its database."""
    monkeypatch.setenv("RELEASE", str(tmp_path / "release"))
    return project, postgres.database()


@contextmanager
def workers(project, url, *names):
    """Run worker processes, and wait until each is ready."""
    command = [sys.executable, "-c", WORKER, str(project), url]
    processes = {
        name: subprocess.Popen([*command, name, *sys.path], stdout=subprocess.PIPE, text=True) for name in names
    }
    try:
        for process in processes.values():
            assert process.stdout.readline().startswith("watching")
        yield processes
    finally:
        for process in processes.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for name, process in processes.items():
            print(name, process.communicate(timeout=30)[0])  # shown where a test fails


def drop(project, *names, first=0):
    for number, name in enumerate(names, first):
        (project / "drop" / f"{name}.png").write_bytes(bytes(range(number, number + 40)))


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def states(project, url):
    with open_queue(project, url) as queue:
        return Counter(entry.state for entry in read_entries(queue.database).values())


def hosts(project, url, *wanted):
    with open_queue(project, url) as queue:
        return {job.picture: job.host for job in queue.list(states=wanted)}


def watching(project, url):
    return running(project, table=TABLE, service=Service(url, jobs=0, lease_s=LEASE_S))


def test_three_machines_share_the_work_and_do_each_job_once(share, stages_run):
    project, url = share
    names = [f"chair{i}" for i in range(9)]
    with watching(project, url) as daemon, workers(project, url, "north", "east", "south"):
        drop(project, *names)
        wait_for(lambda: states(project, url)["done"] == 9)
        daemon.wait("published", count=9)
        assert len(daemon.of("published")) == 9  # told by the watcher, which has built none
    assert set(hosts(project, url, "done").values()) == {"north", "east", "south"}
    assert stages_run().count("slow") == 9
    assert sorted(p.name for p in (project / "out").iterdir()) == names
    assert len({len(tree(project / "out" / name)) for name in names}) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_job_of_a_machine_that_vanishes_is_taken_over_and_its_finished_stages_are_not_repeated(
    share, stages_run, tmp_path, number
):
    project, url = share
    with watching(project, url), workers(project, url, "north", "east", "south") as processes:
        drop(project, "hold")
        wait_for(lambda: hosts(project, url, "building"))
        log = tmp_path / "stages.log"
        wait_for(lambda: log.exists() and "write" in log.read_text())
        time.sleep(0.3)
        first = hosts(project, url, "building")["hold.png"]
        processes[first].send_signal(number)
        (tmp_path / "release").touch()
        wait_for(lambda: states(project, url)["done"] == 1)
        assert hosts(project, url, "done")["hold.png"] in {"north", "east", "south"} - {first}
        published = (project / "out" / "hold").stat().st_ino
        processes[first].send_signal(signal.SIGCONT)  # one that was only asleep finds its job gone
        drop(project, "next", first=1)
        wait_for(lambda: states(project, url)["done"] == 2)
        assert (project / "out" / "hold").stat().st_ino == published
    ran = stages_run()
    assert [ran.count(stage) for stage in ("read", "shape", "write")] == [2, 2, 2]
    assert [p.name for p in (project / "out").iterdir() if p.name.startswith(".")] == []


def test_two_watchers_of_one_project_and_two_machines_of_one_name_are_refused(share):
    project, url = share
    with watching(project, url), open_queue(project, url) as queue:
        (project / ".importer" / "lock").unlink()  # another machine's lock is not seen on every share
        with pytest.raises(AssertionError, match="the watcher is at work already"), watching(project, url):
            pass
        with queue.take(lambda *_: {}, host="north", lease_s=LEASE_S), open_queue(project, url) as other:
            from importer.daemon.queue.lease import Lease

            name = f"host:north@{queue.database.project}"
            with (
                pytest.raises(ImporterError, match="north is at work already"),
                Lease(other.database, name, LEASE_S).held(),
            ):
                pass


def test_server_that_restarts_is_waited_for(share, postgres):
    project, url = share
    names = [f"chair{i}" for i in range(6)]
    with watching(project, url) as daemon, workers(project, url, "north", "east"):
        drop(project, *names)
        wait_for(lambda: states(project, url)["done"] >= 2)
        postgres.stop()
        time.sleep(1)
        postgres.start()
        wait_for(lambda: states(project, url)["done"] == 6)
        drop(project, "after")
        wait_for(lambda: states(project, url)["done"] == 7)
    assert daemon.of("failed") == []
    assert len(list((project / "out").iterdir())) == 7
