"""A disk that is full for one write, or from some point on: at the start of a daemon, and while it runs.

Each function here takes so many steps of a sweep, and gives a `Sweep`: after every step the picture must have been
published once with nothing half on the way, and the daemon live or have said why it ends.
"""

import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults.yard import Yard

_PATIENCE_S = 90.0
_STUCK_S = 4.0  # without a word: a job that waits for the database says nothing
_LARGE = {"size": 64 * 2**20, "nr_inodes": 10_000}
_TROUBLE = ("disk is full", "disk I/O error", "does not answer", "refused")


@dataclass
class Sweep:
    """What was done; ``is_whole`` once a step came in which nothing failed any more."""

    steps: int = 0
    hit: set[str] = field(default_factory=set)  # what has failed, in words
    wrong: list[str] = field(default_factory=list)
    drops: int = 0
    published: int = 0
    failed: int = 0
    is_whole: bool = False

    def count(self, yard):
        """Add what came of a yard's drops, at its end."""
        published, failed = yard.outcomes()
        self.drops, self.published, self.failed = (
            self.drops + yard.drops, self.published + published, self.failed + failed
        )  # fmt: skip


def writes_at_the_start(root, numbers, zygote=None):
    """Let one write fail between the start on an empty project and its end, one after the other."""
    sweep = Sweep()
    for number in numbers:
        yard = Yard(root / f"start{number}" / "yard", log_file=root / f"start{number}" / "log", zygote=zygote)
        yard.put("chair.png", b"good")
        yard.writes.fail(number)
        faults = _run(yard)
        if number > len(yard.writes):
            sweep.is_whole = True
            break
        _note(sweep, yard.writes[number], faults + yard.finish())
        sweep.count(yard)
    return sweep


def writes_while_it_runs(root, numbers):
    """Let one write of each picture's way through a daemon fail, one after the other."""
    sweep, yard = Sweep(), Yard(root / "yard", log_file=root / "log")
    with _running(yard, sweep, counts=True) as process:
        for number in numbers:
            failing = len(yard.writes) + number
            yard.writes.fail(failing)
            yard.put(f"a{number}.png", b"good %d" % number)
            yard.settle(process, _PATIENCE_S)
            if failing > len(yard.writes):
                sweep.is_whole = True
                break
            _note(sweep, yard.writes[failing], yard.look(f"a{number}"))
    return sweep


def room_at_the_start(root, kind, amounts, zygote=None):
    """Give a start on an empty project so much room: pages of 4 KiB (``size``) or files (``nr_inodes``)."""
    sweep = Sweep()
    for amount in amounts:
        disk = root / f"disk{amount}"
        with small_disk(disk):
            yard = Yard(disk / "yard", log_file=root / f"log{amount}", zygote=zygote)
            yard.put("chair.png", b"good")
            leave(disk, kind, amount)
            enough = []

            def relieve(disk=disk, yard=yard, enough=enough):
                enough.append("published" in yard.log())
                leave(disk)

            faults = _run(yard, relieve)
            if enough == [True] and not _troubles(yard):
                sweep.is_whole = True
                break
            leave(disk)
            _note(sweep, f"{kind} {amount}", faults + yard.finish())
            sweep.count(yard)
    return sweep


def room_while_it_runs(root, kind, amounts):
    """Give each picture so much room on its way through a daemon."""
    sweep, disk = Sweep(), root / "disk"
    with small_disk(disk):
        yard = Yard(disk / "yard", log_file=root / "log")
        with _running(yard, sweep) as process:
            for amount in amounts:
                before, said = _troubles(yard), f"published a{amount}.png"
                yard.put(f"a{amount}.png", b"good %d" % amount)
                leave(disk, kind, amount)
                _until(process, lambda said=said, before=before: said in yard.log() or _troubles(yard) > before)
                was_enough = said in yard.log() and _troubles(yard) == before
                faults = yard.look(f"a{amount}")
                leave(disk)
                yard.settle(process, _PATIENCE_S)
                if was_enough:
                    sweep.is_whole = True
                    break
                _note(sweep, f"{kind} {amount}", faults + yard.look(f"a{amount}"))
    return sweep


@contextmanager
def small_disk(point):
    """Mount a file system in memory, whose size `leave` changes."""
    point.mkdir(parents=True)
    _mount(point, _LARGE)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(point)], check=True)


def leave(disk, kind="", amount=0):
    """Leave so many pages or files on the disk; without them, plenty."""
    seen, room = os.statvfs(disk), dict(_LARGE)
    if kind == "size":
        room["size"] = (seen.f_blocks - seen.f_bfree + amount) * seen.f_frsize
    elif kind:
        room["nr_inodes"] = seen.f_files - seen.f_ffree + amount
    _mount(disk, room, "remount")


def _mount(point, room, *options):
    words = ",".join([*options, *(f"{key}={value}" for key, value in room.items())])
    subprocess.run(["mount", "-t", "tmpfs", "-o", words, "tmpfs", str(point)], check=True)


@contextmanager
def _running(yard, sweep, **options):
    """Run a daemon that has published one picture; at the end of the sweep, note what is wrong."""
    yard.put("first.png", b"good")
    process = yard.start(**options)
    try:
        yard.settle(process, _PATIENCE_S)
        yield process
        yard.stop(process)
        sweep.wrong += yard.finish()  # the write that failed last may have been one of the end
    except AssertionError as error:
        sweep.wrong.append(str(error)[-1500:])
    finally:
        process.kill()
        process.wait()
    sweep.count(yard)


def _run(yard, relieve=lambda: None):
    """Run until the picture is published or the daemon has refused to go on; return what is wrong with that.

    Where neither comes before there is room again, `relieve` makes room.
    """
    process = yard.start(counts=True)
    try:
        _until(process, lambda: _troubles(yard) or "published" in yard.log())
        faults = yard.look("chair")
        relieve()
        if yard.watches(process):
            yard.settle(process, _PATIENCE_S)
            yard.stop(process)
        last = yard.log().strip().splitlines()[-1:] or [""]
        if process.wait(_PATIENCE_S) != 0 and not (process.returncode == 1 and last[0].startswith("refused ")):
            faults.append(f"it ended with {process.returncode}: {yard.log()[-1500:]}")
    except AssertionError as error:
        return [str(error)[-1500:]]
    finally:
        process.kill()
        process.wait()
    return faults


def _until(process, condition):
    """Wait for that, the daemon's end, or long enough to call it stuck."""
    end = time.monotonic() + _STUCK_S
    while process.poll() is None and not condition() and time.monotonic() < end:
        time.sleep(0.05)


def _troubles(yard):
    log = yard.log()
    return sum(log.count(words) for words in _TROUBLE)


def _note(sweep, what, faults):
    sweep.steps += 1
    sweep.hit.add(what)
    sweep.wrong += [f"{what}: {fault}" for fault in faults]
