"""The daemon killed with kill -9: at every border between stages, and at instants that chance chooses."""

import contextlib
import random
import signal
import subprocess
import time
from pathlib import Path

from importer.pipeline.stages import STAGES
from tests.daemon.conftest import tree
from tests.faults.yard import Yard

# With the third picture: others have been published and are in the cache by then.
BORDERS = (
    *("watching::1", "queued::1", "queued::3", "building::1", "building::3", "published::1", "published::3"),
    *(
        f"{kind}:{stage}:{n}"
        for stage in ("read", "mesh", "manifest")
        for kind in ("started", "finished")
        for n in (1, 3)
    ),
)
# Before each of the real stages, after the last, and around them.
REAL_BORDERS = (
    *("queued::1", "building::1"),
    *(f"started:{stage.name}:1" for stage in STAGES),
    *(f"finished:{STAGES[-1].name}:1", "published::1"),
)
_REAL = ("--table", "importer.pipeline.stages:STAGES")
_PICTURE = Path(__file__).parents[2] / "examples" / "chest.png"
_PROFILE = """retopo: {faces: 500}
lods: {count: 2}
textures: {size: 128}
export: {targets: [gltf]}
"""


def pictures(yard, number):
    """Drop pictures, one of them bad, one slow."""
    for i in range(number):
        words = "bad" if i == 1 else "slow" if i == 2 else "good"
        yard.put(f"chair{i}.png", f"{words} {i}".encode())


def at_borders(yard, *borders):
    """Kill at one border after the other, then let the daemon go on to the end; return what is wrong afterwards."""
    faults = []
    for border in borders:
        process = yard.start(border)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(120)
        if process.poll() != -signal.SIGKILL:
            faults.append(f"{border} never came: {yard.log()[-1500:]}")
        process.kill()
        process.wait()
        faults += yard.look()
    return faults + yard.finish()


def small(root):
    """Return a project with four pictures for the small stages."""
    yard = Yard(root)
    pictures(yard, 4)
    return yard


def real(root, expected=None):
    """Return a project with one picture for the real stages, at small sizes."""
    yard = Yard(root, options=_REAL, expected=expected)
    (yard.project / "profile.yaml").write_text(_PROFILE)
    yard.put("chest.png", _PICTURE.read_bytes())
    return yard


def undisturbed(root):
    """Return the files that come of the real stages when nothing is killed."""
    yard = real(root, {})
    process = yard.start()
    yard.settle(process, 300)
    yard.stop(process)
    return tree(yard.out / "chest")


def at_random(root, kills, seed=1, changes=True):
    """Kill so many times in a row, dropping, replacing and deleting pictures meanwhile.

    Gives the yard, and what is wrong, after each kill and at the end.
    """
    yard, chance = small(root), random.Random(seed)
    for number in range(kills):
        process = yard.start()
        if not yard.watches(process):
            yield yard, [f"kill {number}: no start: {yard.log()[-2000:]}"]
            return
        time.sleep(chance.uniform(0.0, 1.2))
        if changes:
            _change(yard, chance, number)
            time.sleep(chance.uniform(0.0, 0.6))
        process.kill()
        process.wait()
        yield yard, [f"kill {number}: {fault}" for fault in yard.look()]
    yield yard, yard.finish()


def _change(yard, chance, number):
    """Drop, replace, rename or delete."""
    here = sorted(path for path in yard.drop.iterdir() if path.suffix == ".png")
    words = chance.choice(["good", "slow", "slow", "bad"])
    action = chance.choice(["drop", "drop", "replace", "replace", "rename", "delete"])
    if action == "drop" and len(here) < 12:
        yard.put(f"new{number}.png", f"{words} {number}".encode())
    elif action == "rename" and len(here) > 3:
        chance.choice(here).rename(yard.drop / f"moved{number}.png")
    elif action == "delete" and len(here) > 3:
        chance.choice(here).unlink()
    elif here:
        yard.put(chance.choice(here).name, f"{words} {number}".encode())
