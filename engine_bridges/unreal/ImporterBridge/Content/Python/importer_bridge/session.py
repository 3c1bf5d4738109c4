"""What the bridge remembers between two looks at the watched folders."""

from __future__ import annotations

import errno
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from .config import Config
from .job import Engine
from .notes import Refused, refuse
from .records import Manifest
from .state import FILE, Entry, write_state
from .whole import Stamp


@dataclass
class Reading:
    """A manifest as it was read last: its records, or why not."""

    seen: tuple[int, int]  # size, time
    read_at: float
    sha256: str
    manifest: Manifest | None
    refusal: Refused | None = None


@dataclass
class Waiting:
    """A folder that is not whole: why, and its files as they were when they changed last."""

    refusal: Refused
    stamp: Stamp
    since: float
    tried_at: float
    is_said: bool = False


@dataclass
class Session:
    """One run of the bridge in one project."""

    project: Path
    config: Config
    engine: Engine
    state: dict[str, Entry]
    tell: Callable[[str, str], None]  # level ("info", "warning", "error"), text
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    check_out: Callable[[Path], object] = bool  # makes a file writable, where version control has it
    readings: dict[Path, Reading] = field(default_factory=dict)
    waiting: dict[Path, Waiting] = field(default_factory=dict)
    blocked: dict[str, tuple[str, float]] = field(default_factory=dict)  # manifest that was refused, and when
    again: dict[str, bool] = field(default_factory=dict)  # asked for in the menu; True: replacing edits
    told: set[str] = field(default_factory=set)
    present: frozenset[str] = frozenset()  # keys at the last look

    def tell_once(self, level: str, text: str) -> None:
        """Say something that would be said at every look otherwise."""
        if text not in self.told:
            self.told.add(text)
            self.tell(level, text)

    def keep(self, key: str, entry: Entry) -> None:
        """Note an asset's entry in the state, on disk too.

        Raises
        ------
        Refused
            ``FILE_LOCKED``: the state cannot be written; nothing is noted.
        """
        path, state = self.project / FILE, {**self.state, key: entry}
        try:
            if path.exists() and not os.access(path, os.W_OK):
                self.check_out(path)
            if path.exists() and not os.access(path, os.W_OK):
                raise PermissionError(errno.EACCES, "the file is read-only")
            write_state(self.project, state)
        except OSError as error:
            fix = "Check it out, or make it writable."
            raise refuse("FILE_LOCKED", f"the state cannot be written ({error.strerror or error})", FILE, fix) from None
        self.state = state
