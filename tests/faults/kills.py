"""The daemon killed with kill -9: at every border between stages, and at instants that chance chooses."""

import random
import signal
import subprocess
import time

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


def pictures(yard, number, salt=""):
    """Drop pictures, one of them bad, one slow."""
    for i in range(number):
        words = "bad" if i == 1 else "slow" if i == 2 else "good"
        yard.put(f"chair{i}.png", f"{words} {salt} {i}".encode())


def at_border(root, border):
    """Kill at one border, then let the daemon go on; return what is wrong afterwards."""
    yard = Yard(root)
    pictures(yard, 4)
    process = yard.start(border)
    faults = [] if process.wait(60) == -signal.SIGKILL else [f"{border} never came"]
    faults += yard.look()
    return faults + yard.finish()


def at_random(root, kills, seed=1, changes=True):
    """Kill so many times in a row, dropping, replacing and deleting pictures meanwhile; return what is wrong."""
    yard, chance, faults = Yard(root), random.Random(seed), []
    pictures(yard, 4)
    for number in range(kills):
        process = yard.start()
        if not watches(yard, process, number + 1):
            return [*faults, f"kill {number}: no start: {yard.log()[-2000:]}"]
        time.sleep(chance.uniform(0.0, 1.6))
        if changes:
            _change(yard, chance, number)
            time.sleep(chance.uniform(0.0, 0.8))
        process.kill()
        process.wait()
        faults += [f"kill {number}: {fault}" for fault in yard.look()]
    return faults + yard.finish()


def watches(yard, process, starts):
    end = time.monotonic() + 60
    while yard.log().count("watching ") < starts and time.monotonic() < end:
        try:
            process.wait(0.05)
            return False
        except subprocess.TimeoutExpired:
            continue
    return True


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
