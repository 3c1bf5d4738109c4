"""A job that another machine queues starts without waiting for the next look."""

import threading

import pytest

from importer.daemon.queue import take
from importer.daemon.queue.notices import listening, notify
from importer.daemon.queue.queue import open_queue
from tests.daemon.queue.orders import submit, wait

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
def url(postgres):
    return postgres.database()


def test_job_of_another_machine_is_taken_without_a_look(url, tmp_path, monkeypatch):
    monkeypatch.setattr(take, "_POLL_S", 3600.0)
    with open_queue(tmp_path, url) as here, open_queue(tmp_path, url) as there, here.take(lambda *_: {}):
        submit(here, "first")  # so that it has looked once, and waits
        wait(here, done=1)
        submit(there, "second")
        wait(here, done=2)


def test_listener_outlives_its_connection_and_hears_of_its_own_queue_only(url, tmp_path):
    wake = threading.Event()
    with open_queue(tmp_path, url) as queue, listening(queue.database, "mine", wake):

        def until_heard(name):
            for _ in range(100):
                with queue.transaction() as connection:
                    notify(connection, name)
                if wake.wait(0.1):
                    return True
            return False

        assert until_heard("mine")
        with queue.database.engine.connect() as connection:
            own = "datname = current_database() and query = 'LISTEN importer'"
            query = f"select count(pg_terminate_backend(pid)) from pg_stat_activity where {own}"
            assert connection.exec_driver_sql(query).scalar() == 1
        wake.clear()
        assert until_heard("mine")
        while wake.wait(0.5):  # all that was said meanwhile
            wake.clear()
        with queue.transaction() as connection:
            notify(connection, "other")
        assert not wake.wait(1.0)
