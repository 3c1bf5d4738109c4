import threading
import time

import sqlalchemy as sa

from importer.daemon.queue import take
from importer.daemon.queue.lease import Lease
from importer.daemon.queue.queue import open_queue


def wait_for(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_nobody_is_dead_for_a_database_that_was_away(postgres, tmp_path, monkeypatch):
    """Nobody could renew a lease then: jobs of the living would be taken, and three such times be a poison job."""
    away, failures, looks, real = threading.Event(), [], [], Lease._take

    def renew(lease):
        if away.is_set():
            failures.append(lease)
            raise sa.exc.OperationalError("UPDATE", {}, OSError("the server is starting up"))
        return real(lease)

    monkeypatch.setattr(Lease, "_take", renew)
    monkeypatch.setattr(take, "takeover", lambda *_: looks.append(away.is_set()))
    with open_queue(tmp_path, postgres.database()) as queue, queue.take(lambda *_: {}, host="north", lease_s=1.2):
        wait_for(lambda: looks)
        away.set()
        wait_for(lambda: len(failures) > 1)
        before = len(looks)
        wait_for(lambda: len(failures) > 20)  # for twice the lease
        during = looks[before:]
        away.clear()
        wait_for(lambda: looks and not looks[-1] and len(looks) > before)
    assert during == []
