"""Files and folders that appear whole or not at all, and the words for a disk that refuses."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import stat
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from importer.errors import OutputError

_SHARING_ERRORS = (
    5,
    32,
    33,
    145,
)  # Windows: access denied, sharing, lock violation, folder not empty: scanners, indexers


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``: after a crash or power cut the file is the old one or the new one, never a mixture.

    Raises
    ------
    OutputError
        The disk is full or the folder cannot be written; the old file is untouched.
    """
    partial = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        write_synced(partial, data)
        retried(lambda: os.replace(partial, path))
        sync_folder(path.parent)
    except OSError as error:
        raise output_error(error, path) from error
    finally:
        partial.unlink(missing_ok=True)


def write_synced(path: Path, data: bytes) -> None:
    """Write ``data`` and have it on the disk on return."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in ``folder`` on the disk on return; Windows has no such call and does it by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def exchange_folders(finished: Path, target: Path, aside: Path) -> Path | None:
    """Move the folder ``finished`` to ``target``; return where the folder that was there before lies now, if any.

    On Linux the two are exchanged in one step (renameat2(2), RENAME_EXCHANGE). Elsewhere, and on file systems that
    cannot, the old folder goes to ``aside`` first: for a moment there is none, and whoever finds ``aside`` without
    ``target`` after a crash must move it back.
    """
    old = None
    if target.exists():
        if _exchange(finished, target):
            old = finished
        else:
            retried(lambda: os.rename(target, aside))
            old = aside
    if old is not finished:
        try:
            retried(lambda: os.rename(finished, target))
        except OSError:
            if old is not None:
                retried(lambda: os.rename(aside, target))
            raise
    sync_folder(target.parent)
    return old


def _exchange(one: Path, other: Path) -> bool:
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return libc.renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def retried(action: Callable[[], None], seconds: float = 5.0) -> None:
    """Run ``action`` again while Windows says that somebody else, such as a virus scanner, has the file open."""
    end = time.monotonic() + seconds
    while True:
        try:
            return action()
        except OSError as error:
            if getattr(error, "winerror", None) not in _SHARING_ERRORS or time.monotonic() > end:
                raise
        time.sleep(0.05)


def remove_folder(folder: Path) -> None:
    """Remove ``folder`` and what is in it, read-only files too; nothing happens where it is missing or resists."""

    def writable_first(action: Callable[..., object], path: str, _: object) -> None:
        with contextlib.suppress(OSError):
            os.chmod(path, stat.S_IRWXU)
            action(path)

    if sys.version_info >= (3, 12):
        shutil.rmtree(folder, onexc=writable_first)
    else:
        shutil.rmtree(folder, onerror=writable_first)


def require_space(folder: Path, size: int) -> None:
    """Raise OutputError unless the disk of ``folder`` has ``size`` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise OutputError(
            f"the disk has {free / 2**20:.1f} MiB free and {size / 2**20:.1f} MiB are needed",
            where=str(folder),
            fix="Free space on this disk, or choose another output folder.",
        )


def output_error(error: OSError, path: Path) -> OutputError:
    """Return what ``error``, met when writing ``path``, means to a user."""
    elsewhere = "or choose another output folder."
    number = error.errno
    if number in (errno.ENOSPC, errno.EDQUOT) or getattr(error, "winerror", None) in (39, 112):
        what, fix = "the disk is full", f"Free space on this disk, {elsewhere}"
    elif number in (errno.EACCES, errno.EPERM):
        what, fix = "there is no permission to write here", f"Change the permissions, {elsewhere}"
    elif number == errno.EROFS:
        what, fix = "the disk is read-only", f"Make it writable, {elsewhere}"
    elif number in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        what, fix = "a file is in the way of a folder, or a folder of a file", f"Move it away, {elsewhere}"
    elif number == errno.ENAMETOOLONG:
        what, fix = "the path is too long for this disk", f"Give the asset a shorter name, {elsewhere}"
    else:
        what, fix = f"writing failed ({error.strerror or error})", f"Check the disk, {elsewhere}"
    return OutputError(what, where=str(path), fix=fix)
