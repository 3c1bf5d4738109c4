"""The five verbs, on both kinds of database."""

import threading
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from dbos._sys_db import SystemDatabase

from importer.daemon.queue.jobs import BATCH, BY_HAND, Order
from importer.daemon.queue.queue import open_queue
from importer.daemon.queue.take import Left, owns
from importer.errors import PictureError
from tests.daemon.queue.orders import submit, wait


class Work:
    """What a worker does, and what it has done: the picture says how it ends."""

    def __init__(self):
        self.done = []
        self.started = threading.Event()

    def __call__(self, job, order, deaths, stop):
        self.started.set()
        self.done.append(order.picture)
        if order.picture.startswith("bad"):
            raise PictureError("damaged")
        if order.picture.startswith("slow") and stop.wait(30):
            raise Left
        return {"ok": True}


@contextmanager
def taking(queue, **settings):
    work = Work()
    with queue.take(work, **settings):
        yield work


def test_job_is_done_once_however_often_it_is_submitted(queue):
    submit(queue, "a", "b")
    submit(queue, "a")
    assert queue.counts()["queued"] == 2
    with taking(queue) as work:
        wait(queue, done=2)
        time.sleep(0.3)
    assert sorted(work.done) == ["a", "b"]


def test_jobs_of_a_transaction_that_fails_are_not_there(queue):
    with pytest.raises(ZeroDivisionError), queue.transaction() as connection:
        order = Order("a", "a", "0" * 64, {})
        queue.submit(order.job(queue.database.project, ()), order, BY_HAND, connection)
        raise ZeroDivisionError
    assert queue.counts()["queued"] == 0


def test_drop_by_hand_goes_before_a_batch(queue):
    submit(queue, *(f"batch{i}" for i in range(5)), priority=BATCH)
    submit(queue, "hand", priority=BY_HAND)
    with taking(queue) as work:
        wait(queue, done=6)
    assert work.done[0] == "hand"


def test_failure_is_kept_and_retry_runs_it_anew(queue):
    bad, _ = submit(queue, "bad", "good")
    with taking(queue) as work:
        wait(queue, done=1, failed=1)
        assert {job.picture: job.state for job in queue.list()} == {"bad": "failed", "good": "done"}
        assert queue.retry([bad]) == [bad]
        end = time.monotonic() + 30
        while work.done.count("bad") < 2:
            assert time.monotonic() < end
            time.sleep(0.02)
        wait(queue, failed=1)
        submit(queue, "good")  # done before, so somebody wants it again
        wait(queue, done=1)
    assert work.done.count("good") == 2


def test_waiting_job_that_is_cancelled_never_runs_and_a_running_one_is_stopped(queue):
    running, waiting = submit(queue, "slow", "later")
    with taking(queue) as work:
        assert work.started.wait(30)
        assert queue.cancel([waiting, "no-such-job"]) == [waiting]
        assert queue.cancel([running]) == [running]
        wait(queue, cancelled=2)
        submit(queue, "next")
        wait(queue, done=1)
        assert queue.cancel([running]) == []
    assert work.done == ["slow", "next"]


def test_work_that_goes_on_while_its_job_was_taken_again_does_not_own_it(queue):
    owned, first, second = [], threading.Event(), threading.Event()

    def work(job, order, deaths, stop):
        if not first.is_set():
            first.set()
            second.wait(30)
            owned.append(owns(job))
        else:
            second.set()
            stop.wait(30)
            owned.append(stop.is_set())
        raise Left

    (job,) = submit(queue, "a")
    with queue.take(work, slots=2):
        assert first.wait(30)
        queue.cancel([job])
        queue.retry([job])
        assert second.wait(30)
        end = time.monotonic() + 30
        while not owned:
            assert time.monotonic() < end
            time.sleep(0.02)
        assert owned == [False]
        time.sleep(1.5)  # two looks by what stops work that was lost
        assert owned == [False]


def test_job_whose_end_could_not_be_recorded_runs_anew_and_is_no_death(queue, monkeypatch):
    deaths, refused, real = [], [], SystemDatabase.update_workflow_outcome

    def outcome(self, *args, **settings):
        if not refused:
            refused.append(True)
            raise sa.exc.OperationalError("UPDATE", {}, OSError("the disk is full"))
        return real(self, *args, **settings)

    monkeypatch.setattr(SystemDatabase, "update_workflow_outcome", outcome)
    submit(queue, "a")
    with queue.take(lambda job, order, died, stop: deaths.append(died) or {}):
        wait(queue, done=1)
    assert refused
    assert deaths == [0, 0]


def test_no_job_starts_while_paused(queue):
    queue.pause(True)
    submit(queue, "a")
    with taking(queue) as work:
        time.sleep(0.6)
        assert work.done == []
        queue.pause(False)
        wait(queue, done=1)


def test_slots_bound_what_runs_at_a_time(queue):
    submit(queue, "slow1", "slow2", "slow3")
    with taking(queue, slots=2) as work:
        wait(queue, building=2, queued=1)
        time.sleep(0.3)
        assert len(work.done) == 2
    assert queue.counts()["queued"] == 3


def test_job_given_back_at_the_end_is_no_death(queue):
    deaths = []

    def work(job, order, died, stop):
        deaths.append(died)
        stop.wait(30)
        raise Left

    submit(queue, "a")
    for number in range(1, 4):
        with queue.take(work):
            end = time.monotonic() + 30
            while len(deaths) < number:
                assert time.monotonic() < end
                time.sleep(0.02)
    assert deaths == [0, 0, 0]


def test_jobs_that_ended_long_ago_are_forgotten_and_others_kept(queue):
    submit(queue, "a", "slow")
    with taking(queue, slots=2):
        wait(queue, done=1, building=1)
        assert queue.forget(time.time() - 60) == 0
        assert queue.forget(time.time() + 60) == 1
        assert [job.picture for job in queue.list()] == ["slow"]


def test_projects_in_one_database_do_not_see_each_other(postgres, tmp_path):
    url = postgres.database()
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with open_queue(tmp_path / "one", url) as one, open_queue(tmp_path / "two", url) as two:
        submit(one, "a")
        submit(two, "b")
        one.pause(True)
        with taking(two) as work:
            wait(two, done=1)
            time.sleep(0.3)
        assert work.done == ["b"]
        assert [job.picture for job in one.list(states=("queued",))] == ["a"]
        assert not two.is_paused()


def test_job_whose_taking_was_not_heard_of_is_begun_and_that_is_no_death(queue, monkeypatch):
    """As when the database goes away between its commit and its answer."""
    deaths, lost, real = [], [], SystemDatabase.start_queued_workflows

    def start(self, *args, **settings):
        taken = real(self, *args, **settings)
        if taken[0] and not lost:
            lost.append(taken[0])
            raise sa.exc.OperationalError("COMMIT", {}, OSError("the server closed the connection"))
        return taken

    monkeypatch.setattr(SystemDatabase, "start_queued_workflows", start)
    submit(queue, "a")
    with queue.take(lambda job, order, died, stop: deaths.append(died) or {}):
        wait(queue, done=1)
    assert lost
    assert deaths == [0]
