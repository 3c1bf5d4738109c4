"""What became of every picture: beside the queue's jobs, in the same database.

The queue knows jobs. The ledger knows which files, as they were, led to which job, which folder below out/ belongs to
which picture, and what was published there last. The watcher owns it; workers write outcomes into rows that still want
their job, and mark them as news.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from importer.daemon.queue.database import FOLDER, Database, pictures, sqlite_path
from importer.daemon.queue.jobs import Job
from importer.daemon.queue.lanes import Machine, machines
from importer.daemon.queue.queue import open_queue
from importer.daemon.queue.take import LEASE_S
from importer.daemon.scan import Stamp
from importer.errors import ImporterError
from importer.system.lock import try_lock

State = Literal["queued", "done", "failed", "cancelled", "changed", "gone"]


@dataclass
class Entry:
    """One picture: ``stamp`` and ``profiles`` are what led to its state."""

    state: State = "queued"
    stamp: Stamp | None = None
    profiles: dict[str, Stamp] = field(default_factory=dict)
    job: str = ""  # that the picture wants now
    published: str = ""  # the job whose asset is in the folder
    name: str = ""  # that the profile or the file asked for
    folder: str = ""  # below out/; its last part may differ from name where two pictures want the same
    error: dict[str, str] | None = None  # kind, what, where, fix
    warnings: list[str] = field(default_factory=list)
    findings: list[dict[str, str]] = field(default_factory=list)
    seconds: float = 0.0
    tries: int = 0  # that a full disk or the like has ended
    host: str = ""  # of the machine that has built this
    network: str = ""  # of the machine that has run the network for it, where that was another one
    version: str = ""  # of the importer

    def fail(self, error: ImporterError) -> None:
        """Note a failure."""
        self.state, self.error = "failed", error_record(error)

    def message(self) -> str:
        """Return the error as one line."""
        error = self.error or {}
        return str(ImporterError(error.get("what", ""), where=error.get("where", ""), fix=error.get("fix", "")))


def error_record(error: ImporterError) -> dict[str, str]:
    """Return an error as entries keep it."""
    return {"kind": type(error).__name__, "what": error.what, "where": error.where, "fix": error.fix}


class Ledger:
    """The watcher's view: all entries by picture, in memory, and the rows that keep them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.entries: dict[str, Entry] = read_entries(database)

    def save(self, names: Iterable[str], connection: sa.Connection) -> None:
        """Write the entries of these pictures; those that are no longer there are removed."""
        names = list(names)
        project = self.database.project
        keys = [{"_picture": _key(name)} for name in names]
        if not keys:
            return
        where = (pictures.c.project == project, pictures.c.picture == sa.bindparam("_picture"))
        connection.execute(sa.delete(pictures).where(*where), keys)
        rows = [
            {
                "project": project,
                "picture": _key(name),
                "job": entry.job,
                "state": entry.state,
                "news": False,
                "entry": json.dumps(vars(entry)),
            }
            for name in names
            if (entry := self.entries.get(name))
        ]
        if rows:
            connection.execute(sa.insert(pictures), rows)

    def news(self) -> list[str]:
        """Take over what workers have written since; return the pictures."""
        where = (pictures.c.project == self.database.project, pictures.c.news)
        with self.database.engine.connect() as connection:
            rows = connection.execute(sa.select(pictures.c.picture, pictures.c.job, pictures.c.entry).where(*where))
            found = {name: (row.job, _entry(row.entry)) for row in rows if (name := _name(row.picture)) is not None}
        if not found:
            return []
        keys = [{"_picture": _key(name), "_job": job} for name, (job, _) in found.items()]
        seen = (
            pictures.c.project == self.database.project,
            pictures.c.picture == sa.bindparam("_picture"),
            pictures.c.job == sa.bindparam("_job"),
        )
        with self.database.engine.begin() as connection:
            connection.execute(sa.update(pictures).where(*seen).values(news=False), keys)
        for name, (_, entry) in found.items():
            self.entries[name] = entry
        return list(found)


@dataclass(frozen=True)
class Status:
    """What ``importer status`` shows."""

    running: bool
    entries: dict[str, Entry]
    jobs: list[Job] = field(default_factory=list)  # that wait or run
    paused: bool = False
    machines: list[Machine] = field(default_factory=list)  # that take jobs, where several may


def status(directory: Path, url: str | None = None) -> Status:
    """Return what the daemon of a project has done, and whether it runs now."""
    running = is_watched(directory)
    if not url and not sqlite_path(directory).exists():
        return Status(running, {})
    with open_queue(directory, url) as queue:
        entries = read_entries(queue.database)
        taking = machines(queue, LEASE_S) if queue.database.is_shared else []
        return Status(running, entries, queue.list(states=("queued", "building")), queue.is_paused(), taking)


def is_watched(directory: Path) -> bool:
    """Return whether a daemon holds the project's lock."""
    file = directory / FOLDER / "lock"
    lock = try_lock(file) if file.exists() else None
    if lock:
        lock.release()
    return file.exists() and lock is None


def read_entries(database: Database) -> dict[str, Entry]:
    """Return the entries of all pictures as they are in the database."""
    query = sa.select(pictures.c.picture, pictures.c.entry).where(pictures.c.project == database.project)
    with database.engine.connect() as connection:
        rows = connection.execute(query.order_by(pictures.c.picture)).fetchall()
    return {name: _entry(row.entry) for row in rows if (name := _name(row.picture)) is not None}


def wanted_job(database: Database, picture: str) -> str | None:
    """Return the job that a picture wants now; None where the picture is gone."""
    with database.engine.connect() as connection:
        return connection.execute(sa.select(pictures.c.job).where(*_row(database, picture))).scalar()


def record(database: Database, picture: str, job: str, **changes: Any) -> bool:
    """Write a job's outcome into the picture's row; return False where the picture wants another job by now."""
    where = (*_row(database, picture), pictures.c.job == job)
    with database.engine.begin() as connection:
        text = connection.execute(sa.select(pictures.c.entry).where(*where).with_for_update()).scalar()
        if text is None:
            return False
        document = json.loads(text) | changes
        values = {"entry": json.dumps(document), "state": document["state"], "news": True}
        return connection.execute(sa.update(pictures).where(*where).values(values)).rowcount == 1


def _row(database: Database, picture: str) -> tuple[Any, ...]:
    return pictures.c.project == database.project, pictures.c.picture == _key(picture)


def _key(picture: str) -> str:
    return json.dumps(picture)  # a file name on Linux need not be text, and databases insist on it


def _name(key: str) -> str | None:
    """Return what `_key` was made of; None for a row that is damaged."""
    with contextlib.suppress(ValueError):
        name = json.loads(key)
        return name if isinstance(name, str) else None
    return None


def _entry(text: str) -> Entry:
    """Return an entry; of a damaged row, one that says that the picture must be looked at again."""
    try:
        values, known = json.loads(text), {f.name for f in fields(Entry)}
        entry = Entry(**{key: value for key, value in values.items() if key in known})
        entry.stamp = _stamp(entry.stamp) if entry.stamp else None
        entry.profiles = {name: _stamp(stamp) for name, stamp in entry.profiles.items()}
    except (ValueError, TypeError, AttributeError):
        return Entry(state="changed")
    return entry


def _stamp(value: Any) -> Stamp:
    size, time = value
    return int(size), int(time)
