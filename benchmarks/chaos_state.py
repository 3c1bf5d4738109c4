"""Scenarios of `benchmarks.chaos`: bad ends of native code, damaged state, second daemons, restarts, stops.

How often each is done grows with the number of kills that `benchmarks.chaos` is asked for (200).
"""

from __future__ import annotations

import contextlib
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.chaos_row import Limits, Row
from importer.daemon.ledger import status
from tests.faults import damage, native
from tests.faults.yard import DRAIN_S, Yard

_NATIVE = ("--table", "tests.faults.native:TABLE", "--jobs", "2")
_PICTURES = 6
_REFUSED = "watches this folder already"


def native_code(root: Path, limits: Limits) -> Row:
    """Native code that crashes, hangs or takes all memory in each child that runs some; a crash of the build process"""
    kinds = [(place, end.__name__) for place in native.PLACES for end in native.ENDS] + [(native.ITSELF, "crash")]
    rounds = max(1, limits.kills // 40)
    row, yard = Row(rounds * len(kinds)), Yard(root, options=_NATIVE)
    process = yard.start()
    with _ended(process, row):
        yard.watches(process)
        for number in range(rounds):
            for place, end in kinds:
                yard.put(f"{place.rpartition('.')[2]}-{end}-{number}.png", f"{place} {end} {number}".encode())
        yard.settle(process, 30 + 10 * yard.drops)
        row.times = yard.drops
        yard.stop(process)
    row.wrong += yard.faults() + [fault for picture in _here(yard) if (fault := _ended_oddly(yard, picture))]
    return _counted(row, yard)


def damaged(root: Path, limits: Limits) -> Row:
    """Damaged cache, ledger, queue or identity at the start: told, and made anew from the folders"""
    damages = (_records, _pages, _cut, _noise, _cache, _identity)
    row, yard, chance = Row(len(damages) * max(1, limits.kills // 40)), Yard(root), random.Random(1)
    for number in range(_PICTURES):
        yard.put(f"chair{number}.png", b"good %d" % number)
    row.wrong += _finish(yard)
    for number in range(row.planned):
        before = len(yard.log())
        said = damages[number % len(damages)](yard, chance, number)
        row.wrong += [f"damage {number}: {fault}" for fault in _finish(yard)]
        if said not in yard.log()[before:]:
            row.wrong.append(f"damage {number}: nothing was said like '{said}'")
        row.times += 1
    return _counted(row, yard)


def second_daemons(root: Path, limits: Limits) -> Row:
    """Daemons on one project: three at once, of which one must watch, a fourth while it builds, then kill -9"""
    row, yard = Row(max(1, limits.kills // 10)), Yard(root)
    for number in range(row.planned):
        daemons = [yard.start() for _ in range(3)]
        with contextlib.ExitStack() as stack:
            for daemon in daemons:
                stack.enter_context(_ended(daemon, row))
            if not _until(lambda daemons=daemons: sum(one.poll() is None for one in daemons) == 1):
                row.wrong.append(f"{number}: {sum(one.poll() is None for one in daemons)} of three watch")
                continue
            first = next(daemon for daemon in daemons if daemon.poll() is None)
            yard.watches(first)
            yard.put(f"chair{number}.png", b"slow %d" % number)
            if not _until(lambda number=number: f"started chair{number}.png read" in yard.log()):
                row.wrong.append(f"{number}: nothing was built")
            fourth = stack.enter_context(_ended(yard.start(), row))
            codes = [one.wait(60) for one in (*daemons, fourth) if one is not first]
            if codes != [1, 1, 1] or yard.log().count(_REFUSED) != 3 * (number + 1) or first.poll() is not None:
                row.wrong.append(f"{number}: the others ended with {codes}, the first with {first.poll()}")
        row.times += 1
    row.wrong += _finish(yard)
    return _counted(row, yard)


def terminated(root: Path, limits: Limits) -> Row:
    """SIGTERM at random instants of a build, some of 50 s: the end must come within 10 s, and the next start go on"""
    row, yard, chance = Row(max(1, limits.kills // 4)), Yard(root), random.Random(1)
    for number in range(row.planned):
        process = yard.start()
        with _ended(process, row):
            yard.watches(process)
            words = chance.choice(("good", "slow", "slow", "bad", "endless"))
            yard.put(f"chair{chance.randrange(9)}.png", f"{words} {number}".encode())
            time.sleep(chance.uniform(0.0, 1.5))
            yard.stop(process)
            if yard.drains[-1] > DRAIN_S:
                row.wrong.append(f"{number}: the end took {yard.drains[-1]:.1f} s")
        left = yard.litter() + yard.look() + [f"process {pid} runs on" for pid in yard.processes()]
        row.wrong += [f"{number}: {fault}" for fault in left]
        row.times += 1
    for picture in _here(yard):
        if picture.read_bytes().startswith(b"endless"):
            yard.put(picture.name, b"good at last")
    row.wrong += _finish(yard)
    row.note = f"the slowest end took {max(yard.drains[:-1], default=0.0):.1f} s"
    return _counted(row, yard)


def _counted(row: Row, yard: Yard) -> Row:
    row.drops, (row.published, row.failed) = yard.drops, yard.outcomes()
    return row


def _finish(yard: Yard) -> list[str]:
    """Let the daemon do all that is left; return what is wrong then."""
    try:
        return yard.finish()
    except AssertionError as error:
        return [str(error)[-1500:]]


@contextlib.contextmanager
def _ended(process: Any, row: Row) -> Iterator[Any]:
    """Have a daemon ended with the block, and what the block finds wrong noted."""
    try:
        yield process
    except (AssertionError, subprocess.TimeoutExpired) as error:
        row.wrong.append(str(error)[-1500:])
    finally:
        process.kill()
        process.wait()


def _until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def _here(yard: Yard) -> list[Path]:
    return sorted(path for path in yard.drop.iterdir() if path.suffix == ".png")


def _ended_oddly(yard: Yard, picture: Path) -> str:
    """Return what is wrong with the outcome of a picture that says what befalls it."""
    place, end = picture.read_text().split()[:2]
    entry = status(yard.project).entries[picture.name]
    reason = (entry.error or {}).get("what", "")
    if place == native.INTAKE:
        fits = native.is_clear(place, getattr(native, end), reason)
    else:
        fits = "ended 3 times" in reason if place == native.ITSELF else entry.state == "done"
    return "" if fits else f"{picture.name} is {entry.state} {reason}"


def _records(yard: Yard, chance: random.Random, number: int) -> str:
    damage.record(yard.project, chance.choice(_here(yard)).name, chance.choice(damage.RECORDS))
    return "its record was damaged"


def _pages(yard: Yard, chance: random.Random, number: int) -> str:
    damage.pages(yard.project, chance.randrange(1, 4), chance.randrange(1, 4))
    return "is damaged ("


def _cut(yard: Yard, chance: random.Random, number: int) -> str:
    damage.cut(yard.project, chance.uniform(0.0, 0.9))
    return "is damaged ("


def _noise(yard: Yard, chance: random.Random, number: int) -> str:
    damage.noise(yard.project)
    return "is damaged ("


def _cache(yard: Yard, chance: random.Random, number: int) -> str:
    damage.cache(yard.root / "cache")
    yard.put(f"again{number}.png", chance.choice(_here(yard)).read_bytes())
    return "cannot be used and is made again"


def _identity(yard: Yard, chance: random.Random, number: int) -> str:
    """Damage the project's identity: the start is refused, and says what to do, which is done."""
    file = yard.project / ".importer" / "project"
    file.write_bytes(chance.choice((b"", b"\xff\0", b"../../x")))
    process = yard.start()
    process.wait(60)
    file.unlink()
    return "identity is damaged"
