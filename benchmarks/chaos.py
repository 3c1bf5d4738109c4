"""Faults at length: ``make chaos``, or ``python -m benchmarks.chaos [--kills 200] [--files 10000] [--only NAME]``.

Prints the table of benchmarks/results/chaos.md: what was done to the daemon, how often, and how many things were wrong
afterwards. After each fault every drop must have been published once or failed with a reason, out/ hold only
whole assets whose hashes match their manifests, and neither temporary files nor processes be left. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.chaos_scale import burst, present, slowly
from tests.faults.kills import BORDERS, at_border, at_random, watches
from tests.faults.yard import Yard
from tests.hostile.test_hostile_input import dropped, judged, mixed

Scenario = Callable[[Path, argparse.Namespace], tuple[int, list[str]]]


def borders(root: Path, options: argparse.Namespace) -> tuple[int, list[str]]:
    """kill -9 at every border between stages."""
    faults = []
    for number, border in enumerate(BORDERS):
        faults += [f"{border}: {fault}" for fault in at_border(root / str(number), border)]
    return len(BORDERS), faults


def instants(root: Path, options: argparse.Namespace) -> tuple[int, list[str]]:
    """kill -9 at random instants, with drops, replacements, renames and deletions between them."""
    return options.kills, at_random(root, options.kills)


def full_disk(root: Path, options: argparse.Namespace) -> tuple[int, list[str]]:
    """A disk of 24 MiB under drop/, out/, queue and cache, filled to the last byte and emptied again."""
    faults: list[str] = []
    times = max(1, options.kills // 20)
    with _disk(root, "24m"):
        yard = Yard(root, log_file=root.with_name("log"))
        process = yard.start()
        watches(yard, process, 1)
        try:
            for number in range(times):
                yard.put(f"a{number % 6}.png", b"slow %d" % number)
                time.sleep(0.3 + number % 5 * 0.3)
                _fill(root / "filler")
                time.sleep(2.0)
                faults += yard.look()
                (root / "filler").unlink(missing_ok=True)
                time.sleep(1.0)
            yard.settle(process)
            yard.stop(process)
            faults += yard.faults()
        except (AssertionError, OSError) as error:
            faults.append(str(error)[-1500:])
        finally:
            process.kill()
            process.wait()
    return times, faults


def hostile(root: Path, options: argparse.Namespace) -> tuple[int, list[str]]:
    """Bad pictures and sidecars through the daemon and the stage that decodes."""
    number = max(20, options.files // 10)
    return number, judged(dropped(root / "project", mixed(number), seconds=number * 3.0))


SCENARIOS: tuple[Scenario, ...] = (borders, instants, full_disk, present, burst, slowly, hostile)


@contextlib.contextmanager
def _disk(point: Path, size: str) -> Iterator[None]:
    point.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(point)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(point)], check=True)


def _fill(path: Path) -> None:
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def main() -> None:
    parser = argparse.ArgumentParser(description="Faults at length.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--only", help="one scenario: " + ", ".join(scenario.__name__ for scenario in SCENARIOS))
    options = parser.parse_args()
    print("| fault | times | wrong afterwards | seconds |\n|---|---|---|---|", flush=True)
    wrong = 0
    for scenario in SCENARIOS:
        if options.only not in (None, scenario.__name__):
            continue
        with tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as folder:
            os.environ["FAKE_LOG"] = str(Path(folder) / "stages.log")
            began = time.monotonic()
            times, faults = scenario(Path(folder) / "yard", options)
        told = (scenario.__doc__ or "").strip().rstrip(".")
        print(f"| {told} | {times} | {len(faults)} | {time.monotonic() - began:.0f} |", flush=True)
        for fault in faults:
            print(fault, file=sys.stderr)
        wrong += len(faults)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
