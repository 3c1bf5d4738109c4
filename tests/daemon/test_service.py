"""What operators see: metrics, the service manager's unit, what idling leaves in memory."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from importer.daemon.metrics import metrics
from importer.daemon.queue.queue import open_queue
from importer.daemon.watch import Service
from importer.errors import ImporterError
from importer.pipeline.events import Event
from tests.daemon.watching import running

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "systemd" / "importer-watch@.service"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_prometheus_reads_lengths_and_counts(project):
    port = free_port()
    with metrics(project, None, port) as count, open_queue(project) as queue:
        count(Event("published", "a.png", seconds=3.0))
        count(Event("finished", "a.png", "bake", 2.0))
        queue.pause(True)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
            text = response.read().decode()
        with pytest.raises(ImporterError, match="Choose another port"), metrics(project, None, port):
            pass
    for line in (
        'importer_jobs{state="queued"} 0.0',
        "importer_paused 1.0",
        'importer_pictures_total{outcome="published"} 1.0',
        'importer_build_seconds_bucket{le="5.0"} 1.0',
        'importer_stage_seconds_count{stage="bake"} 1.0',
    ):
        assert line in text.splitlines()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_unit_is_valid_and_confined(tmp_path):
    text = UNIT.read_text().replace("/usr/local/bin/importer", sys.executable)
    unit = tmp_path / "importer-watch@srv.service"
    unit.write_text(text.replace("=importer\nGroup=importer", "=root\nGroup=root"))
    checked = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert checked.stderr == ""
    assert checked.returncode == 0
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=30", str(unit)]
    assert subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_build_process_ends_after_idling_and_comes_back(project):
    def children():
        found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
        pids = {pid for file in found for pid in file.read_text().split()}
        return {pid for pid in pids if "daemon.builder" in Path(f"/proc/{pid}/cmdline").read_text()}

    with running(project, service=Service(unload_s=1.0)) as daemon:
        (project / "drop" / "a.png").write_bytes(bytes(range(1, 40)))
        daemon.wait("published", "a.png")
        assert len(children()) == 1
        end = time.monotonic() + 20
        while children():
            assert time.monotonic() < end
            time.sleep(0.1)
        (project / "drop" / "b.png").write_bytes(bytes(range(2, 40)))
        daemon.wait("published", "b.png")
        assert len(children()) == 1
    assert children() == set()


def test_paused_project_queues_and_builds_later(project):
    with open_queue(project) as queue, running(project) as daemon:
        queue.pause(True)
        (project / "drop" / "a.png").write_bytes(bytes(range(1, 40)))
        daemon.wait("queued", "a.png")
        time.sleep(0.5)
        assert daemon.of("building") == []
        queue.pause(False)
        daemon.wait("published", "a.png")


def test_cancelled_picture_waits_for_a_touch_or_a_retry(project):
    from importer.daemon.ledger import read_entries, record

    with open_queue(project) as queue, running(project) as daemon:
        queue.pause(True)
        (project / "drop" / "a.png").write_bytes(bytes(range(1, 40)))
        job = daemon.wait("queued", "a.png").job
        assert queue.cancel([job]) == [job]
        assert record(queue.database, "a.png", job, state="cancelled")
        queue.pause(False)
        time.sleep(1)
        assert read_entries(queue.database)["a.png"].state == "cancelled"
        assert daemon.of("building") == []
        os.utime(project / "drop" / "a.png")
        daemon.wait("published", "a.png")


def test_new_content_wins_while_the_old_one_is_being_built(project, tmp_path, monkeypatch):
    from importer.pipeline.stages import Stage
    from tests.daemon.conftest import tree
    from tests.daemon.watching import QUICK
    from tests.pipeline.fakes import FAKES

    monkeypatch.setenv("RELEASE", str(tmp_path / "release"))
    table = (*FAKES, Stage("hold", 1, "tests.daemon.test_service:hold", "write", is_product=True))
    picture = project / "drop" / "chair.png"
    picture.write_bytes(bytes(range(1, 40)))
    with running(project, table=table, times=replace(QUICK, settle_s=0.1)) as daemon:
        end = time.monotonic() + 20
        while not any(event.stage == "hold" for event in daemon.of("started")):
            assert time.monotonic() < end
            time.sleep(0.02)
        picture.write_bytes(bytes(range(2, 40)))
        daemon.wait("queued", "chair.png", count=2)
        (tmp_path / "release").touch()
        daemon.wait("published", "chair.png")
        time.sleep(0.5)
        assert len(daemon.of("published")) == 1
    assert tree(project / "out" / "chair")["preview/input.png"][::4] == bytes(range(2, 40))


def hold(files):
    from importer.records import Files

    end = time.monotonic() + 30
    while not Path(os.environ["RELEASE"]).exists() and time.monotonic() < end:
        time.sleep(0.05)
    return Files({})


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_termination_ends_within_ten_seconds_in_the_middle_of_a_long_stage(project):
    from tests.daemon.test_killed import read_until, start

    (project / "drop" / "endless.png").write_bytes(bytes(range(40)))
    process = start(project)
    read_until(process, "started", "endless.png", "slow")
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert time.monotonic() - began < 10
