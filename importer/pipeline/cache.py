"""The stage cache: what a stage made, under a hash of all that it was made from.

Several processes share it without a lock: an entry is written into a folder of its own and renamed into place, and
whoever comes second throws its copy away. Readers load whole entries into memory, so an entry may be evicted at any
time; the next one who wants it computes it again.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from importer.errors import ImporterError
from importer.pipeline.codec import DecodeError
from importer.pipeline.entry import RECORD, read_entry, write_entry
from importer.system.files import output_error
from importer.system.folders import user_cache_folder
from importer.system.partial import abandoned, partial_folder

DEFAULT_SIZE = 10 * 10**9
_EVICT_TO = 0.9  # of the limit, so that a full cache is not scanned at every entry
_RECOUNT = 0.05  # of the limit, written since the last scan: other processes write too
_ATTEMPTS = 10
_UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
Warn = Callable[[str], None]


def default_folder() -> Path:
    """Return IMPORTER_CACHE, else the platform's place for caches."""
    chosen = os.environ.get("IMPORTER_CACHE")
    return Path(chosen).expanduser() if chosen else user_cache_folder() / "stages"


def default_size() -> int:
    """Return IMPORTER_CACHE_SIZE in bytes, e.g. ``500MB`` or ``20 GB``, else 10 GB.

    Raises
    ------
    ImporterError
        It is no size.
    """
    text = os.environ.get("IMPORTER_CACHE_SIZE", "").strip()
    if not text:
        return DEFAULT_SIZE
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?B?)", text, re.IGNORECASE)
    unit = found[2].upper().removesuffix("B") if found else ""
    if not found:
        raise ImporterError(f"{text!r} is no size", where="IMPORTER_CACHE_SIZE", fix="Write it like 500MB or 20GB.")
    return int(float(found[1]) * _UNITS[f"{unit}B" if unit else ""])


class Cache:
    """A cache in ``folder`` that keeps to ``size`` bytes by removing what was not used for longest.

    Parameters
    ----------
    folder : Path, optional
        Default: `default_folder`.
    size : int, optional
        Default: `default_size`.
    """

    def __init__(self, folder: Path | None = None, size: int | None = None) -> None:
        self.folder = folder or default_folder()
        self.size = default_size() if size is None else size
        self._used: int | None = None
        self._written = 0  # since the last scan

    def has(self, key: str) -> bool:
        """Return whether there is an entry; reading it may still fail."""
        return (self._entry(key) / RECORD).exists()

    def load(self, key: str, warn: Warn) -> tuple[Any] | None:
        """Return the record in a tuple of one, or None; a damaged entry is removed, with a warning."""
        folder = self._entry(key)
        try:
            record = self._read(folder)
        except (DecodeError, OSError) as error:
            if not self.has(key):
                return None  # never there, or evicted while it was read
            warn(f"the cache entry {folder} cannot be used and is made again: {error}")
            self._discard(folder)
            return None
        with contextlib.suppress(OSError):
            os.utime(folder / RECORD)
        return (record,)

    def store(self, key: str, stage: str, record: Any, warn: Warn) -> None:
        """Keep ``record``; where the disk refuses, warn and go on without.

        Raises
        ------
        TypeError
            The record holds something that a record cannot hold.
        """
        target = self._entry(key)
        try:
            with partial_folder(self.folder) as partial:
                written = write_entry(partial, stage, record)
                target.parent.mkdir(parents=True, exist_ok=True)
                self._keep_first(partial, target)
            self._make_room(written)
        except OSError as error:
            warn(f"the stage cache is not used for {stage}: {output_error(error, self.folder)}")

    def trim(self) -> int:
        """Keep to the limit now, entries of other processes too; return the bytes freed."""
        before = sum(size for _, size, _ in self._entries())
        self._used = None
        self._make_room(0)
        return before - (self._used or 0)

    def _read(self, folder: Path) -> Any:
        """Read an entry, again where another process evicted it and another one made it anew at that moment."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return read_entry(folder)
            except FileNotFoundError:
                if not (folder / RECORD).exists():
                    raise
        return read_entry(folder)

    def _keep_first(self, partial: Path, target: Path) -> None:
        """Rename `partial` unless an entry is there; what is no entry, or is just being evicted, makes way."""
        for attempt in range(_ATTEMPTS):
            try:
                return os.rename(partial, target)
            except OSError:
                if (target / RECORD).exists():
                    return None
                if attempt == _ATTEMPTS - 1:
                    raise
            self._discard(target)
        return None

    def _entry(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def _discard(self, folder: Path) -> None:
        """Take an entry away in one step, so that nobody meets half of it."""
        # OSError: another process was first, or, on Windows, reads it.
        with contextlib.suppress(OSError), partial_folder(self.folder) as partial:
            os.rename(folder, partial / "evicted")

    def _make_room(self, written: int) -> None:
        """Evict by last use once the limit is passed; entries of other processes are counted at each scan."""
        self._written += written
        if self._used is None or self._written > self.size * _RECOUNT:
            for _ in abandoned(self.folder):
                pass  # each is removed on the way
            self._used = sum(size for _, size, _ in self._entries())
            self._written = 0
        else:
            self._used += written
        if self._used <= self.size:
            return
        entries = sorted(self._entries())
        self._used = sum(size for _, size, _ in entries)
        for _, size, folder in entries:
            if self._used <= self.size * _EVICT_TO:
                break
            self._discard(folder)
            self._used -= size

    def _entries(self) -> list[tuple[int, int, Path]]:
        """Return (time of last use, size, folder) of every entry."""
        found = []
        for record in self.folder.glob(f"??/*/{RECORD}"):
            try:
                used = record.stat().st_mtime_ns
                size = sum(file.stat().st_size for file in os.scandir(record.parent))
            except OSError:
                continue  # just evicted by another process
            found.append((used, size, record.parent))
        return found
