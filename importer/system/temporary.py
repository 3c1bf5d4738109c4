"""Folders for temporary files that are found again, and removed, when their process was killed."""

from __future__ import annotations

import contextlib
import getpass
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from importer.system.partial import abandoned, partial_folder


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder that is removed at the end, or by the next `sweep_temporary` after a kill.

    Raises
    ------
    OSError
        The place for temporary files is full or cannot be written.
    """
    base = _base()
    if base is None:
        with tempfile.TemporaryDirectory(prefix="importer-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    with partial_folder(base) as folder:
        yield folder


def sweep_temporary() -> None:
    """Remove what processes that were killed have left."""
    with contextlib.suppress(OSError):
        base = _base()
        for _ in abandoned(base) if base else ():
            pass  # each is removed on the way


def _base() -> Path | None:
    """Return this user's own folder among the temporary files; None where a stranger has taken the name."""
    base = Path(tempfile.gettempdir()) / f"importer-{_user()}"
    base.mkdir(mode=0o700, exist_ok=True)
    stat = base.lstat()
    is_own = not base.is_symlink() and (not hasattr(os, "getuid") or stat.st_uid == os.getuid())
    return base if is_own else None


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else getpass.getuser()
