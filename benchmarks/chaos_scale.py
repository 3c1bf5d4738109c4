"""Scenarios of `benchmarks.chaos` that need no fault but many files, or files that take their time."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from importer.daemon.round import Times
from tests.daemon.watching import Daemon, running
from tests.faults.stages import NULL
from tests.faults.test_files_in_motion import tiny_inotify_queue

_MINUTE_S = 60
_OLD = (10**9, 10**9)  # 2001


@dataclass(frozen=True)
class Done:
    """What came of so many drops."""

    drops: int
    published: int
    failed: int
    wrong: list[str]


def present(root: Path, number: int) -> Done:
    """Files that are there at the start, in a hundred folders."""
    project = _project(root)
    for i in range(number):
        folder = project / "drop" / f"set{i % 100}" / f"level{i % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"a{i}.png").write_bytes(b"%d" % i)
    with running(project, table=NULL, times=Times()) as daemon:
        _published(daemon, number)
    return _done(daemon, number, _wrong(project, daemon, number))


def burst(root: Path, number: int) -> Done:
    """Files that come at once, into an inotify queue of two events."""
    project = _project(root)
    with contextlib.ExitStack() as stack:
        with tiny_inotify_queue():
            daemon = stack.enter_context(running(project, table=NULL, times=Times()))
        for i in range(number):
            (project / "drop" / f"a{i}.png").write_bytes(b"%d" % i)
        _published(daemon, number)
    return _done(daemon, number, _wrong(project, daemon, number))


def slowly(root: Path) -> Done:
    """Files written for a minute, one that gets an old time at its end, one that gets a name, and a late sidecar."""
    project, content = _project(root), os.urandom(_MINUTE_S * 1000)
    drop, names = project / "drop", {"copied.png": "copied.png", "moved.png": "moved.png", ".named.tmp": "named.png"}
    (drop / "early.png").write_bytes(b"early")
    with running(project, table=NULL, times=Times()) as daemon:
        threads = [threading.Thread(target=_write_slowly, args=(drop / name, content)) for name in names]
        for thread in threads:
            thread.start()
        time.sleep(_MINUTE_S - 2)
        faults = [
            f"{event.picture} was queued too early" for event in daemon.of("queued") if "early" not in event.picture
        ]
        for thread in threads:
            thread.join()
        os.utime(drop / "moved.png", _OLD)
        (drop / ".named.tmp").rename(drop / "named.png")
        (drop / "early.yaml").write_text("asset:\n  name: late\n")
        _published(daemon, 5)
    assets = {**{Path(name).stem: content for name in names.values()}, "early": b"early", "late": b"early"}
    wrong = [name for name, data in assets.items() if not _holds(project / "out" / name / "gltf" / f"{name}.bin", data)]
    counts = Counter(event.picture for event in daemon.of("published"))
    twice = [f"{name} was published {counts[name]} times" for name in names.values() if counts[name] != 1]
    return _done(daemon, len(names) + 1, faults + [f"out/{name} is not right" for name in wrong] + twice)


def _done(daemon: Daemon, number: int, wrong: list[str]) -> Done:
    published, failed = (len({event.picture for event in daemon.of(kind)}) for kind in ("published", "failed"))
    return Done(number, published, failed, wrong)


def _write_slowly(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        for start in range(0, len(content), 1000):
            file.write(content[start : start + 1000])
            file.flush()
            time.sleep(1.0)


def _holds(path: Path, data: bytes) -> bool:
    return path.exists() and path.read_bytes() == data


def _published(daemon: Daemon, number: int) -> None:
    """Wait for so many publications, and a moment for those that are too many."""
    end = time.monotonic() + number * 0.5 + 120
    while sum(event.kind == "published" for event in list(daemon.events)) < number and time.monotonic() < end:
        time.sleep(0.5)
    time.sleep(3.0)


def _wrong(project: Path, daemon: Daemon, number: int) -> list[str]:
    """Return what is not there once."""
    found = len(list((project / "out").rglob("*.manifest.json")))
    faults = [f"{found} of {number} are published"] if found != number else []
    counts = Counter(event.picture for event in daemon.of("published"))
    faults += [f"{picture} was published {count} times" for picture, count in counts.items() if count > 1]
    faults += [f"{len(counts)} of {number} were told"] if len(counts) != number else []
    faults += [f"{event.picture} has failed: {event.message}" for event in daemon.of("failed")]
    return faults + [f"{path} was left" for path in (project / "out").rglob(".partial*")]


def _project(root: Path) -> Path:
    project = root / "project"
    (project / "drop").mkdir(parents=True)
    (project / "out").mkdir()
    return project
