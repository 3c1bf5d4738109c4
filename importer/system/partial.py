"""Folders in the making, which nobody mistakes for finished ones, and which are found when their process has died.

``<parent>/.partial-<unique>`` is guarded by a lock on ``.partial-<unique>.lock``, which is made before it and removed
after it; so a folder whose lock is free, or gone, has no living owner.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from importer.system.files import remove_folder
from importer.system.lock import Lock, try_lock

_PREFIX = ".partial-"


@contextmanager
def partial_folder(parent: Path, note: str = "") -> Iterator[Path]:
    """Make a folder to build in, on the same disk as ``parent``; whatever still has its name at the end is removed.

    Parameters
    ----------
    note : str
        Kept in the lock file, for whoever finds the folder after a crash.
    """
    parent.mkdir(parents=True, exist_ok=True)
    folder, lock = _locked(parent, note)
    try:
        folder.mkdir()
        yield folder
    finally:
        remove_folder(folder)
        if lock:
            lock.release()
        _lock_file(folder).unlink(missing_ok=True)


def _locked(parent: Path, note: str) -> tuple[Path, Lock | None]:
    """Return the name for a new folder, and its lock; on a file system without locks, the lock file must do alone."""
    while True:
        folder = parent / f"{_PREFIX}{uuid.uuid4().hex}"
        try:
            lock = try_lock(_lock_file(folder), note)
        except OSError:
            if not _lock_file(folder).exists():
                raise
            return folder, None
        if lock and _lock_file(folder).exists():
            return folder, lock
        if lock:  # a sweeper came between making the file and locking it
            lock.release()


def abandoned(parent: Path) -> Iterator[tuple[Path, str]]:
    """Yield the folders, with their notes, whose owners are dead; each is removed after the caller has seen it."""
    if not parent.is_dir():
        return
    names = sorted(entry.name for entry in os.scandir(parent) if entry.name.startswith(_PREFIX))
    for name in dict.fromkeys(name.partition(".lock")[0].partition(".old")[0] for name in names):
        folder = parent / name
        note = ""
        lock = None
        if _lock_file(folder).exists():
            try:
                note = _lock_file(folder).read_text("utf-8", "replace")
                lock = try_lock(_lock_file(folder), note)
            except OSError:
                continue  # just removed by its owner, or nobody can tell whether that one lives
            if lock is None:
                continue
        yield folder, note
        remove_folder(folder)
        remove_folder(aside(folder))
        if lock:
            lock.release()
        _lock_file(folder).unlink(missing_ok=True)


def aside(folder: Path) -> Path:
    """Return where the finished folder that a partial one replaces may lie for a moment."""
    return folder.with_name(f"{folder.name}.old")


def _lock_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")
