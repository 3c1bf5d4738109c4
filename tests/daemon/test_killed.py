"""The daemon as a process of its own, ended in every way there is."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from importer.daemon.ledger import status
from tests.daemon.conftest import tree
from tests.daemon.watching import running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

DAEMON = """
import sys; sys.path[:] = sys.argv[2:]
import signal, threading
from pathlib import Path
from importer.daemon.round import Times
from importer.daemon.watch import watch
from importer.pipeline.cache import Cache
from importer.pipeline.stages import Stage
from tests.pipeline.fakes import FAKES
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
slow = Stage("slow", 1, "tests.daemon.test_killed:slow", "write", is_product=True)
project = Path(sys.argv[1])
times = Times(settle_s=0.1, pair_s=0.0, rescan_s=0.1)
watch(project, lambda e: print(e.kind, e.picture, e.stage, e.message, flush=True), stop,
      cache=Cache(project.parent / "cache"), times=times, table=(*FAKES, slow))
print("stopped", flush=True)
"""


def slow(files):
    from importer.records import Files

    name = next(iter(files.files))
    if "killer" in name:
        os.kill(os.getppid() if "daemon" in name else os.getpid(), signal.SIGKILL)
    time.sleep(60 if "endless" in name else 0.15)
    return Files({f"unreal/part{i}.bin": bytes([i]) * 100_000 for i in range(10)})


def start(project):
    command = [sys.executable, "-c", DAEMON, str(project), *sys.path]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def read_until(process, *words, seconds=60):
    end = time.monotonic() + seconds
    lines = []
    while time.monotonic() < end:
        line = process.stdout.readline()
        lines.append(line)
        if line.split()[: len(words)] == list(words):
            return lines
        if not line:
            break
    raise AssertionError((words, lines, process.stderr.read()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_in_the_middle_of_a_build_leaves_nothing_half_and_the_next_start_goes_on(project, number):
    (project / "drop" / "chair.png").write_bytes(bytes(range(40)))
    process = start(project)
    read_until(process, "started", "chair.png", "write")
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert ("stopped" in out) == (number == signal.SIGTERM)
    assert list((project / "out").iterdir()) == []
    assert status(project).entries["chair.png"].state == "queued"
    with running(project) as daemon:
        daemon.wait("published", "chair.png")


def test_kill_at_any_moment_loses_nothing_and_publishes_nothing_half(project):
    chance = random.Random(2)
    for i in range(6):
        (project / "drop" / f"chair{i}.png").write_bytes(bytes(range(i, i + 40)))
    for _ in range(3):
        process = start(project)
        read_until(process, "watching")
        time.sleep(chance.uniform(0.3, 1.5))
        process.kill()
        process.communicate()
        for asset in (p for p in (project / "out").iterdir() if not p.name.startswith(".")):
            assert len(tree(asset)) == 12
    process = start(project)
    end = time.monotonic() + 60
    while [e.state for e in status(project).entries.values()] != ["done"] * 6:
        assert process.poll() is None
        assert time.monotonic() < end, status(project)
        time.sleep(0.1)
    process.terminate()
    process.communicate(timeout=60)
    assert sorted(p.name for p in (project / "out").iterdir()) == [f"chair{i}" for i in range(6)]


def test_picture_that_kills_the_importer_is_given_up_and_others_are_built(project):
    (project / "drop" / "daemon-killer.png").write_bytes(bytes(range(40)))
    for _ in range(3):
        process = start(project)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    (project / "drop" / "b.png").write_bytes(bytes(range(1, 41)))
    process = start(project)
    read_until(process, "failed", "daemon-killer.png")
    read_until(process, "published", "b.png")
    process.terminate()
    process.communicate(timeout=60)
    entry = status(project).entries["daemon-killer.png"]
    assert entry.state == "failed"
    assert "ended 3 times while it built this" in entry.message()
    assert [p.name for p in (project / "out").iterdir()] == ["b"]


def test_picture_that_kills_the_build_process_is_given_up_and_the_daemon_lives(project):
    (project / "drop" / "killer.png").write_bytes(bytes(range(40)))
    (project / "drop" / "z.png").write_bytes(bytes(range(1, 41)))
    process = start(project)
    lines = read_until(process, "failed", "killer.png")
    assert sum("ended with SIGKILL and is started again" in line for line in lines) == 2
    read_until(process, "published", "z.png")
    process.terminate()
    process.communicate(timeout=60)
    assert "ended 3 times while it built this, with SIGKILL" in status(project).entries["killer.png"].message()


def test_clean_stops_are_no_deaths(project):
    (project / "drop" / "chair.png").write_bytes(bytes(range(40)))
    for _ in range(4):
        process = start(project)
        read_until(process, "started", "chair.png", "slow")
        process.terminate()
        process.communicate(timeout=60)
    with running(project) as daemon:
        daemon.wait("published", "chair.png")
