"""Processes that build, ended in the middle of it."""

import hashlib
import threading

import pytest

from importer.daemon.builder import Bench, Task
from importer.daemon.builders import Builders
from importer.daemon.queue.take import Left
from importer.profile.schema import Profile
from tests.faults.stages import TABLE


def test_build_that_is_stopped_in_its_last_moment_leaves_nothing_half(tmp_path):
    (tmp_path / "a.png").write_bytes(b"picture")
    out, builders = tmp_path / "out", Builders(Bench(tmp_path / "cache", 10**9, TABLE))
    task = Task(tmp_path / "a.png", hashlib.sha256(b"picture").hexdigest(), Profile().model_dump(mode="json"), out, "a")
    seen = []

    def may_publish():
        seen.append([path.name for path in out.glob(".partial*")])
        if len(seen) == 2:  # all is written, and nothing has taken its place yet
            raise Left
        return True

    with pytest.raises(Left):
        builders.build(task, lambda event: None, may_publish, threading.Event())
    builders.close()
    assert seen[1]
    assert list(out.iterdir()) == []
