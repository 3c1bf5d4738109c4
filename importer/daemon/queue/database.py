"""Where the queue is kept: an SQLite file in the project, or a PostgreSQL database that several machines share.

DBOS has its own tables there; the ones below say what DBOS does not: which picture wants which job, who is alive, and
whether the project is paused.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError

from importer.daemon.queue.mounts import network_share
from importer.errors import ImporterError
from importer.system.files import output_error, write_synced

FOLDER = ".importer"
FILE = "queue.sqlite"
SCHEMA = 1
_BUSY_MS = 30_000
_IDLE_TRANSACTION_MS = 60_000  # a frozen machine must not hold a row for longer
_METADATA = sa.MetaData()

pictures = sa.Table(
    "importer_pictures",
    _METADATA,
    sa.Column("project", sa.String, primary_key=True),
    sa.Column("picture", sa.String, primary_key=True),
    sa.Column("job", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("news", sa.Boolean, nullable=False),  # written by a worker, not yet seen by the watcher
    sa.Column("entry", sa.Text, nullable=False),
    sa.Index("importer_pictures_news", "project", "news"),
)
leases = sa.Table(
    "importer_leases",
    _METADATA,
    sa.Column("project", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("token", sa.String, nullable=False),
    sa.Column("seen", sa.Float, nullable=False),  # seconds, the database's clock
)
settings = sa.Table(
    "importer_settings",
    _METADATA,
    sa.Column("project", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)


@dataclass(frozen=True)
class Database:
    """An open database; `project` keeps several projects in one apart."""

    engine: sa.Engine
    project: str

    @property
    def is_shared(self) -> bool:
        """Whether other machines may use it."""
        return self.engine.dialect.name == "postgresql"

    def now(self) -> Any:
        """Return the SQL for the database's own clock in seconds, the one that all machines agree on."""
        if self.is_shared:
            return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Float)
        return (sa.func.julianday("now") - 2440587.5) * 86400.0

    def setting(self, key: str) -> str | None:
        """Return a setting of the project."""
        query = sa.select(settings.c.value).where(settings.c.project == self.project, settings.c.key == key)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar()

    def set(self, key: str, value: str | None) -> None:
        """Set or, with None, remove a setting of the project."""
        with self.engine.begin() as connection:
            connection.execute(sa.delete(settings).where(settings.c.project == self.project, settings.c.key == key))
            if value is not None:
                connection.execute(sa.insert(settings).values(project=self.project, key=key, value=value))


def sqlite_path(directory: Path) -> Path:
    """Return where the project's own queue is kept."""
    return directory / FOLDER / FILE


@contextlib.contextmanager
def open_database(directory: Path, url: str | None = None) -> Iterator[Database]:
    """Open the database of a project.

    Parameters
    ----------
    directory : Path
        The project.
    url : str, optional
        ``postgresql://user@host/name``. Default: an SQLite file in the project.

    Raises
    ------
    ImporterError
        It cannot be reached, is damaged, or belongs to a newer importer; SQLite is wanted on a network share.
    """
    try:
        (directory / FOLDER).mkdir(exist_ok=True)
        project = _project(directory)
    except OSError as error:
        raise output_error(error, directory / FOLDER) from error
    engine = _postgres(url) if url else _sqlite(sqlite_path(directory))
    try:
        with database_errors(engine):
            _prepare(engine)
        yield Database(engine, project)
    finally:
        engine.dispose()


@contextlib.contextmanager
def database_errors(engine: sa.Engine) -> Iterator[None]:
    """Say a database's failure in words."""
    where = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except DBAPIError as error:
        text = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        fix = (
            "Check the address, and that the server runs." if engine.dialect.name == "postgresql" else "Check the disk."
        )
        raise ImporterError(f"the database of the queue does not work ({text})", where=where, fix=fix) from error


def is_damaged(path: Path) -> str:
    """Return what is wrong with an SQLite file, or an empty text."""
    if not path.exists():
        return ""
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=_BUSY_MS / 1000)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        return "" if found == "ok" else str(found)
    except sqlite3.DatabaseError as error:
        # A full disk or a lock is no damage; who opens the database says so.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        return str(error) if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) else ""


def _sqlite(path: Path) -> sa.Engine:
    share = network_share(path.parent)
    if share:
        what = f"the project is on a network share ({share}), where SQLite loses data"
        fix = "Use a PostgreSQL database: --database postgresql://user@host/name."
        raise ImporterError(what, where=str(path.parent), fix=fix)
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=10, max_overflow=20)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = "IMMEDIATE"  # as DBOS has it: writers wait for each other instead of failing
        # NORMAL: a power cut may take back the last moments, but never mixes them up; the next look finds them again.
        for pragma in (f"busy_timeout={_BUSY_MS}", "foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _postgres(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise ImporterError(
            "this is no PostgreSQL address", where=url, fix="Write it like postgresql://user@host/name."
        )
    options = f"-c idle_in_transaction_session_timeout={_IDLE_TRANSACTION_MS}"
    return sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        connect_args={"application_name": "importer", "connect_timeout": 10, "options": options},
    )


def _prepare(engine: sa.Engine) -> None:
    """Make our own tables; refuse a database that a newer importer has made."""
    with engine.begin() as connection:
        is_file = engine.dialect.name == "sqlite"
        # Several processes may start at once.
        connection.execute(sa.text("BEGIN IMMEDIATE" if is_file else "SELECT pg_advisory_xact_lock(7391045)"))
        _METADATA.create_all(connection)
        where = (settings.c.project == "", settings.c.key == "schema")
        found = connection.execute(sa.select(settings.c.value).where(*where)).scalar()
        if found is None:
            connection.execute(sa.insert(settings).values(project="", key="schema", value=str(SCHEMA)))
        elif int(found) > SCHEMA:
            raise _newer(engine)
    if _dbos_is_newer(engine):
        raise _newer(engine)


def _dbos_is_newer(engine: sa.Engine) -> bool:
    from dbos._migration import get_migration_versions, get_sqlite_migration_versions

    if engine.dialect.name == "sqlite":
        current, known = get_sqlite_migration_versions(engine)
    else:
        current, known = get_migration_versions(engine, "dbos", use_listen_notify=False)
    return current > known


def _newer(engine: sa.Engine) -> ImporterError:
    where = engine.url.render_as_string(hide_password=True)
    return ImporterError("a newer importer has made this database", where=where, fix="Update the importer.")


def _project(directory: Path) -> str:
    """Return the project's identity, which all machines read from its folder."""
    file = directory / FOLDER / "project"
    partial = file.with_name(f"project.{uuid.uuid4().hex}.tmp")
    if not file.exists():
        try:
            write_synced(partial, uuid.uuid4().hex[:12].encode())
            try:
                file.hardlink_to(partial)
            except FileExistsError:
                pass
            except OSError:  # a file system without hard links
                partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    name = file.read_text("utf-8", "replace").strip()
    if not re.fullmatch("[0-9a-f]{12}", name):
        fix = "Delete this file: the project gets a new one, and all pictures are looked at again."
        raise ImporterError("the project's identity is damaged", where=str(file), fix=fix)
    return name
