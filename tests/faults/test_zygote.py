"""Forked daemons, which `make chaos` takes for most of the steps of its sweeps, do what those do that start anew."""

import os
import re
import sys

import pytest

from tests.faults.yard import PATH, Yard
from tests.faults.zygote import Zygote

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and reads /proc")
_CHANCE = r"[0-9a-f]{64}|[0-9a-f]{32}|(?<=^open temp/)\w{8}$|(?<=^write temp/)\w{8}$"


@pytest.fixture(scope="module")
def zygote():
    with Zygote(PATH) as running:
        yield running


def written(root, zygote):
    """Return all writes of a first start with one picture, without the parts of names that chance chooses."""
    yard = Yard(root / "yard", log_file=root / "log", zygote=zygote)
    yard.put("chair.png", b"good")
    process = yard.start(counts=True)
    try:
        yard.settle(process)
        yard.stop(process)
    finally:
        process.kill()
        process.wait()
    assert yard.faults() == []
    return [re.sub(_CHANCE, "*", yard.writes[number]) for number in range(1, len(yard.writes) + 1)]


def test_forked_daemon_writes_what_one_writes_that_starts_anew(tmp_path, zygote):
    """SQLite's writes are compared up to the first job; after it, threads may share them out otherwise."""
    anew, forked = written(tmp_path / "anew", None), written(tmp_path / "forked", zygote)
    until = anew.index(f"mkdir temp/importer-{os.getuid()}")
    assert until > 100
    assert forked[:until] == anew[:until]
    rest = [[what for what in each[until:] if not what.startswith("sqlite")] for each in (anew, forked)]
    assert rest[0] == rest[1]
    assert set(forked) == set(anew)


def test_forked_daemon_is_found_and_killed_like_any_other(tmp_path, zygote):
    yard = Yard(tmp_path, zygote=zygote)
    yard.put("chair.png", b"endless")
    process = yard.start("building::1")
    assert yard.watches(process)
    assert process.pid in yard.processes(0)
    assert process.wait(60) == process.returncode == -9
    assert yard.processes() == []


def test_forked_daemon_that_refuses_ends_with_its_code(tmp_path, zygote):
    yard = Yard(tmp_path, zygote=zygote)
    yard.drop.rmdir()
    assert yard.start().wait(60) == 1
    assert "there is no drop folder to watch" in yard.log()
