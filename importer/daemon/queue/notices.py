"""A word from machine to machine that there may be work, by PostgreSQL's NOTIFY.

It only shortens the wait for the next look: one that is lost costs two seconds.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from importer.daemon.queue.background import in_background
from importer.daemon.queue.database import Database

_CHANNEL = "importer"
_TICK_S = 0.5  # longest wait for the end
_AGAIN_S = 2.0


def notify(connection: sa.Connection, name: str) -> None:
    """Wake those who take from a DBOS queue, on all machines, when the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_notify(_CHANNEL, name)))


@contextlib.contextmanager
def listening(database: Database, name: str, wake: threading.Event) -> Iterator[None]:
    """Set `wake` whenever somebody notifies of this DBOS queue, until the block ends."""
    if not database.is_shared:
        yield
        return
    with in_background("importer-notices", lambda end: _listen(database, name, wake, end)):
        yield


def _listen(database: Database, name: str, wake: threading.Event, end: threading.Event) -> None:
    dbapi = database.engine.dialect.loaded_dbapi
    while not end.is_set():
        with contextlib.suppress(DBAPIError, dbapi.Error), database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql(f"LISTEN {_CHANNEL}")
            driver = connection.connection.driver_connection
            assert driver
            connection.detach()  # it is closed at the end, and nobody else gets it
            while not end.is_set():
                for notice in driver.notifies(timeout=_TICK_S, stop_after=1):
                    if notice.payload == name:
                        wake.set()
        end.wait(_AGAIN_S)  # a server that restarts
