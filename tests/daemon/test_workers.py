"""Several machines on one project."""

import os
import signal
import sys
import time

import pytest

from importer.daemon.queue.lease import HOST, Lease
from importer.daemon.queue.queue import open_queue
from importer.errors import ImporterError
from importer.pipeline.stages import Stage
from importer.records import Files
from tests.daemon.conftest import tree
from tests.daemon.machines import LEASE_S, Share, wait_for
from tests.pipeline.fakes import FAKES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals, and Debian's PostgreSQL")


def slow(files):
    name = next(iter(files.files))
    while "hold" in name and not os.path.exists(os.environ["RELEASE"]):
        time.sleep(0.05)
    time.sleep(0.2)
    with open(os.environ["FAKE_LOG"], "a") as log:
        log.write("slow\n")
    return Files({"unreal/part.bin": b"part"})


TABLE = (*FAKES, Stage("slow", 1, "tests.daemon.test_workers:slow", "write", is_product=True))


@pytest.fixture
def share(machines):
    return Share(*machines, "tests.daemon.test_workers:TABLE")


def test_three_machines_share_the_work_and_do_each_job_once(share, stages_run, tmp_path):
    names = [f"hold{i}" for i in range(9)]
    with share.watching() as daemon, share.workers("north", "east", "south"):
        share.drop(*names)
        wait_for(lambda: set(share.hosts("building").values()) == {"north", "east", "south"})
        (tmp_path / "release").touch()
        wait_for(lambda: share.states()["done"] == 9)
        daemon.wait("published", count=9)
        assert len(daemon.of("published")) == 9  # told by the watcher, which has built none
        wait_for(lambda: len(share.hosts("done")) == 9)
    assert set(share.hosts("done").values()) == {"north", "east", "south"}
    assert stages_run().count("slow") == 9
    assert sorted(p.name for p in (share.project / "out").iterdir()) == names
    assert len({len(tree(share.project / "out" / name)) for name in names}) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_job_of_a_machine_that_vanishes_is_taken_over_and_its_finished_stages_are_not_repeated(
    share, stages_run, tmp_path, number
):
    with share.watching(), share.workers("north", "east", "south") as processes:
        share.drop("hold")
        first = wait_for(lambda: share.hosts("building").get("hold.png"))
        wait_for(lambda: "started hold.png slow" in share.said(first))  # the others are in the cache
        processes[first].send_signal(number)
        (tmp_path / "release").touch()
        # The queue's row ends a moment after the ledger's.
        assert wait_for(lambda: share.hosts("done").get("hold.png")) in {"north", "east", "south"} - {first}
        published = (share.project / "out" / "hold").stat().st_ino
        processes[first].send_signal(signal.SIGCONT)  # one that was only asleep finds its job gone
        share.drop("next", first=1)
        wait_for(lambda: share.states()["done"] == 2)
        assert (share.project / "out" / "hold").stat().st_ino == published
    ran = stages_run()
    assert [ran.count(stage) for stage in ("read", "shape", "write")] == [2, 2, 2]
    assert [p.name for p in (share.project / "out").iterdir() if p.name.startswith(".")] == []


def test_two_watchers_of_one_project_and_two_machines_of_one_name_are_refused(share):
    queue = share.queue
    with share.watching():
        (share.project / ".importer" / "lock").unlink()  # another machine's lock is not seen on every share
        with pytest.raises(AssertionError, match="the watcher is at work already"), share.watching():
            pass
        with queue.take(lambda *_: {}, host="north", lease_s=LEASE_S), open_queue(share.project, share.url) as other:
            name = f"{HOST}north@{queue.database.project}"
            with (
                pytest.raises(ImporterError, match="north is at work already"),
                Lease(other.database, name, LEASE_S).held(),
            ):
                pass


def test_server_that_restarts_is_waited_for(share, postgres):
    names = [f"chair{i}" for i in range(6)]
    with share.watching() as daemon, share.workers("north", "east"):
        share.drop(*names)
        wait_for(lambda: share.states()["done"] >= 2)
        postgres.stop()
        share.drop("meanwhile", first=6)
        daemon.wait("warning")
        assert "the database does not answer" in daemon.of("warning")[0].message
        time.sleep(1)  # what looks after jobs in the background meets the silence too
        postgres.start()
        wait_for(lambda: share.states()["done"] == 7)
        share.drop("after", first=7)
        wait_for(lambda: share.states()["done"] == 8)
        assert "Traceback" not in share.said("north") + share.said("east")
    assert daemon.of("failed") == []
    assert len(list((share.project / "out").iterdir())) == 8
