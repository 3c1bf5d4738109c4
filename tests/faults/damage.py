"""What bad disks and bad luck do to the daemon's own state while it does not run."""

import os
import sqlite3
from contextlib import closing

from importer.daemon.queue.database import sqlite_path

RECORDS = ("'{'", "'[]'", "'{\"stamp\": 7}'", "''")  # SQL texts that are no ledger's entry
_PAGE = 4096


def change(project, statement, *values):
    """Change the queue's file by SQL."""
    with closing(sqlite3.connect(sqlite_path(project))) as connection:
        connection.execute(statement, values)
        connection.commit()


def record(project, picture, damage):
    """Replace a picture's record in the ledger by one of `RECORDS`."""
    change(project, f"UPDATE importer_pictures SET entry = {damage} WHERE picture = ?", f'"{picture}"')


def pages(project, first=2, step=3):
    """Overwrite the beginning of every so-manyth page of the queue's file."""
    path = _in_one_file(project)
    data = bytearray(path.read_bytes())
    for page in range(first, len(data) // _PAGE, step):
        data[page * _PAGE : page * _PAGE + 64] = os.urandom(64)
    path.write_bytes(data)


def cut(project, part):
    """Leave a part of the queue's file, between 0 and 1."""
    path = _in_one_file(project)
    size = path.stat().st_size // _PAGE
    os.truncate(path, max(1, int(size * part)) * _PAGE)


def noise(project):
    """Replace the queue's file by noise."""
    path = _in_one_file(project)
    path.write_bytes(os.urandom(path.stat().st_size))


def cache(folder):
    """Change the last byte of every file in the cache."""
    for file in folder.glob("??/*/*"):
        data = file.read_bytes()
        file.write_bytes(data[:-1] + bytes([data[-1] ^ 0xFF]))


def _in_one_file(project):
    path = sqlite_path(project)
    if path.with_name(path.name + "-wal").exists():
        change(project, "PRAGMA wal_checkpoint(TRUNCATE)")
    return path
