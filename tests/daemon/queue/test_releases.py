"""An update of the importer while jobs wait or run: the new release does what the old one has left."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import importer
from tests.daemon.queue.orders import wait

OLD = """
import importlib.metadata, os, sys, time
from pathlib import Path
real = importlib.metadata.version
importlib.metadata.version = lambda name: "0.0.1" if name == "asset-drop" else real(name)
from importer.daemon.queue import jobs, take
from importer.daemon.queue.queue import open_queue
from tests.daemon.queue.orders import submit
assert jobs.VERSION == "0.0.1" and "old release" in Path(take.__file__).read_text()
with open_queue(Path(sys.argv[1]), sys.argv[2] or None) as queue:
    submit(queue, "begun", "waiting")
    with queue.take(lambda *_: os._exit(9), host=sys.argv[3], lease_s=1.0):
        time.sleep(60)
"""


def old_release(folder):
    """Copy the program, with another version and another workflow."""
    source = Path(importer.__file__).parent
    shutil.copytree(source, folder / "importer", ignore=shutil.ignore_patterns("*.onnx", "__pycache__"))
    take = folder / "importer" / "daemon" / "queue" / "take.py"
    text, line = take.read_text("utf-8"), "    taker, job = _taker, DBOS.workflow_id\n"
    assert text.count(line) == 1
    take.write_text(text.replace(line, f"    # of an old release\n{line}"), "utf-8")
    return folder


def test_jobs_that_another_release_has_queued_and_begun_are_finished(queue, tmp_path):
    root, url = Path(__file__).parents[3], queue.database.engine.url
    # One machine goes on with what it was at; of several, another one takes over.
    address, old, new = "", "local", "local"
    if queue.database.is_shared:
        address, old, new = url.render_as_string(hide_password=False), "north", "south"
    path = os.pathsep.join([str(old_release(tmp_path / "old")), str(root)])
    command = [sys.executable, "-P", "-c", OLD, str(tmp_path), address, old]
    ended = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 9, ended.stderr
    assert (queue.counts()["building"], queue.counts()["queued"]) == (1, 1)
    done = []
    with queue.take(lambda job, order, *_: done.append(order.picture) or {}, host=new, lease_s=1.0):
        wait(queue, done=2)
    assert sorted(done) == ["begun", "waiting"]
