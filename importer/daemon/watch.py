"""The daemon: pictures dropped into ``DIR/drop`` become assets in ``DIR/out``, until it is told to stop.

One thread does everything in turn: look, decide, build one picture, look again. The operating system's events only
shorten the wait between two looks, since all of them lose events (a full inotify queue, a network share, a folder moved
in); the look at the folder itself, with the ledger of what was done before, loses nothing.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importer.daemon.events import listening
from importer.daemon.ledger import FOLDER, Ledger
from importer.daemon.publish import sweep
from importer.daemon.queue import MemoryQueue
from importer.daemon.reports import ReportWatch
from importer.daemon.round import Round, Times
from importer.daemon.work import Project, work
from importer.errors import ImporterError
from importer.pipeline.cache import Cache
from importer.pipeline.events import Event, OnEvent
from importer.pipeline.stages import STAGES, Stage
from importer.system.files import output_error
from importer.system.lock import Lock, try_lock

_TICK_S = 0.25  # longest sleep without a look at `stop`
_GATHER_S = 0.1  # a burst of events is one look


class _Stopped(BaseException):
    """Raised between two stages to leave a build that nobody waits for any more."""


def watch(
    directory: Path,
    on_event: OnEvent,
    stop: threading.Event,
    *,
    cache: Cache | None = None,
    times: Times | None = None,
    table: Sequence[Stage] = STAGES,
    use_events: bool = True,
) -> None:
    """Watch until `stop` is set; a picture in work is left at the end of its stage, for the next start to take up.

    Parameters
    ----------
    directory : Path
        The project: drop/, out/ and profile.yaml.
    on_event : callable
        Called in this thread with everything that happens.
    use_events : bool
        False: rely on looking every ``times.rescan_s`` alone.

    Raises
    ------
    ImporterError
        There is no drop folder, another importer watches this project, or its state cannot be written.
    """
    directory = directory.absolute()
    if not (directory / "drop").is_dir():
        where, fix = str(directory / "drop"), f"Run 'importer init {directory}' first."
        raise ImporterError("there is no drop folder to watch", where=where, fix=fix)
    with _only_one(directory):
        project = Project(directory, Ledger(directory), cache or Cache(), table)
        damaged = project.ledger.load()
        if damaged:
            on_event(Event("warning", message=damaged))
        _sweep(project)
        _Daemon(project, on_event, stop, times or Times()).run(use_events)


@contextlib.contextmanager
def _only_one(directory: Path) -> Iterator[Lock]:
    folder = directory / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        lock = try_lock(folder / "lock", f"process {os.getpid()}")
    except OSError as error:
        raise output_error(error, folder) from error
    if lock is None:
        owner = (folder / "lock").read_text("utf-8", "replace") or "another process"
        fix = "Stop that one first, or watch another folder."
        raise ImporterError(f"{owner} watches this folder already", where=str(directory), fix=fix)
    with lock:
        yield lock


def _sweep(project: Project) -> None:
    """Remove what a killed importer has left in the folders that it published into."""
    parents = {(project.out / entry.folder).parent for entry in project.ledger.entries.values() if entry.folder}
    for parent in sorted({project.out, *parents}):
        with contextlib.suppress(OSError):  # said when something is published there
            sweep(parent)


@dataclass
class _Daemon:
    project: Project
    on_event: OnEvent
    stop: threading.Event
    times: Times

    def __post_init__(self) -> None:
        self.queue = MemoryQueue()
        self.wake = threading.Event()
        self.reports = ReportWatch()
        self.round = Round(self.project, self.queue, self.times, self.tell)

    def run(self, use_events: bool) -> None:
        """Go on until stopped."""
        with contextlib.ExitStack() as stack:
            if use_events:
                problem = stack.enter_context(listening(self.project.directory, self.wake))
                if problem:
                    self.tell(Event("warning", message=problem))
            self.save()  # what was judged of an earlier process's end
            self.tell(Event("watching", path=str(self.project.drop)))
            with contextlib.suppress(_Stopped):
                wait = self.look()
                while not self.stop.is_set():
                    picture = self.queue.take()
                    if picture is not None:
                        self.build(picture)
                    else:
                        self.sleep(wait)
                        wait = self.look()

    def look(self) -> float:
        """Look once; return the seconds until it makes sense to look again."""
        self.wake.clear()
        wait, changed = self.round.look(time.monotonic())
        if changed:
            self.save()
        entries = self.project.ledger.entries
        folders = {picture: self.project.out / entry.folder for picture, entry in entries.items() if entry.folder}
        for event in self.reports.news(folders, time.monotonic()):
            self.tell(event)
        return wait

    def build(self, picture: str) -> None:
        """Give one picture its turn."""
        due = self.round.inputs(picture)
        if due is None:
            return
        try:
            work(self.project, picture, *due, self.tell)
        except (_Stopped, KeyboardInterrupt):
            self.project.ledger.entries[picture].state = "queued"
            raise
        finally:
            self.round.worked(picture)
            self.save()

    def tell(self, event: Event) -> None:
        """Pass an event on; between two stages, look at the folder too, and stop if that is wished."""
        if event.kind == "started":
            if self.stop.is_set():
                raise _Stopped
            if self.round.is_due(time.monotonic()):
                self.look()
        # A file name that is no Unicode text would break whoever prints it.
        self.on_event(replace(event, picture=event.picture.encode("utf-8", "replace").decode()))

    def save(self) -> None:
        """Keep the ledger; without a disk for it the daemon goes on, and forgets at its end."""
        try:
            self.project.ledger.save()
        except ImporterError as error:
            self.on_event(Event("warning", message=f"the state cannot be kept: {error}"))

    def sleep(self, seconds: float) -> None:
        """Sleep until something happens."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.stop.is_set():
            if self.wake.wait(min(left, _TICK_S)):
                self.stop.wait(max(_GATHER_S, self.round.took))
                return
