"""Who is alive, by the database's clock; and what becomes of the jobs of those who are not.

DBOS leaves the jobs of a machine that vanished where they are. A row that its owner renews says that it lives; the
others take over what belongs to a row that nobody has renewed for a while. One that was only asleep finds its jobs
gone: DBOS refuses the outcome of an execution that no longer owns its job.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa
from dbos import DBOS
from dbos._sys_db import SystemDatabase
from sqlalchemy.exc import DBAPIError, IntegrityError

from importer.daemon.queue.background import in_background
from importer.daemon.queue.database import Database, leases
from importer.errors import ImporterError

HOST = "host:"  # leases of those who take jobs


@dataclass
class Lease:
    """The right to a name for as long as this process renews it."""

    database: Database
    name: str
    seconds: float
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    fair_from: float = 0.0  # when, on the monotonic clock, others have had the time to renew theirs

    @contextlib.contextmanager
    def held(self) -> Iterator[Lease]:
        """Hold the lease; one that an owner who died has left is waited for.

        Raises
        ------
        ImporterError
            Somebody else renews it.
        """
        self._acquire()
        try:
            with in_background("importer-lease", self._renew):
                yield self
        finally:
            with contextlib.suppress(DBAPIError):
                self._release()

    def _acquire(self) -> None:
        end = time.monotonic() + self.seconds * 1.5
        while not self._take():
            if time.monotonic() > end:
                what = f"{self.name.removeprefix(HOST).rpartition('@')[0] or self.name} is at work already"
                raise ImporterError(what, where=self.database.engine.url.render_as_string(), fix="Stop that one first.")
            time.sleep(self.seconds / 10)

    def _take(self) -> bool:
        where = (leases.c.project == self.database.project, leases.c.name == self.name)
        now = self.database.now()
        with self.database.engine.begin() as connection:
            free = sa.or_(leases.c.token == self.token, leases.c.seen < now - self.seconds)
            if connection.execute(sa.update(leases).where(*where, free).values(token=self.token, seen=now)).rowcount:
                return True
            if connection.execute(sa.select(leases.c.token).where(*where)).scalar() is not None:
                return False
            values = {"project": self.database.project, "name": self.name, "token": self.token, "seen": now}
            try:
                connection.execute(sa.insert(leases).values(values))
            except IntegrityError:
                return False
        return True

    def _renew(self, end: threading.Event) -> None:
        wait = self.seconds / 3
        while not end.wait(wait):
            try:
                self._take()
                wait = self.seconds / 3
            except DBAPIError:  # a database that restarts: nobody could renew, and nobody is dead for that
                self.fair_from = time.monotonic() + self.seconds
                wait = self.seconds / 10

    def _release(self) -> None:
        with self.database.engine.begin() as connection:
            where = (
                leases.c.project == self.database.project,
                leases.c.name == self.name,
                leases.c.token == self.token,
            )
            connection.execute(sa.delete(leases).where(*where))


def alive(database: Database, seconds: float) -> list[str]:
    """Return the names whose owners have answered within `seconds`."""
    query = sa.select(leases.c.name).where(
        leases.c.project == database.project, leases.c.seen >= database.now() - seconds
    )
    with database.engine.connect() as connection:
        return sorted(connection.execute(query).scalars())


def takeover(database: Database, seconds: float) -> list[str]:
    """Put the jobs of executors without a living lease back into the queue; return those executors."""
    table = SystemDatabase.tables.workflow_status
    query = (
        sa.select(table.c.executor_id)
        .distinct()
        .where(table.c.status == "PENDING", table.c.workflow_uuid.like(f"{database.project}-%"))
    )
    with database.engine.connect().execution_options(schema_translate_map=_schema(database)) as connection:
        holders = set(connection.execute(query).scalars())
    dead = sorted(holders - {name.removeprefix(HOST) for name in alive(database, seconds)})
    if dead:
        DBOS._recover_pending_workflows(dead)
    return dead


def _schema(database: Database) -> dict[str, str | None]:
    from dbos._schemas.system_database import SCHEMA_PLACEHOLDER

    return {SCHEMA_PLACEHOLDER: "dbos" if database.is_shared else None}
