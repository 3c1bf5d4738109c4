"""Several machines on one project: worker processes with names of their own, and a database that they share.

``python -m tests.daemon.machines PROJECT DATABASE NAME ROLE TABLE CACHE`` is one of them; an empty role is for it to
find out, and TABLE is ``module:NAME``.
"""

import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from importer.daemon.ledger import read_entries
from importer.daemon.queue.queue import Queue
from importer.daemon.watch import Service
from importer.daemon.worker import serve
from importer.pipeline.cache import Cache
from tests.daemon.watching import running

LEASE_S = 5.0  # a machine that runs many tests is late at times
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Share:
    """A project on a share, its database and the stages of its builds, as ``module:NAME``."""

    project: Path
    url: str
    queue: Queue  # of the test itself
    table: str

    @contextmanager
    def watching(self, jobs=0):
        """Watch in a thread; without building, unless there is a number of jobs."""
        service = Service(self.url, "watcher", jobs=jobs, lease_s=LEASE_S)
        with running(self.project, table=_table(self.table), service=service) as daemon:
            yield daemon

    @contextmanager
    def workers(self, *names, cache="cache", **roles):
        """Run worker processes, those of ``roles`` by role, and wait until each is ready; the log is ``NAME.out``."""
        started = {name: self._start(name, role, cache) for name, role in {**dict.fromkeys(names, ""), **roles}.items()}
        try:
            for name, process in started.items():
                wait_for(lambda name=name, process=process: "watching" in self.said(name) or process.poll() is not None)
                assert process.poll() is None, self.said(name)
            yield started
        finally:
            for process in started.values():
                process.send_signal(signal.SIGCONT)
                process.terminate()
            for name, process in started.items():
                process.wait(60)
                print(name, self.said(name), sep="\n")  # shown where a test fails

    def _start(self, name, role, cache):
        command = [sys.executable, "-m", "tests.daemon.machines", str(self.project), self.url, name, role, self.table]
        with self._log(name).open("ab") as log:
            env = {**os.environ, "MACHINE": name}
            return subprocess.Popen([*command, cache], cwd=_ROOT, stdout=log, stderr=log, env=env)

    def _log(self, name):
        return self.project.parent / f"{name}.out"

    def said(self, name):
        """Return the events that a worker has told."""
        return self._log(name).read_text()

    def drop(self, *names, first=0):
        for number, name in enumerate(names, first):
            (self.project / "drop" / f"{name}.png").write_bytes(bytes(range(number, number + 40)))

    def entries(self):
        return read_entries(self.queue.database)

    def states(self):
        return Counter(entry.state for entry in self.entries().values())

    def jobs(self, *states):
        """Return the jobs in these states by picture."""
        return {job.picture: job for job in self.queue.list(states=states)}

    def hosts(self, *states):
        return {picture: job.host for picture, job in self.jobs(*states).items()}

    def published(self):
        return sorted(path.name for path in (self.project / "out").iterdir())


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def _table(name):
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _main(project, url, name, role, table, cache):
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    service = Service(url, name, jobs=1, lease_s=LEASE_S, role=role or None)
    folder = Path(project).parent / cache

    def tell(event):
        print(event.kind, event.picture, event.stage, event.message, flush=True)

    serve(Path(project), tell, stop, service, cache=Cache(folder), table=_table(table))


if __name__ == "__main__":
    _main(*sys.argv[1:])
