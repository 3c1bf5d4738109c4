"""The counter of writes itself, which must not lie to SQLite."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="exchanges system calls of Linux")

BREAKS = """
import sys
from tests.faults import writes
writes.Writes(sys.argv[1])
counter = writes.Counter("/", sys.argv[1])
counter.fails = lambda kind, where: 1 / 0
writes._patch_sqlite(counter)
handle = open(sys.argv[1]).fileno()
pwrite, pwrite64, write, fsync = writes._kept
print(pwrite(handle, None, 1, 0), pwrite64(handle, None, 1, 0), write(handle, None, 1), fsync(handle))
"""


def test_write_that_the_counter_fails_to_judge_is_a_failed_one(tmp_path):
    """ctypes returned whatever lay there, and SQLite took it for done: rows were missing after the next crash."""
    command = [sys.executable, "-c", BREAKS, str(tmp_path / "log")]
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60)
    assert ended.stdout.split() == ["-1"] * 4, ended.stderr
