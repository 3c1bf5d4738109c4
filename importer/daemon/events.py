"""The operating system's file events, as nothing more than a hint that a look is worth while."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

from watchdog import events
from watchdog.observers import Observer

_CHANGES = [  # opening and reading are what the daemon itself does
    *(events.FileCreatedEvent, events.FileModifiedEvent, events.FileMovedEvent),
    *(events.FileDeletedEvent, events.FileClosedEvent),
    *(events.DirCreatedEvent, events.DirModifiedEvent, events.DirMovedEvent, events.DirDeletedEvent),
]


class _Waker(events.FileSystemEventHandler):
    def __init__(self, wake: threading.Event) -> None:
        self._wake = wake

    def on_any_event(self, event: events.FileSystemEvent) -> None:
        self._wake.set()


@contextlib.contextmanager
def listening(directory: Path, wake: threading.Event) -> Iterator[str]:
    """Set `wake` whenever something changes in ``drop/``; yield why that is not possible, or an empty text."""
    # Of every event that was lost; the look finds the file, and a burst would fill the log.
    logging.getLogger("watchdog").setLevel(logging.ERROR)
    observer = Observer()
    problem = ""
    try:
        observer.schedule(_Waker(wake), str(directory / "drop"), recursive=True, event_filter=_CHANGES)
        observer.start()
    except (OSError, RecursionError) as error:  # inotify's limits; a tree deeper than watchdog can walk
        reason = getattr(error, "strerror", None) or error
        problem = f"file events are not available ({reason}); the folder is looked at regularly instead"
        with contextlib.suppress(RuntimeError):  # it may never have started
            observer.stop()
            observer.join()
        observer = None
    try:
        yield problem
    finally:
        if observer:
            observer.stop()
            observer.join()
