"""kill -9 at borders and at random instants; `make chaos` does the same at length, and at those of the real stages."""

import sys

import pytest

from tests.faults.kills import at_borders, at_random, small

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_kills_at_borders_leave_every_drop_with_its_outcome(tmp_path):
    assert at_borders(small(tmp_path), "queued::3", "finished:read:2", "published::1") == []


def test_kills_at_random_instants_leave_every_drop_with_its_outcome(tmp_path):
    assert [fault for _, faults in at_random(tmp_path, 4, seed=3) for fault in faults] == []
