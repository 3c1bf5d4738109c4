"""The daemon's own costs: latency, throughput, restart, idling, and whether a job costs more after many others.

``python -m benchmarks.daemon [--jobs 10000]`` prints the table of benchmarks/results/daemon.md. The pipeline is empty
(one stage that writes one small file), so that all time is the daemon's.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from importer.daemon.queue.jobs import BATCH, Order
from importer.daemon.queue.queue import Queue, open_queue
from importer.daemon.round import Times
from importer.daemon.watch import watch
from importer.pipeline.cache import Cache
from importer.pipeline.events import Event
from importer.pipeline.stages import Stage
from importer.records import Files

TIMES = Times()


def null(data: bytes, name: str) -> Files:
    """Do next to nothing."""
    return Files({f"gltf/{name}.glb": data})


TABLE = (Stage("null", 1, "benchmarks.daemon:null", "data name", is_product=True),)


class Log:
    """Events with their times."""

    def __init__(self) -> None:
        self.events: list[tuple[float, Event]] = []

    def __call__(self, event: Event) -> None:  # noqa: D102
        self.events.append((time.monotonic(), event))

    def times(self, kind: str) -> dict[str, float]:  # noqa: D102
        return {event.picture: at for at, event in list(self.events) if event.kind == kind}

    def wait(self, kind: str, number: int) -> None:  # noqa: D102
        while sum(event.kind == kind for _, event in list(self.events)) < number:
            time.sleep(0.02)


@contextmanager
def daemon(project: Path, **settings: Any) -> Iterator[Log]:
    log, stop = Log(), threading.Event()
    settings = {"table": TABLE, "cache": Cache(project / "cache", 10**9), **settings}
    thread = threading.Thread(target=watch, args=(project, log, stop), kwargs=settings)
    thread.start()
    try:
        log.wait("watching", 1)
        yield log
    finally:
        stop.set()
        thread.join()


def make(folder: Path, pictures: int = 0) -> Path:
    for name in ("drop", "out"):
        (folder / name).mkdir(parents=True)
    for number in range(pictures):
        (folder / "drop" / f"p{number}.png").write_bytes(b"picture %d" % number)
    return folder


def latency(folder: Path, drops: int = 60) -> list[tuple[str, str]]:
    """From the end of a drop to the start of its first stage, one drop after the other."""
    project, dropped = make(folder), {}
    with daemon(project) as log:
        for number in range(drops):
            name = f"p{number}.png"
            (project / "drop" / name).write_bytes(b"picture %d" % number)
            dropped[name] = time.monotonic()
            time.sleep(0.25)
        log.wait("published", drops)
    started = log.times("started")
    waits = sorted(started[name] - at for name, at in dropped.items())
    patience = TIMES.settle_s + TIMES.pair_s
    rest = [wait - patience for wait in waits]
    return [
        (f"drop to start, median of {drops}", f"{statistics.median(waits):.2f} s"),
        ("drop to start, p99", f"{waits[int(0.99 * drops) - 1]:.2f} s"),
        (
            f"the same without the {patience:g} s in which a file must not change, median",
            f"{statistics.median(rest):.2f} s",
        ),
    ]


def throughput(folder: Path, drops: int = 300) -> list[tuple[str, str]]:
    project = make(folder, drops)
    with daemon(project) as log:
        log.wait("published", drops)
    published = sorted(log.times("published").values())
    seconds = published[-1] - published[0]
    return [(f"drops a minute through an empty pipeline ({drops})", f"{(drops - 1) / seconds * 60:.0f}")]


def order(number: int) -> Order:
    return Order(f"p{number}.png", f"p{number}", f"{number:064x}", {"key": "value"})


def enqueue(queue: Queue, jobs: int) -> float:
    began = time.perf_counter()
    for start in range(0, jobs, 100):
        with queue.transaction() as connection:
            for number in range(start, min(start + 100, jobs)):
                one = order(number)
                queue.submit(one.job(queue.database.project, TABLE), one, BATCH, connection)
    return time.perf_counter() - began


def growth(folder: Path, jobs: int) -> list[tuple[str, str]]:
    """Run empty jobs through the queue, and compare the first tenth of them with the last."""
    ends: list[float] = []
    run = jobs * 3 // 10

    def work(*_: object) -> dict[str, Any]:
        ends.append(time.perf_counter())
        return {}

    with open_queue(make(folder)) as queue:
        seconds = enqueue(queue, jobs)
        cpu = time.process_time()
        with queue.take(work):
            while len(ends) < run:
                time.sleep(0.05)
        cpu = time.process_time() - cpu
        counted = time.perf_counter()
        queue.counts()
        counted = time.perf_counter() - counted
    tenth = run // 10
    first, last = ends[tenth] - ends[0], ends[run - 1] - ends[run - 1 - tenth]
    return [
        (f"enqueue {jobs}", f"{seconds:.1f} s"),
        (f"queue alone, {run} empty jobs", f"{run / (ends[run - 1] - ends[0]):.0f} jobs/s"),
        ("processor time of a job in the queue", f"{cpu / run * 1000:.1f} ms"),
        (f"time of jobs {run - tenth} to {run} against that of jobs 1 to {tenth}", f"{last / first:.2f}"),
        (f"count {jobs} jobs by state", f"{counted * 1000:.0f} ms"),
    ]


def restart(folder: Path, jobs: int) -> list[tuple[str, str]]:
    """Find so many pictures, stop before they are built, start again."""
    project = make(folder, jobs)
    with open_queue(project) as queue:
        queue.pause(True)
    began = time.monotonic()
    with daemon(project) as log:
        log.wait("queued", jobs)
        found = time.monotonic() - began
    with open_queue(project) as queue:
        queue.pause(False)
    began = time.monotonic()
    with daemon(project) as log:
        log.wait("watching", 1)
        watching = time.monotonic() - began
        log.wait("started", 1)
        started = time.monotonic() - began
    return [
        (f"start with {jobs} new pictures: until all are queued", f"{found:.1f} s"),
        (f"restart with {jobs} jobs waiting: until it watches", f"{watching:.2f} s"),
        (f"restart with {jobs} jobs waiting: until the first stage starts", f"{started:.2f} s"),
    ]


def crowd(folder: Path, jobs: int) -> list[tuple[str, str]]:
    """Start with so many pictures in the folder, and publish them all."""
    project, published, names = make(folder, jobs), [], []
    with watching(project, jobs) as process:
        began = time.monotonic()
        for line in process.stdout or ():
            if line.startswith("idle"):  # a picture published twice would be by now
                break
            published.append(time.monotonic())
            names.append(line)
        cpu, memory = _cpu(process.pid) / jobs, _memory_mb(process.pid, "VmHWM")
    there = len(list((project / "out").iterdir()))
    tenth, what = jobs // 10, f"{jobs} pictures at the start"
    first, last = published[tenth] - published[0], published[-1] - published[-1 - tenth]
    return [
        (f"{what}: until all are published", f"{published[-1] - began:.0f} s"),
        (f"{what}: assets in out/, pictures published more than once", f"{there}, {len(names) - len(set(names))}"),
        (f"{what}: time of the last tenth against that of the first", f"{last / first:.2f}"),
        (f"{what}: processor time of the daemon a picture, build process apart", f"{cpu * 1000:.0f} ms"),
        (f"{what}: most memory of the daemon", f"{memory:.0f} MB"),
    ]


def idle(folder: Path, seconds: float = 60.0, pictures: int = 0) -> list[tuple[str, str]]:
    """Run `importer watch` as users do, and look at it from outside."""
    with watching(make(folder, pictures), pictures) as process:
        for line in process.stdout or ():
            if line.startswith("idle"):
                break
        before, began = _cpu(process.pid), time.monotonic()
        time.sleep(seconds)
        used = (_cpu(process.pid) - before) / (time.monotonic() - began)
        memory = _memory_mb(process.pid, "VmRSS")
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    what = f"idle, {pictures} assets published" if pictures else "idle, empty project"
    return [
        (f"{what}: part of a core over {seconds:g} s", f"{used * 100:.2f} %"),
        (f"{what}: memory", f"{memory:.0f} MB, {len(children)} build processes"),
    ]


@contextmanager
def watching(project: Path, wanted: int) -> Iterator[subprocess.Popen[str]]:
    """Run `serve` in a process of its own."""
    code = "from benchmarks.daemon import serve; import sys; serve(sys.argv[1], int(sys.argv[2]))"
    command = [sys.executable, "-c", code, str(project), str(wanted)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


def serve(folder: str, wanted: int) -> None:
    """Watch until terminated; say what is published, and when all is and the build process has been ended."""
    import signal

    from importer.daemon.watch import Service

    project, stop = Path(folder), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    published = 0

    def tell(event: Event) -> None:
        nonlocal published
        if event.kind == "published":
            published += 1
            print("published", event.picture, flush=True)
        if published == wanted and event.kind in ("published", "watching"):
            threading.Timer(6.0, print, ["idle"], {"flush": True}).start()

    watch(project, tell, stop, table=TABLE, cache=Cache(project / "cache", 10**9), service=Service(unload_s=3.0))


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int, which: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split(f"{which}:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    measures = {
        "latency": lambda folder: latency(folder),
        "throughput": lambda folder: throughput(folder),
        "growth": lambda folder: growth(folder, arguments.jobs),
        "restart": lambda folder: restart(folder, arguments.jobs),
        "crowd": lambda folder: crowd(folder, arguments.jobs),
        "idle": lambda folder: idle(folder),
        "idle_full": lambda folder: idle(folder, pictures=200),
    }
    load = os.getloadavg()[0]
    print(f"empty pipeline, SQLite, {os.cpu_count()} cores ({platform.machine()}), load {load:.1f} at the start\n")
    print("| what | |\n|---|---:|")
    for name, measure in measures.items():
        if arguments.only in ("", name):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                for what, figure in measure(Path(folder) / "project"):
                    print(f"| {what} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
