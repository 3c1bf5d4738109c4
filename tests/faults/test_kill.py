"""kill -9 at borders and at random instants; `make chaos` does the same at length."""

import sys

import pytest

from tests.faults.kills import at_border, at_random

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.parametrize("border", ["queued::3", "finished:read:3", "published::1"])
def test_kill_at_a_border_leaves_every_drop_with_its_outcome(tmp_path, border):
    assert at_border(tmp_path, border) == []


def test_kills_at_random_instants_leave_every_drop_with_its_outcome(tmp_path):
    assert at_random(tmp_path, 5, seed=3) == []
