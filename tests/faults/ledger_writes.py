"""Opens and closes a ledger again and again, with another write failing each time, alone or with all that follow.

``python -m tests.faults.ledger_writes FOLDER`` prints how many writes there were, and after which rows were missing.
Each time is a fork of a process that has one thread, and works on a copy of the same state: a database of which only
the journal holds the pictures, as a daemon that was killed leaves it.
"""

import contextlib
import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path

from importer.daemon.ledger import Entry, Ledger
from importer.daemon.queue.database import is_damaged, sqlite_path
from importer.daemon.queue.queue import open_queue
from importer.errors import ImporterError
from tests.faults import writes

NUMBER = 15


def fill(project):
    """Make the ledger, in a process that dies with its database open."""
    if os.fork() == 0:
        with open_queue(project) as queue:
            ledger = Ledger(queue.database)
            for i in range(NUMBER):
                ledger.entries[f"a{i}.png"] = Entry(folder=f"a{i}")
                with queue.transaction() as connection:
                    ledger.save([f"a{i}.png"], connection)
            os._exit(0)
    os.wait()


def reopen(project):
    """Open the ledger as a start does, change a row, and close it."""
    is_damaged(sqlite_path(project))
    with open_queue(project) as queue:
        ledger = Ledger(queue.database)
        with queue.transaction() as connection:
            ledger.save(["a3.png"], connection)


class FullFrom(writes.Counter):
    """The disk stays full once a write has failed."""

    is_full = False

    def fails(self, kind, where):
        self.is_full = super().fails(kind, where) or self.is_full
        return self.is_full


def fails_at(root, number, kind):
    """Reopen a copy while a write fails; return how many writes there were, and whether all rows are there."""
    project, log = root / f"copy{number}", root / f"log{number}"
    shutil.copytree(root / "project", project)
    counted = writes.Writes(log)
    counted.fail(number)
    if os.fork() == 0:
        counter = kind(str(root), str(log))
        writes._patch(counter, setattr)
        writes._patch_sqlite(counter)
        with contextlib.suppress(ImporterError):
            reopen(project)
        os._exit(0)
    os.wait()
    with contextlib.closing(sqlite3.connect(sqlite_path(project))) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM importer_pictures").fetchone()
    is_whole = rows == NUMBER and not is_damaged(sqlite_path(project))
    shutil.rmtree(project)
    return len(counted), is_whole


def main(root):
    (root / "project").mkdir()
    fill(root / "project")
    found = {}
    for kind in (writes.Counter, FullFrom):
        number, count, missing = 0, 0, []
        while number <= count:
            number += 1
            count, is_whole = fails_at(root, number, kind)
            missing += [] if is_whole else [number]
        found[kind.__name__] = [count, missing]
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
