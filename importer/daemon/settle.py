"""When is a file complete? When nothing changed for a while and it can be opened.

No operating system tells: inotify's close event is missing for files in new folders and on network shares, and Windows'
Explorer gives a file its full size before the first byte; but Explorer also locks it, so that opening fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from importer.daemon.scan import Stamp

EMPTY_WAIT = 5.0  # times as long: an empty file is most likely the beginning of a copy


def can_open(path: Path) -> bool:
    """Return whether the file can be read now."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError:
        return False
    return True


@dataclass
class Settler:
    """Remembers since when each file has been as it is; times in seconds of one monotonic clock."""

    folder: Path
    settle_s: float
    opens: Callable[[Path], bool] = can_open
    _seen: dict[str, tuple[Stamp, float]] = field(default_factory=dict)
    _opened: dict[str, Stamp] = field(default_factory=dict)

    def look(self, files: Mapping[str, Stamp], now: float) -> None:
        """Take note of all files there are."""
        before = self._seen
        self._seen = {
            name: before[name] if name in before and before[name][0] == stamp else (stamp, now)
            for name, stamp in files.items()
        }
        self._opened = {name: stamp for name, stamp in self._opened.items() if name in files}

    def age(self, name: str, now: float) -> float:
        """Return for how long the file has been as it is."""
        return now - self._seen[name][1] if name in self._seen else 0.0

    def is_settled(self, name: str, now: float) -> bool:
        """Return whether the file is complete."""
        if name not in self._seen:
            return False
        stamp = self._seen[name][0]
        if self.age(name, now) < self.settle_s * (1 if stamp[0] else EMPTY_WAIT):
            return False
        if self._opened.get(name) != stamp:
            if not self.opens(self.folder / name):
                return False
            self._opened[name] = stamp
        return True
