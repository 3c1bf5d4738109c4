"""What became of every picture: ``DIR/.importer/state.json``, replaced in one step at each change."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from importer.daemon.scan import Stamp
from importer.errors import ImporterError
from importer.system.files import write_atomically
from importer.system.lock import try_lock

FOLDER = ".importer"
_SCHEMA = 1
State = Literal["queued", "building", "done", "failed", "gone"]


@dataclass
class Entry:
    """One picture: ``stamp`` and ``profiles`` are what led to its state, the hashes what was published last."""

    state: State = "queued"
    stamp: Stamp | None = None
    profiles: dict[str, Stamp] = field(default_factory=dict)
    sha256: str = ""
    profile_sha256: str = ""
    name: str = ""  # that the profile or the file asked for
    folder: str = ""  # published below out/; its last part may differ from name where two pictures want the same
    error: dict[str, str] | None = None  # kind, what, where, fix
    warnings: list[str] = field(default_factory=list)
    findings: list[dict[str, str]] = field(default_factory=list)
    seconds: float = 0.0
    deaths: int = 0  # of the importer while it was building this
    tries: int = 0  # that a full disk or the like has ended
    version: str = ""  # of the importer

    def fail(self, error: ImporterError) -> None:
        """Note a failure."""
        self.state = "failed"
        self.error = {"kind": type(error).__name__, "what": error.what, "where": error.where, "fix": error.fix}

    def message(self) -> str:
        """Return the error as one line."""
        error = self.error or {}
        return str(ImporterError(error.get("what", ""), where=error.get("where", ""), fix=error.get("fix", "")))


@dataclass(frozen=True)
class Status:
    """What ``importer status`` shows."""

    running: bool
    entries: dict[str, Entry]


class Ledger:
    """The entries by picture, and the file that keeps them."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / FOLDER / "state.json"
        self.entries: dict[str, Entry] = {}

    def load(self) -> str | None:
        """Read the file; a damaged one is kept aside, and the return value says so."""
        try:
            self.entries = _decode(self.path.read_bytes())
        except FileNotFoundError:
            self.entries = {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            aside = self.path.with_suffix(".damaged.json")
            os.replace(self.path, aside)
            return f"{self.path} is damaged ({error}); it is kept as {aside.name}, and all pictures are looked at again"
        return None

    def save(self) -> None:
        """Write the file.

        Raises
        ------
        OutputError
            The disk refuses; the old file is untouched.
        """
        entries = {name: vars(entry) for name, entry in sorted(self.entries.items())}
        write_atomically(self.path, json.dumps({"schema": _SCHEMA, "pictures": entries}).encode())


def status(directory: Path) -> Status:
    """Return what the daemon of a project has done, and whether it runs now."""
    ledger = Ledger(directory)
    try:
        ledger.entries = _decode(ledger.path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        ledger.entries = {}
    lock_file = directory / FOLDER / "lock"
    lock = try_lock(lock_file) if lock_file.exists() else None
    running = lock_file.exists() and lock is None
    if lock:
        lock.release()
    return Status(running, ledger.entries)


def _decode(data: bytes) -> dict[str, Entry]:
    document = json.loads(data)
    if document["schema"] != _SCHEMA:
        raise ValueError(f"its schema is {document['schema']}, not {_SCHEMA}")
    return {name: _entry(values) for name, values in document["pictures"].items()}


def _entry(values: dict[str, Any]) -> Entry:
    known = {f.name for f in fields(Entry)}
    entry = Entry(**{key: value for key, value in values.items() if key in known})
    entry.stamp = _stamp(entry.stamp) if entry.stamp else None
    entry.profiles = {name: _stamp(stamp) for name, stamp in entry.profiles.items()}
    return entry


def _stamp(value: Any) -> Stamp:
    size, time = value
    return int(size), int(time)
