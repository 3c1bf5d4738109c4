"""kill -9 at borders and at random instants; `make chaos` does the same at length, and at those of the real stages."""

import sys
import time

import pytest

from tests.faults.kills import at_borders, at_random, small
from tests.faults.yard import Yard

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_kills_at_borders_leave_every_drop_with_its_outcome(tmp_path):
    assert at_borders(small(tmp_path), "queued::3", "finished:read:2", "published::1") == []


def test_nothing_that_computes_outlives_the_daemon(tmp_path):
    """A build process would notice the end of its daemon only when its stage is done, and a child of it never."""
    yard = Yard(tmp_path)
    yard.put("chair.png", b"endless")
    process = yard.start()
    end = time.monotonic() + 60
    while len(yard.processes(0)) < 3 and time.monotonic() < end:  # the daemon, its build process, and the child
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert yard.processes() == []


def test_kills_at_random_instants_leave_every_drop_with_its_outcome(tmp_path):
    assert [fault for _, faults in at_random(tmp_path, 4, seed=3) for fault in faults] == []
