"""Orders of pictures that need not exist, and waiting for what becomes of them."""

import time

from importer.daemon.queue.jobs import BY_HAND, Order


def submit(queue, *names, priority=BY_HAND):
    """Queue a job for each name in one transaction; return their ids."""
    orders = [Order(name, name, "0" * 64, {}) for name in names]
    jobs = [order.job(queue.database.project, ()) for order in orders]
    with queue.transaction() as connection:
        for job, order in zip(jobs, orders, strict=True):
            queue.submit(job, order, priority, connection)
    return jobs


def wait(queue, **counts):
    """Wait until so many jobs are in these states."""
    end = time.monotonic() + 60
    while not counts.items() <= queue.counts().items():
        assert time.monotonic() < end, queue.counts()
        time.sleep(0.02)
