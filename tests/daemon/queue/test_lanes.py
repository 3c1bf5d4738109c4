"""Jobs that change lanes: what they keep, and who gets them."""

import threading
import time

import pytest
import sqlalchemy as sa

from importer.daemon.queue import lanes
from importer.daemon.queue.jobs import BATCH, BY_HAND
from importer.daemon.queue.lease import Lease
from importer.daemon.queue.take import Left, pass_on
from tests.daemon.queue.orders import submit, wait


class Machine:
    """Work that passes every job on to the other lane, or ends it."""

    def __init__(self, to=None):
        self.to, self.seen = to, []

    def __call__(self, job, order, deaths, stop):
        self.seen.append((order.picture, deaths))
        if self.to:
            assert pass_on(job, self.to)
            raise Left
        return {}


def to_the_gpu(queue, *names, priority=BY_HAND):
    """Queue jobs, and have a machine without a GPU pass them on."""
    jobs = submit(queue, *names, priority=priority)
    with queue.take(Machine("network"), host="north", slots=8):
        until(lambda: all(job.lane == "network" for job in queue.list(jobs=jobs)))
    return jobs


def until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def one(queue):
    (job,) = queue.list()
    return job


def gpu_machine(queue, name="gpu1"):
    return Lease(queue.database, lanes.gpu_lease(f"{name}@{queue.database.project}"), 3.0).held()


def test_job_goes_to_the_gpu_and_back_without_a_death_and_keeps_its_priority(queue):
    to_the_gpu(queue, "a", priority=BATCH)
    assert (one(queue).lane, one(queue).state, one(queue).network) == ("network", "queued", "")
    with queue.take(gpu := Machine("build"), host="gpu1", lane="network"):
        until(lambda: one(queue).lane == "build")
    with queue.take(last := Machine(), host="east"):
        wait(queue, done=1)
    assert gpu.seen == last.seen == [("a", 0)]
    done = one(queue)
    assert (done.network, done.host, done.deaths, done.priority) == ("gpu1", "east", 0, BATCH)


def test_deaths_before_a_change_of_lanes_still_count_after_it(queue):
    (job,) = submit(queue, "a")
    with queue.transaction() as connection:
        table = queue.client._sys_db.tables.workflow_status
        connection.execute(sa.update(table).where(table.c.workflow_uuid == job).values(recovery_attempts=2))
    with queue.take(first := Machine("network"), host="north"):
        until(lambda: one(queue).lane == "network")
    assert one(queue).deaths == 2
    with queue.take(second := Machine(), host="gpu1", lane="network"):
        wait(queue, done=1)
    assert first.seen == second.seen == [("a", 2)]


def test_only_who_has_a_gpu_takes_what_waits_for_one_and_by_hand_goes_first(queue):
    to_the_gpu(queue, "b", priority=BATCH)
    to_the_gpu(queue, "a")
    submit(queue, "other")
    with queue.take(north := Machine(), host="north"):
        wait(queue, done=1)
        time.sleep(0.3)
    with queue.take(gpu := Machine(), host="gpu1", lane="network"):
        wait(queue, done=3)
    assert north.seen == [("other", 0)]
    assert gpu.seen == [("a", 0), ("b", 0)]


def test_job_that_waits_for_a_gpu_is_paused_cancelled_and_retried_like_others(queue):
    (job,) = to_the_gpu(queue, "a")
    queue.pause(True)
    with queue.take(gpu := Machine(), host="gpu1", lane="network"):
        time.sleep(0.5)
        assert queue.cancel([job]) == [job]
        queue.pause(False)
        time.sleep(0.3)
        assert gpu.seen == []
        assert queue.retry([job]) == [job]
        assert one(queue).lane == "build"  # from the start, since who knows who is alive by then
    with queue.take(Machine(), host="north"):
        wait(queue, done=1)


def test_job_cancelled_at_the_border_is_not_passed_on(queue):
    passed, entered, go_on = [], threading.Event(), threading.Event()

    def work(job, order, deaths, stop):
        entered.set()
        go_on.wait(30)
        passed.append(pass_on(job, "network"))
        raise Left

    (job,) = submit(queue, "a")
    with queue.take(work):
        assert entered.wait(30)
        queue.cancel([job])
        go_on.set()
        until(lambda: passed)
    assert passed == [False]
    assert one(queue).state == "cancelled"


@pytest.mark.parametrize("queue", ["postgres"], indirect=True)
def test_nothing_waits_for_a_gpu_that_nobody_has(queue):
    (job,) = to_the_gpu(queue, "a")
    with gpu_machine(queue):
        assert lanes.may_leave(queue, job, 3.0)
        lanes.release(queue, 3.0)
        assert one(queue).lane == "network"
    assert not lanes.may_leave(queue, job, 3.0)
    lanes.release(queue, 3.0)
    assert one(queue).lane == "build"


@pytest.mark.parametrize("queue", ["postgres"], indirect=True)
def test_job_visits_a_gpu_once(queue):
    (job,) = to_the_gpu(queue, "a")
    with queue.take(Machine("build"), host="gpu1", lane="network", lease_s=3.0):
        until(lambda: one(queue).lane == "build")
        assert not lanes.may_leave(queue, job, 3.0)
