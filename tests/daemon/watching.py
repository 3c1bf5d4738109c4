"""A daemon in a thread, with the small stages of tests/pipeline and little patience."""

import threading
import time
from contextlib import contextmanager

from importer.daemon.round import Times
from importer.daemon.watch import watch
from importer.pipeline.cache import Cache
from tests.pipeline.fakes import FAKES

QUICK = Times(settle_s=0.2, pair_s=0.2, rescan_s=0.1, orphan_s=0.4, retry_s=0.2)
PROFILE = "scale:\n  height_m: 2.0\nlods:\n  count: 2\n"


class Daemon:
    def __init__(self, directory):
        self.directory = directory
        self.events = []
        self.error = None

    def of(self, kind, picture=None):
        return [e for e in list(self.events) if e.kind == kind and picture in (None, e.picture)]

    def wait(self, kind, picture=None, count=1, seconds=60.0):
        end = time.monotonic() + seconds
        while len(self.of(kind, picture)) < count:
            assert time.monotonic() < end, (kind, picture, count, self.events)
            assert self.error is None, self.error
            time.sleep(0.01)
        return self.of(kind, picture)[count - 1]


@contextmanager
def running(directory, *, times=QUICK, use_events=True, table=FAKES, service=None):
    daemon = Daemon(directory)
    stop = threading.Event()

    def run():
        try:
            cache = Cache(directory.parent / "cache", size=10**9)
            settings = {"cache": cache, "times": times, "table": table, "use_events": use_events, "service": service}
            watch(directory, daemon.events.append, stop, **settings)
        except BaseException as error:
            daemon.error = error

    thread = threading.Thread(target=run)
    thread.start()
    try:
        daemon.wait("watching")
        yield daemon
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()
    assert daemon.error is None, daemon.error


def quiet(daemon, seconds=0.6):
    """Wait, and return what happened meanwhile."""
    before = len(daemon.events)
    time.sleep(seconds)
    return daemon.events[before:]
