"""The durable queue: submit, take, retry, cancel and list jobs. DBOS keeps them; nobody else knows of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import DBOSClient
from dbos._sys_db import SystemDatabase

from importer.daemon.queue.database import Database, database_errors, open_database
from importer.daemon.queue.jobs import Job, Order, State, job_of
from importer.daemon.queue.lanes import Lane
from importer.daemon.queue.notices import notify
from importer.daemon.queue.take import APP_VERSION, LEASE_S, NAME, WORKFLOW, Work, taking

_DBOS_STATES: dict[State, list[str]] = {
    "queued": ["ENQUEUED", "DELAYED"],
    "building": ["PENDING"],
    "done": ["SUCCESS"],
    "failed": ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
    "cancelled": ["CANCELLED"],
}
_CHUNK = 500


@dataclass
class Queue:
    """A project's queue; every method may be called from any thread and any process."""

    database: Database
    client: DBOSClient
    wake: threading.Event = field(default_factory=threading.Event)  # of this process's workers

    @property
    def name(self) -> str:
        """The queue's name in the database."""
        return f"importer-{self.database.project}"

    def submit(self, job: str, order: Order, priority: int, connection: sa.Connection) -> None:
        """Queue a job inside the caller's transaction; nothing happens where it waits or runs already.

        One that has ended before is run anew.
        """
        status = self._status(connection, job)
        if status in ("ENQUEUED", "DELAYED", "PENDING"):
            return
        if status is not None:  # the row makes way: the transaction decides about both at once
            self._forget(connection, [job])
        options: Any = {
            "workflow_name": WORKFLOW,
            "queue_name": self.name,
            "workflow_id": job,
            "app_version": APP_VERSION,
            "priority": priority,
        }
        self.client.enqueue_in_transaction(connection, options, order.dump())

    @contextlib.contextmanager
    def take(
        self, work: Work, *, host: str = "local", slots: int = 1, lease_s: float = LEASE_S, lane: Lane = "build"
    ) -> Iterator[None]:
        """Have this process give jobs to `work`, `slots` at a time, until the block ends.

        Parameters
        ----------
        work : callable
            Called in a thread of its own with (job's id, order, deaths so far). What it raises is the job's failure;
            a `take.Left` leaves the job to the next who takes one.
        host : str
            Of all that take from one queue, each needs a name of its own.
        lease_s : float
            Seconds after which others take over the jobs of one that does not answer.
        lane : Lane
            ``network``: those that `take.pass_on` has put there, for one with a GPU.
        """
        with taking(self, work, host, slots, lease_s, lane):
            yield

    def retry(self, jobs: Sequence[str]) -> list[str]:
        """Run ended jobs anew; return those that were."""
        again = []
        for job in jobs:
            status = self.client.list_workflows(workflow_ids=[job], load_input=False, load_output=False)
            if status and status[0].status in ("ERROR", "CANCELLED", "SUCCESS", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"):
                self.client.rewind_workflow(job, queue_name=self.name, application_version=APP_VERSION)
                again.append(job)
        self.wake.set()
        return again

    def cancel(self, jobs: Sequence[str]) -> list[str]:
        """End waiting and running jobs; return those that were."""
        alive = [job.id for job in self.list(jobs=jobs, states=("queued", "building"))]
        for start in range(0, len(alive), _CHUNK):
            self.client.cancel_workflows(alive[start : start + _CHUNK])
        self.wake.set()
        return alive

    def list(
        self, *, states: Sequence[State] = (), jobs: Sequence[str] | None = None, limit: int | None = None
    ) -> list[Job]:
        """Return jobs, oldest first."""
        status = [name for state in states for name in _DBOS_STATES[state]] or None
        if jobs is not None:
            parts = [list(jobs[start : start + _CHUNK]) for start in range(0, len(jobs), _CHUNK)]
        else:
            parts = [None]
        prefix = None if jobs is not None else f"{self.database.project}-"
        found = [
            self.client.list_workflows(
                workflow_ids=part, status=status, workflow_id_prefix=prefix, limit=limit, load_output=False
            )
            for part in parts
        ]
        return [job_of(status) for part in found for status in part]

    def ended(self, jobs: Sequence[str]) -> set[str]:
        """Return those of the jobs that have ended, well or not; cancelled ones have not."""
        table = SystemDatabase.tables.workflow_status
        states = [name for state in ("done", "failed") for name in _DBOS_STATES[state]]
        found: set[str] = set()
        with self._connection() as connection:
            for start in range(0, len(jobs), _CHUNK):
                where = table.c.workflow_uuid.in_(jobs[start : start + _CHUNK]), table.c.status.in_(states)
                found.update(connection.execute(sa.select(table.c.workflow_uuid).where(*where)).scalars())
        return found

    def counts(self) -> dict[State, int]:
        """Return how many jobs are in each state."""
        table = SystemDatabase.tables.workflow_status
        query = (
            sa.select(table.c.status, sa.func.count())
            .where(table.c.workflow_uuid.like(f"{self.database.project}-%"))
            .group_by(table.c.status)
        )
        with self._connection() as connection:
            found = dict(connection.execute(query).fetchall())
        return {state: sum(found.get(name, 0) for name in names) for state, names in _DBOS_STATES.items()}

    def forget(self, before: float, keep: Sequence[State] = ("queued", "building")) -> int:
        """Remove jobs that ended before a time in seconds since 1970; return how many."""
        table = SystemDatabase.tables.workflow_status
        kept = [name for state in keep for name in _DBOS_STATES[state]]
        query = sa.select(table.c.workflow_uuid).where(
            table.c.workflow_uuid.like(f"{self.database.project}-%"),
            table.c.status.notin_(kept),
            table.c.updated_at < int(before * 1000),
        )
        with self._connection() as connection:
            jobs = list(connection.execute(query).scalars())
        for start in range(0, len(jobs), _CHUNK):
            self.client.delete_workflows(jobs[start : start + _CHUNK])
        return len(jobs)

    def pause(self, paused: bool) -> None:
        """Let no new job start, or let them start again; those that run go on."""
        self.database.set("paused", "yes" if paused else None)
        self.wake.set()

    def is_paused(self) -> bool:
        """Return whether no new job may start."""
        return self.database.setting("paused") is not None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Give a connection for `submit` and the caller's own tables; both are there at the end, or neither."""
        with self.client._sys_db.engine.begin() as connection:
            yield connection
            notify(connection, self.name)
        self.wake.set()

    def _connection(self) -> Any:
        return self.client._sys_db.engine.connect()

    def _status(self, connection: sa.Connection, job: str) -> str | None:
        table = SystemDatabase.tables.workflow_status
        return connection.execute(sa.select(table.c.status).where(table.c.workflow_uuid == job)).scalar()

    def _forget(self, connection: sa.Connection, jobs: Sequence[str]) -> None:
        tables = SystemDatabase.tables
        for table in (tables.workflow_input, tables.workflow_output, tables.operation_outputs, tables.workflow_status):
            connection.execute(sa.delete(table).where(table.c.workflow_uuid.in_(jobs)))


@contextlib.contextmanager
def open_queue(directory: Path, url: str | None = None) -> Iterator[Queue]:
    """Open the queue of a project, made where it is missing; see `open_database`.

    What the database refuses inside the block, and nobody there waits for, ends it with an ImporterError.
    """
    with open_database(directory, url) as database, database_errors(database.engine):
        client = DBOSClient(
            system_database_engine=database.engine, application_name=NAME, lazy=True, retry_connection_errors=False
        )
        client._sys_db.run_migrations()
        try:
            yield Queue(database, client)
        finally:
            client.destroy()
