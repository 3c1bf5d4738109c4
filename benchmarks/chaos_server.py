"""Scenario of `benchmarks.chaos`: the database of several machines goes away and comes back."""

from __future__ import annotations

import contextlib
import io
import os
import random
import time
from collections import Counter
from pathlib import Path

from benchmarks.chaos_row import Limits, Row
from importer.daemon.queue.queue import open_queue
from importer.manifest.folder import read_folder
from tests.daemon.machines import Share, wait_for
from tests.daemon.watching import Daemon
from tests.support.postgres import Server, serving

_WORKERS = ("north", "east", "south")
_LONGEST_S = 1.5  # between two restarts, and that the server is away


def restarted(root: Path, limits: Limits) -> Row:
    """PostgreSQL killed or stopped at random instants, then started, while a watcher and three workers are at work"""
    row = Row(max(1, limits.kills // 8))
    project = root / "project"
    for folder in ("drop", "out"):
        (project / folder).mkdir(parents=True)
    os.environ["XDG_CACHE_HOME"] = str(root / "home")
    # The workers' logs are for tests that fail, and a table is printed here.
    with serving() as server, contextlib.redirect_stdout(io.StringIO()):
        url = server.database()
        with open_queue(project, url) as queue:
            try:
                _work(row, Share(project, url, queue, "tests.faults.stages:TABLE"), server)
            except AssertionError as error:
                row.wrong.append(f"it got stuck: {error}")
    return row


def _work(row: Row, share: Share, server: Server) -> None:
    folders: dict[str, int] = {}
    with share.watching() as daemon, share.workers(*_WORKERS):
        _restart(row, share, server, folders)
        row.wrong += _settled(share, daemon, row.drops)
        time.sleep(3.0)  # for what comes too often
    row.wrong += _exchanged(share, folders)
    states, told = share.states(), Counter(event.picture for event in daemon.of("published"))
    row.published, row.failed = states["done"], states["failed"]
    row.wrong += [fault for name in share.entries() for fault in _faults(share, name, told[name])]
    # A commit that the server's end has left in doubt is made again, and heard of again; no asset is touched by that.
    row.note = f"told twice of {sum(count > 1 for count in told.values())}"
    row.wrong += [f"{name} has told of an error in the program" for name in _WORKERS if "Traceback" in share.said(name)]


def _restart(row: Row, share: Share, server: Server, folders: dict[str, int]) -> None:
    """Drop pictures and restart the server, again and again; some pictures come while it is away."""
    chance = random.Random(1)
    for _ in range(row.planned):
        _drop(row, share, chance)
        time.sleep(chance.uniform(0.0, _LONGEST_S))
        server.stop(chance.choice(("immediate", "immediate", "fast")))
        _drop(row, share, chance)
        time.sleep(chance.uniform(0.0, _LONGEST_S))
        server.start()
        row.wrong += _exchanged(share, folders)
        row.times += 1


def _drop(row: Row, share: Share, chance: random.Random) -> None:
    for _ in range(chance.randrange(1, 4)):
        words = chance.choice(("good", "good", "slow", "bad"))
        (share.project / "drop" / f"{words}{row.drops}.png").write_bytes(f"{words} {row.drops}".encode())
        row.drops += 1


def _settled(share: Share, daemon: Daemon, number: int) -> list[str]:
    """Wait until all pictures have an outcome, and the watcher has told it; return what has none."""

    def is_settled() -> bool:
        states, told = share.states(), {event.picture for event in daemon.of("published")}
        is_over = states["done"] + states["failed"] == number and not share.jobs("queued", "building")
        return is_over and len(told) == states["done"]

    try:
        wait_for(is_settled, seconds=300)
    except AssertionError:
        waiting = [name for name, entry in share.entries().items() if entry.state not in ("done", "failed")]
        return [f"{name} has no outcome" for name in waiting] + [f"{share.states()} of {number}"]
    return []


def _exchanged(share: Share, folders: dict[str, int]) -> list[str]:
    """Note the published folders; return those that were published a second time since they were noted."""
    here = {path.name: path.stat().st_ino for path in (share.project / "out").iterdir() if path.name[0] != "."}
    twice = [name for name in here if folders.setdefault(name, here[name]) != here[name]]
    return [f"out/{name} was published twice" for name in twice]


def _faults(share: Share, name: str, published: int) -> list[str]:
    """Return what is wrong with what became of a picture, whose name says what has to."""
    entry = share.entries()[name]
    if name.startswith("bad"):
        is_right = entry.state == "failed" and "this is no picture" in entry.message()
        return [] if is_right and not published else [f"{name} is {entry.state} {entry.message()}"]
    if entry.state != "done":
        return [f"{name} is {entry.state} {entry.message()}"]
    folder = share.project / "out" / entry.folder
    faults = [f"{name}: {fault.code} {fault.what}" for fault in read_folder(folder).faults]
    if (folder / "gltf" / f"{folder.name}.glb").read_bytes() != (share.project / "drop" / name).read_bytes():
        faults.append(f"out/{entry.folder} is not what comes of {name}")
    return faults + ([] if published else [f"{name} was never told of"])
