"""The counter of writes itself, which must not lie to SQLite."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="exchanges system calls of Linux")

BREAKS = """
import sqlite3, sys
from tests.faults import writes
from tests.faults.writes import Counter, Writes
Writes(sys.argv[1])
counter = Counter("/", sys.argv[1])
counter.fails = lambda kind, where: 1 / 0
writes._patch_sqlite(counter)
connection = sqlite3.connect(sys.argv[2])
try:
    connection.execute("CREATE TABLE t (x)")
    print("written")
except sqlite3.OperationalError as error:
    print(error)
"""


def test_write_that_the_counter_fails_to_judge_is_a_failed_one(tmp_path):
    """It was taken for done, with nothing on the disk: rows were missing after a crash."""
    command = [sys.executable, "-c", BREAKS, str(tmp_path / "log"), str(tmp_path / "a.sqlite")]
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60)
    assert ended.stdout.strip() in ("database or disk is full", "disk I/O error"), ended.stdout + ended.stderr
