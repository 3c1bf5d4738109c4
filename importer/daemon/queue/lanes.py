"""The two lanes of a queue: jobs for any machine, and jobs at the point where the network runs, which wait for a GPU.

docs/design.md tells a job's way through them. Where nobody with a GPU is alive, nothing waits for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa
from dbos._sys_db import SystemDatabase

from importer.daemon.queue.lease import HOST, alive
from importer.daemon.queue.notices import notify

if TYPE_CHECKING:
    from importer.daemon.queue.queue import Queue

Lane = Literal["build", "network"]
_GPU = "gpu:"  # leases of those who take from the lane ``network``
_SUFFIX = "-gpu"
_RAN = "network"  # attribute of a job: the machine that ran the network for it


@dataclass(frozen=True)
class Machine:
    """One that takes jobs; ``gpu``: from the lane ``network``."""

    name: str
    gpu: bool


def machines(queue: Queue, lease_s: float) -> list[Machine]:
    """Return the machines that have answered within `lease_s`, by name."""
    names = alive(queue.database, lease_s)
    executors = [name.removeprefix(HOST) for name in names if name.startswith(HOST)]
    return [Machine(one.rpartition("@")[0], gpu_lease(one) in names) for one in executors]


def dbos_queue(name: str, lane: Lane) -> str:
    """Return what DBOS calls the lane of a queue."""
    return name + _SUFFIX if lane == "network" else name


def lane_of(dbos_name: str | None) -> Lane:
    """Return the lane that DBOS calls so."""
    return "network" if (dbos_name or "").endswith(_SUFFIX) else "build"


def gpu_lease(executor: str) -> str:
    """Return the name of the lease by which one who takes from ``network`` says that it lives."""
    return f"{_GPU}{executor}"


def may_leave(queue: Queue, job: str, lease_s: float) -> bool:
    """Return whether the network of this job is for another machine: one with a GPU lives, and it was not there yet."""
    return _is_gpu_alive(queue, lease_s) and not network_host(queue, job)


def network_host(queue: Queue, job: str) -> str:
    """Return the machine that ran the network for a job; empty while none has, or where the builder did."""
    table = SystemDatabase.tables.workflow_status
    query = sa.select(table.c.attributes).where(table.c.workflow_uuid == job)
    with queue.client._sys_db.engine.connect() as connection:
        return ran_on(connection.execute(query).scalar())


def ran_on(attributes: dict[str, str] | None) -> str:
    """Return the machine that a job's attributes name."""
    return (attributes or {}).get(_RAN, "")


def move(queue: Queue, job: str, token: str, lane: Lane, ran: str = "") -> bool:
    """Put a job that was taken with `token` into a lane; return False where that taking is over or lost.

    That is no death, though the next who takes it counts as a further try.
    """
    system, table = queue.client._sys_db, SystemDatabase.tables.workflow_status
    values = {
        "status": "ENQUEUED",
        "queue_name": dbos_queue(queue.name, lane),
        "owner_xid": None,
        "started_at_epoch_ms": None,
        "recovery_attempts": table.c.recovery_attempts - 1,
        "updated_at": system._now_ms_sql(),
    }
    values |= {"attributes": {_RAN: ran}} if ran else {}
    where = (table.c.workflow_uuid == job, table.c.status == "PENDING", table.c.owner_xid == token)
    with system.engine.begin() as connection:
        notify(connection, dbos_queue(queue.name, lane))
        return connection.execute(sa.update(table).where(*where).values(values)).rowcount == 1


def release(queue: Queue, lease_s: float) -> None:
    """Let any machine have the jobs that wait for a GPU, if nobody who has one is alive."""
    if _is_gpu_alive(queue, lease_s):
        return
    table = SystemDatabase.tables.workflow_status
    waits = (table.c.queue_name == dbos_queue(queue.name, "network"), table.c.status == "ENQUEUED")
    with queue.client._sys_db.engine.begin() as connection:
        if connection.execute(sa.update(table).where(*waits).values(queue_name=queue.name)).rowcount:
            notify(connection, queue.name)


def _is_gpu_alive(queue: Queue, lease_s: float) -> bool:
    return any(name.startswith(_GPU) for name in alive(queue.database, lease_s))
