"""Reports of engines on published assets: the daemon notices new ones and tells of them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from importer.pipeline.events import Event
from importer.verify.reports import FOLDER, read_reports

_REST_S = 5.0  # between two looks
_PATIENCE = 200  # times as long as a look took: half a percent of a core, however many assets there are
_Stamps = dict[str, tuple[int, int]]


class ReportWatch:
    """Which reports have been seen. Those that are there at the first look are no news."""

    def __init__(self) -> None:
        self._seen: dict[Path, _Stamps] = {}
        self._is_first = True
        self._next = 0.0

    def is_due(self, now: float) -> bool:
        """Return whether it is time to look again."""
        return now >= self._next

    def news(self, folders: Mapping[str, Path], now: float) -> list[Event]:
        """Return an event for each report that is new or changed.

        Parameters
        ----------
        folders : mapping of str to Path
            Published folder of each picture.
        now : float
            Seconds of a monotonic clock; within a few seconds of the last look nothing is looked at.
        """
        if not self.is_due(now):
            return []
        began = time.monotonic()
        events = [event for picture, folder in sorted(folders.items()) for event in self._of(picture, folder)]
        self._is_first = False
        took = time.monotonic() - began
        self._next = now + max(_REST_S, took * _PATIENCE)
        return events

    def _of(self, picture: str, folder: Path) -> Iterator[Event]:
        stamps = _stamps(folder / FOLDER)
        before = self._seen.get(folder, stamps if self._is_first else {})
        self._seen[folder] = stamps
        changed = {name for name, stamp in stamps.items() if before.get(name) != stamp}
        if not changed:
            return
        for found in read_reports(folder):
            if f"{found.engine}.json" in changed and not found.outdated:
                yield Event("engine", picture, path=str(folder), message=found.summary())


def _stamps(folder: Path) -> _Stamps:
    try:
        with os.scandir(folder) as entries:
            return {
                entry.name: (entry.stat().st_size, entry.stat().st_mtime_ns)
                for entry in entries
                if entry.name.endswith(".json") and not entry.name.startswith(".")
            }
    except OSError:
        return {}
