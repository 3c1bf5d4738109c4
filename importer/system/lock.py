"""An advisory lock on a file; the operating system releases it when its owner dies, however that happens."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from types import TracebackType

_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_LOCKED_BYTE = 2**30  # Windows locks are mandatory: one beyond the end leaves the file readable


class Lock:
    """A lock that is held until ``release``, the end of a ``with`` block, or the end of the process."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def release(self) -> None:
        """Let the next one have it; the file stays, since removing it would race with a process that just opened it."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def try_lock(path: Path, note: str = "") -> Lock | None:
    """Lock ``path``, made where missing, and write ``note`` into it; return None where somebody holds the lock.

    Raises
    ------
    OSError
        The file cannot be made, or its file system knows no locks, as some network shares.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    try:
        _lock(handle)
    except OSError as error:
        os.close(handle)
        if error.errno in _HELD:
            return None
        raise
    os.ftruncate(handle, 0)
    os.write(handle, note.encode())
    return Lock(handle)


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
