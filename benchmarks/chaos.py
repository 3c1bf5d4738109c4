"""Faults at length: ``make chaos``, or ``python -m benchmarks.chaos [--minutes 90] [--only NAME ...] [--save]``.

Does to the daemon whatever ends programs and fills disks, and counts what was wrong afterwards. `--minutes` is shared
out among the scenarios that a clock may cut short; the row says how far they came. `--save` writes the table to
benchmarks/results/chaos.md. Linux only; small disks and the inotify limit need root.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import chaos_scale, chaos_server, chaos_state
from benchmarks.chaos_row import Limits, Row
from tests.faults import full
from tests.faults.kills import BORDERS, REAL_BORDERS, at_borders, at_random, real, small, undisturbed
from tests.faults.yard import PATH, Yard
from tests.faults.zygote import Zygote
from tests.hostile.daemon import DAEMON_MB, mixed, through_the_daemon

_RESULT = Path(__file__).parent / "results" / "chaos.md"
_HEAD = (
    "| fault | times | drops | published | failed with a reason | wrong afterwards | s |\n|---|---|---|---|---|---|---|"
)
_ABOUT = """# The daemon under faults

Written by `python -m benchmarks.chaos --save`; a row is replaced when its scenario is run again. What counts as wrong
is in [docs/daemon.md](../../docs/daemon.md#what-it-withstands). Drops that were replaced, renamed or deleted before
their turn have no outcome of their own; the pictures that were there at the end have. Other work ran beside.
"""
_PASSES = 16  # a sweep is done in so many, each as even as the clock lets it be
_AT_ONCE = 4

Scenario = Callable[[Path, Limits], Row]


def borders(root: Path, limits: Limits) -> Row:
    """kill -9 at every border between the real stages, which must then give the same bytes as if nothing had been"""
    row, expected = Row(len(REAL_BORDERS)), undisturbed(root / "undisturbed")
    for number, border in enumerate(REAL_BORDERS):
        _kill(row, real(root / str(number), expected), border)
    return row


def small_borders(root: Path, limits: Limits) -> Row:
    """kill -9 at every border between small stages, with other pictures on their way"""

    def one(border: str) -> Row | None:
        return None if limits.is_over else _kill(Row(), small(root / border.replace(":", "-")), border)

    return _at_once(Row(len(BORDERS)), one, BORDERS)


def instants(root: Path, limits: Limits) -> Row:
    """kill -9 at random instants, with drops, replacements, renames and deletions between them"""
    kills = limits.kills // _AT_ONCE

    def one(seed: int) -> Row:
        part = Row(times=-1)  # the last that is given is the run that finishes
        for yard, faults in at_random(root / str(seed), kills, seed):
            part.times, part.drops = part.times + 1, yard.drops
            part.wrong += faults
            if part.times == kills:
                part.published, part.failed = yard.outcomes()
        return part

    note = f"{_AT_ONCE} projects, {kills} kills one after the other in each"
    return _at_once(Row(kills * _AT_ONCE, note=note), one, range(1, _AT_ONCE + 1))


def write_running(root: Path, limits: Limits) -> Row:
    """Disk full for one write of a picture's way through a running daemon: each write in turn"""
    return _swept(limits, lambda steps: full.writes_while_it_runs(root / f"pass{steps[0]}", steps), 1)


def write_starting(root: Path, limits: Limits) -> Row:
    """Disk full for one write between a daemon's first start and its end: each write in turn"""
    return _starting(limits, lambda steps, zygote: full.writes_at_the_start(root / f"pass{steps[0]}", steps, zygote), 1)


def pages_running(root: Path, limits: Limits) -> Row:
    """Small disk with 0, 1, 2, ... pages of 4 KiB left for a picture, until they are enough"""
    return _swept(limits, lambda steps: full.room_while_it_runs(root / f"pass{steps[0]}", "size", steps), 0)


def files_running(root: Path, limits: Limits) -> Row:
    """Small disk with room for 0, 1, 2, ... new files and folders for a picture, until it is enough"""
    return _swept(limits, lambda steps: full.room_while_it_runs(root / f"pass{steps[0]}", "nr_inodes", steps), 0)


def pages_starting(root: Path, limits: Limits) -> Row:
    """Small disk with 0, 1, 2, ... pages of 4 KiB left for a first start, until they are enough"""
    return _starting(
        limits, lambda steps, zygote: full.room_at_the_start(root / f"pass{steps[0]}", "size", steps, zygote), 0
    )


def hostile(root: Path, limits: Limits) -> Row:
    """Bad pictures and sidecars through the daemon, the stage that decodes, and `importer status`"""
    number = min(1000, limits.files // 10)
    run = through_the_daemon(root, mixed(number), seconds=1200)
    wrong = list(run.wrong)
    if run.peak_mb > DAEMON_MB:
        wrong.append(f"the daemon's process took {run.peak_mb:.0f} MiB")
    note = f"largest memory: {run.peak_mb:.0f} MiB of the daemon's process, {run.builder_mb:.0f} MiB of a build process"
    return Row(number, number, number, run.done, run.failed, wrong, note)


def present(root: Path, limits: Limits) -> Row:
    """Files that are there at the start, in a hundred folders"""
    return _at_scale(chaos_scale.present(root, limits.files))


def burst(root: Path, limits: Limits) -> Row:
    """Half as many files at once, into an inotify queue of two events"""
    return _at_scale(chaos_scale.burst(root, limits.files // 2))


def slowly(root: Path, limits: Limits) -> Row:
    """Files written for a minute, one that gets an old time at its end, one that gets a name, and a late sidecar"""
    return _at_scale(chaos_scale.slowly(root))


# With the part of the time that is each one's, where a clock may cut it short; the others do all that they plan.
SCENARIOS: tuple[tuple[Scenario, float], ...] = (
    (borders, 0),
    (instants, 0),
    (hostile, 0),
    (small_borders, 1),
    (write_running, 1),
    (files_running, 1),
    (pages_running, 3),
    (write_starting, 6),
    (pages_starting, 6),
    (present, 0),
    (burst, 0),
    (slowly, 0),
    (chaos_state.native_code, 0),
    (chaos_state.damaged, 0),
    (chaos_state.second_daemons, 0),
    (chaos_state.terminated, 0),
    (chaos_server.restarted, 0),
)


def _kill(row: Row, yard: Yard, border: str) -> Row:
    row.wrong += [f"{border}: {fault}" for fault in at_borders(yard, border)]
    published, failed = yard.outcomes()
    row.times, row.drops = row.times + 1, row.drops + yard.drops
    row.published, row.failed = row.published + published, row.failed + failed
    return row


def _at_once(row: Row, one: Callable[[Any], Row | None], cases: Iterable[Any]) -> Row:
    """Do several cases at once, each with projects of its own (most of the time each waits), and add them up."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for part in filter(None, pool.map(lambda case: _or_wrong(lambda: one(case)), cases)):
            row.times, row.drops, row.wrong = row.times + part.times, row.drops + part.drops, row.wrong + part.wrong
            row.published, row.failed = row.published + part.published, row.failed + part.failed
    return row


def _or_wrong(action: Callable[[], Row | None]) -> Row | None:
    """Return what an action gives; one that breaks is one thing wrong, and the rest of the hour is not lost."""
    try:
        return action()
    except Exception:
        return Row(wrong=[traceback.format_exc()])


def _at_scale(done: chaos_scale.Done) -> Row:
    return Row(done.drops, done.drops, done.drops, done.published, done.failed, done.wrong)


def _starting(limits: Limits, sweep: Callable[[range, Zygote | None], full.Sweep], first: int) -> Row:
    """Do every number, the first pass with daemons that start as anywhere, the others with forked ones."""
    with Zygote(PATH) as zygote:
        row = _swept(limits, lambda steps: sweep(steps, None if steps[0] == first else zygote), first)
    row.note += f"; every {_PASSES}th with a start like any other, the rest with one forked after the imports"
    return row


def _swept(limits: Limits, sweep: Callable[[range], full.Sweep], first: int) -> Row:
    """Do every number from `first` on, in passes that leave ever smaller gaps, until no more fail or the time is up."""
    done = []

    def one(offset: int) -> Row | None:
        if limits.is_over:
            return None
        found = sweep(range(first + offset, 100_000, _PASSES))
        done.append(offset)
        wrong = found.wrong + ([] if found.is_whole else ["no end was found"])
        return Row(0, found.steps, found.drops, found.published, found.failed, wrong)

    row = _at_once(Row(), one, sorted(range(_PASSES), key=lambda number: f"{number:04b}"[::-1]))
    row.note = "all of them" if len(done) == _PASSES else f"{len(done)} of every {_PASSES}"
    return row


def _told(scenario: Scenario) -> str:
    return " ".join((scenario.__doc__ or "").split()).removesuffix(".")


def _line(scenario: Scenario, row: Row, seconds: float) -> str:
    told = _told(scenario) + (f" ({row.note})" if row.note else "")
    times = f"{row.times} of {row.planned}" if row.planned > row.times else f"{row.times}"
    counts = f"{row.drops} | {row.published} | {row.failed} | {len(row.wrong)}"
    return f"| {told} | {times} | {counts} | {seconds:.0f} |"


def _run(options: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    """Give each scenario's line, and what was wrong."""
    chosen = [(scenario, part) for scenario, part in SCENARIOS if not options.only or scenario.__name__ in options.only]
    shares = sum(part for _, part in chosen)
    for scenario, part in chosen:
        began = time.monotonic()
        limits = Limits(began + options.minutes * 60 * part / max(shares, 1), options.kills, options.files)
        with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as folder:
            os.environ["FAKE_LOG"] = str(Path(folder) / "stages.log")
            (Path(folder) / "yard").mkdir()
            row = _or_wrong(partial(scenario, Path(folder) / "yard", limits)) or Row()
        yield _line(scenario, row, time.monotonic() - began), row.wrong


def main() -> None:
    parser = argparse.ArgumentParser(description="Faults at length.")
    parser.add_argument("--minutes", type=float, default=90, help="for the scenarios that a clock may cut short")
    parser.add_argument("--kills", type=int, default=200, help="at random instants")
    parser.add_argument("--files", type=int, default=10_000, help="at the start; half as many in a burst")
    parser.add_argument(
        "--only", nargs="+", help="of these: " + ", ".join(scenario.__name__ for scenario, _ in SCENARIOS)
    )
    parser.add_argument("--save", action="store_true", help=f"write the table to {_RESULT.name}")
    options = parser.parse_args()
    print(_HEAD, flush=True)
    wrong = 0
    for line, faults in _run(options):
        print(line, flush=True)
        for fault in faults:
            print(fault, file=sys.stderr, flush=True)
        wrong += len(faults)
        if options.save:
            _save(line)
    sys.exit(1 if wrong else 0)


def _save(line: str) -> None:
    """Write or replace one row; the others stay as they are, so that scenarios can be run one by one."""
    old = _RESULT.read_text("utf-8").splitlines() if _RESULT.exists() else []
    rows = {_told(scenario): row for scenario, _ in SCENARIOS for row in [*old, line] if _told(scenario) in row}
    _RESULT.write_text("\n".join([_ABOUT, _HEAD, *rows.values(), ""]), "utf-8")


if __name__ == "__main__":
    main()
