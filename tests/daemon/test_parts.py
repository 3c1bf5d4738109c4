"""One job on several machines: the network on one with a GPU, everything else on others.

On the test machine "gpu" is the same code on the CPU; what counts is which machine has run which stage.
"""

import os
import re
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from importer.cli.app import app
from importer.pipeline.stages import Stage
from importer.records import Files
from tests.daemon.machines import Share, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals, and Debian's PostgreSQL")

BEFORE, AFTER = ("read", "crop"), ("mesh", "write")


def _ran(stage, file, seconds=0.0):
    """Log the beginning and the end; ``hold-STAGE`` stays in it until the test says so or the process is killed."""
    log = Path(os.environ["FAKE_LOG"])
    with log.open("a") as out:
        out.write(f"begin {stage} {file} {os.environ['MACHINE']}\n")
    while f"hold-{stage}" in file and not Path(os.environ["RELEASE"]).exists():
        time.sleep(0.05)
    time.sleep(seconds)
    with log.open("a") as out:
        out.write(f"end {stage} {file} {os.environ['MACHINE']}\n")


def read(data, file):
    _ran("read", file)
    return Files({"data": data})


def crop(files, file):
    _ran("crop", file)
    return files


def network(files, file):
    _ran("network", file, 0.1)
    return files


def mesh(files, lods, file):
    _ran("mesh", file)
    return Files({"data": files.files["data"] * lods.count})


def write(name, file, files):
    _ran("write", file)
    return Files({f"gltf/{name}.glb": files.files["data"]})


TABLE = (
    Stage("read", 1, "tests.daemon.test_parts:read", "data ~file"),
    Stage("crop", 1, "tests.daemon.test_parts:crop", "read ~file"),
    Stage("network", 1, "tests.daemon.test_parts:network", "crop ~file", on_gpu=True),
    Stage("mesh", 1, "tests.daemon.test_parts:mesh", "network profile.lods ~file"),
    Stage("write", 1, "tests.daemon.test_parts:write", "name ~file mesh", is_product=True),
)


class Farm(Share):
    """A share, and what its machines have run."""

    def ran(self, what="end"):
        """Return (stage, machine) of each stage that has begun or ended."""
        log = self.project.parent / "stages.log"
        lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
        return [(stage, machine) for kind, stage, _, machine in lines if kind == what]

    def on(self, *stages):
        """Return the machines that have run one of these stages to its end."""
        return {machine for stage, machine in self.ran() if stage in stages}

    def wait_for_work(self, stage):
        """Wait until a machine is in the middle of a stage, and return it."""
        return wait_for(lambda: next((machine for name, machine in self.ran("begin") if name == stage), None))

    def wait_for_done(self, number):
        """Wait for the outcomes, and for the ends of the jobs, which the queue records a moment after them."""
        wait_for(lambda: self.states()["done"] == number and not self.jobs("queued", "building"))

    def folder(self, name):
        """Return the inode of a published folder: another one would have been published again."""
        return (self.project / "out" / name).stat().st_ino

    def status(self):
        """Return what ``importer status`` prints."""
        return CliRunner().invoke(app, ["status", str(self.project), "--database", self.url]).stdout

    def release(self):
        (self.project.parent / "release").touch()


@pytest.fixture
def farm(machines):
    return Farm(*machines, "tests.daemon.test_parts:TABLE")


def times(farm):
    return dict(Counter(stage for stage, _ in farm.ran()))


def test_networks_run_on_the_gpu_machine_all_else_on_others_and_each_once(farm):
    names = [f"chair{i}" for i in range(6)]
    with farm.watching() as daemon, farm.workers(gpu1="gpu", north="cpu", east=""):  # east finds that it has no GPU
        farm.drop(*names)
        farm.wait_for_done(6)
        daemon.wait("published", count=6)
        time.sleep(0.5)
        assert len(daemon.of("published")) == 6
        assert {(e.network, e.state) for e in farm.entries().values()} == {("gpu1", "done")}
    assert times(farm) == dict.fromkeys((*BEFORE, "network", *AFTER), 6)
    assert farm.on("network") == {"gpu1"}
    assert farm.on(*BEFORE, *AFTER) == {"north", "east"}
    assert {job.host for job in farm.jobs("done").values()} == {"north", "east"}
    assert {(job.deaths, job.network) for job in farm.jobs("done").values()} == {(0, "gpu1")}
    assert farm.published() == names


def test_watcher_without_a_gpu_leaves_networks_to_a_machine_with_one_while_that_is_there(farm, monkeypatch):
    monkeypatch.setenv("MACHINE", "watcher")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with farm.watching(jobs=1):
        with farm.workers(gpu1="gpu"):
            farm.drop("chair")
            farm.wait_for_done(1)
        assert (farm.on("network"), farm.on(*BEFORE, *AFTER)) == ({"gpu1"}, {"watcher"})
        farm.drop("alone", first=3)
        farm.wait_for_done(2)
    assert farm.on("network") == {"gpu1", "watcher"}
    assert times(farm) == dict.fromkeys((*BEFORE, "network", *AFTER), 2)


