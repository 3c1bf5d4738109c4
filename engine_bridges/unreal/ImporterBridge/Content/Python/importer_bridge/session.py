"""What the bridge remembers between two looks at the watched folders."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from .config import Config
from .job import Engine
from .notes import Refused
from .records import Manifest
from .state import Entry, write_state
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
    readings: dict[Path, Reading] = field(default_factory=dict)
    waiting: dict[Path, Waiting] = field(default_factory=dict)
    blocked: dict[str, float] = field(default_factory=dict)  # when something in the way was looked at last
    again: dict[str, bool] = field(default_factory=dict)  # asked for in the menu; True: replacing edits
    told: set[str] = field(default_factory=set)
    present: frozenset[str] = frozenset()  # keys at the last look

    def tell_once(self, level: str, text: str) -> None:
        """Say something that would be said at every look otherwise."""
        if text not in self.told:
            self.told.add(text)
            self.tell(level, text)

    def keep(self, key: str, entry: Entry) -> None:
        """Note an asset's entry in the state, on disk too."""
        self.state[key] = entry
        write_state(self.project, self.state)