def test_job_whose_network_has_run_before_never_visits_the_gpu_machine(farm):
    with farm.watching(), farm.workers(gpu1="gpu", north="cpu"):
        farm.drop("chair")
        farm.wait_for_done(1)
        before = farm.folder("chair")
        (farm.project / "drop" / "chair.yaml").write_text("lods:\n  count: 3\n")
        wait_for(lambda: farm.folder("chair") != before)
        farm.wait_for_done(1)  # the ledger hears of it after the folder is there
        assert farm.entries()["chair.png"].network == ""
    assert times(farm) == {"read": 1, "crop": 1, "network": 1, "mesh": 2, "write": 2}
    assert farm.said("gpu1").count("building") == 1


def test_gpu_machine_killed_in_its_stage_holds_up_no_job(farm):
    with farm.watching() as daemon, farm.workers(gpu1="gpu", north="cpu", east="cpu") as processes:
        farm.drop("hold-network")
        assert farm.wait_for_work("network") == "gpu1"
        farm.drop("waiting", first=4)
        wait_for(lambda: [job.lane for job in farm.jobs("queued", "building").values()] == ["network"] * 2)
        assert farm.hosts("building") == {"hold-network.png": "gpu1"}
        processes["gpu1"].kill()
        farm.release()
        farm.wait_for_done(2)
        daemon.wait("published", count=2)
        time.sleep(0.5)
        assert len(daemon.of("published")) == 2
        assert {picture: job.deaths for picture, job in farm.jobs("done").items()} == {
            "hold-network.png": 1,
            "waiting.png": 0,
        }
    assert times(farm) == dict.fromkeys((*BEFORE, "network", *AFTER), 2)
    assert farm.on(*BEFORE, "network", *AFTER) <= {"north", "east"}
    assert farm.published() == ["hold-network", "waiting"]


def test_gpu_machine_that_was_asleep_finds_its_job_gone_and_works_again(farm):
    with farm.watching() as daemon, farm.workers(gpu1="gpu", north="cpu") as processes:
        farm.drop("hold-network")
        farm.wait_for_work("network")
        processes["gpu1"].send_signal(signal.SIGSTOP)
        farm.release()  # its build process goes on, and nobody hears of it
        farm.wait_for_done(1)
        before = farm.folder("hold-network")
        processes["gpu1"].send_signal(signal.SIGCONT)
        wait_for(lambda: "gpu1 (network)" in farm.status())
        farm.drop("next", first=5)
        farm.wait_for_done(2)
        daemon.wait("published", count=2)
        assert len(daemon.of("published")) == 2
        assert farm.folder("hold-network") == before
        assert {name: entry.network for name, entry in farm.entries().items()} == {
            "hold-network.png": "",
            "next.png": "gpu1",
        }
    assert "passed hold-network" not in farm.said("gpu1")
    assert "passed next" in farm.said("gpu1")


def test_second_gpu_machine_takes_over_from_the_first(farm):
    with farm.watching(), farm.workers(gpu1="gpu", gpu2="gpu", north="cpu") as processes:
        farm.drop("hold-network")
        first = farm.wait_for_work("network")
        processes[first].kill()
        farm.release()
        farm.wait_for_done(1)
    assert farm.on("network") == {"gpu1", "gpu2"} - {first}
    assert farm.on(*BEFORE, *AFTER) == {"north"}


@pytest.mark.parametrize("stage", ["crop", "mesh"])
def test_machine_without_a_gpu_that_dies_before_or_after_the_network_loses_its_job_to_another(farm, stage):
    with farm.watching() as daemon, farm.workers(gpu1="gpu", north="cpu", east="cpu") as processes:
        farm.drop(f"hold-{stage}")
        first = farm.wait_for_work(stage)
        processes[first].kill()
        farm.release()
        farm.wait_for_done(1)
        daemon.wait("published")
        assert len(daemon.of("published")) == 1
    assert times(farm) == dict.fromkeys((*BEFORE, "network", *AFTER), 1)
    assert farm.on("network") == {"gpu1"}
    assert farm.on(stage) == {"north", "east"} - {first}


def test_gpu_machine_that_is_stopped_gives_its_jobs_back_and_others_do_them_whole(farm):
    with farm.watching(), farm.workers(gpu1="gpu", north="cpu") as processes:
        farm.drop("hold-network")
        farm.wait_for_work("network")
        farm.drop("waiting", first=4)
        wait_for(lambda: re.search(r"queued +waiting.png +job \w+, waits for a GPU", farm.status()))
        assert re.search(r"building +hold-network.png +job \w+ on gpu1 \(network\)", farm.status())
        assert "machines: gpu1 (network), north\n" in farm.status()
        processes["gpu1"].terminate()
        processes["gpu1"].wait(60)
        farm.release()
        farm.wait_for_done(2)
        assert {job.deaths for job in farm.jobs("done").values()} == {0}
    assert farm.on("network", *BEFORE, *AFTER) == {"north"}


def test_cache_that_is_not_shared_costs_one_visit_and_no_more(farm):
    with farm.watching(), farm.workers(cache="elsewhere", gpu1="gpu"), farm.workers(north="cpu"):
        farm.drop("chair")
        farm.wait_for_done(1)
    assert [machine for stage, machine in farm.ran() if stage == "network"] == ["gpu1", "north"]
