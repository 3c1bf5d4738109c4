"""The daemon: pictures dropped into ``DIR/drop`` become assets in ``DIR/out``, until it is told to stop.

One thread looks and decides what has to be done; the queue keeps the jobs, and gives them to this process's builders
or to workers on other machines. The operating system's events only shorten the wait between two looks, since all of
them lose events (a full inotify queue, a network share, a folder moved in); the look at the folder itself, with the
ledger of what was done before, loses nothing.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from importer.daemon.builder import Bench
from importer.daemon.builders import UNLOAD_S, Builders
from importer.daemon.events import listening
from importer.daemon.host import own_name
from importer.daemon.ledger import Ledger
from importer.daemon.parts import Role
from importer.daemon.publish import sweep
from importer.daemon.queue.database import FOLDER, is_damaged, sqlite_path
from importer.daemon.queue.lease import Lease
from importer.daemon.queue.queue import Queue, open_queue
from importer.daemon.queue.take import LEASE_S
from importer.daemon.reports import ReportWatch
from importer.daemon.round import Round, Times
from importer.daemon.submit import Project
from importer.daemon.tell import one_at_a_time
from importer.daemon.turns import gpus
from importer.daemon.work import Worker
from importer.errors import ImporterError
from importer.pipeline.cache import Cache
from importer.pipeline.events import Event, OnEvent
from importer.pipeline.stages import STAGES, Stage
from importer.system.files import output_error
from importer.system.lock import Lock, try_lock
from importer.system.notify import Watchdog
from importer.system.temporary import sweep_temporary

_TICK_S = 0.25  # longest sleep without a look at `stop`
_GATHER_S = 0.1  # a burst of events is one look
_REST = 3  # times as long as a look took, before the next in a burst of events
_GC_S = 3600.0
KEEP_DAYS = 30.0  # that the queue remembers jobs that have ended


@dataclass(frozen=True)
class Service:
    """How the daemon serves: where the queue is, and what this machine gives.

    ``database`` is a PostgreSQL address, or None for a file in the project; ``host`` names this machine among others
    (default: its own name); ``jobs`` is how many builds run at a time, 0 to leave all to workers; ``unload_s`` ends
    idle build processes, and the networks in them; ``lease_s`` is when others take over the jobs of a machine that does
    not answer; ``role`` is the part of builds that is this machine's (default: without a GPU ``cpu``, else ``whole``).
    """

    database: str | None = None
    host: str | None = None
    jobs: int = 1
    unload_s: float = UNLOAD_S
    lease_s: float = LEASE_S
    role: Role | None = None


def watch(
    directory: Path,
    on_event: OnEvent,
    stop: threading.Event,
    *,
    cache: Cache | None = None,
    times: Times | None = None,
    table: Sequence[Stage] = STAGES,
    use_events: bool = True,
    service: Service | None = None,
) -> None:
    """Watch until `stop` is set; jobs at work are stopped and go on at the next start, from their last finished stage.

    Parameters
    ----------
    directory : Path
        The project: drop/, out/ and profile.yaml.
    on_event : callable
        Called with everything that happens, from several threads, by one at a time.
    use_events : bool
        False: rely on looking every ``times.rescan_s`` alone.

    Raises
    ------
    ImporterError
        There is no drop folder, another importer watches this project, or its state cannot be written.
    """
    directory, service = directory.absolute(), service or Service()
    if not (directory / "drop").is_dir():
        where, fix = str(directory / "drop"), f"Run 'importer init {directory}' first."
        raise ImporterError("there is no drop folder to watch", where=where, fix=fix)
    tell = one_at_a_time(on_event)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_only_one(directory))
        if not service.database:
            _keep_damaged_aside(directory, tell)
        queue = stack.enter_context(open_queue(directory, service.database))
        if queue.database.is_shared:
            stack.enter_context(Lease(queue.database, "the watcher", service.lease_s).held())
        project = Project(directory, queue, Ledger(queue.database), table)
        _sweep(project)
        daemon = _Daemon(project, tell, stop, times or Times())
        daemon.host = stack.enter_context(working(directory, queue, daemon.heard, service, cache or Cache(), table))
        daemon.run(use_events)


@contextlib.contextmanager
def working(
    directory: Path, queue: Queue, tell: OnEvent, service: Service, cache: Cache, table: Sequence[Stage]
) -> Iterator[str]:
    """Take jobs and build them, until the block ends; give this machine's name in the queue."""
    if not service.jobs:
        yield ""
        return
    sweep_temporary()
    builders = Builders(Bench(cache.folder, cache.size, tuple(table)), service.unload_s)
    with contextlib.ExitStack() as stack:
        host = stack.enter_context(own_name(service.host)) if queue.database.is_shared else "local"
        role = _role(queue, service, tell)
        worker = Worker(directory, queue, builders, tell, host, role, service.lease_s)
        stack.enter_context(contextlib.closing(builders))
        lane = "network" if role == "gpu" else "build"
        stack.enter_context(queue.take(worker, host=host, slots=service.jobs, lease_s=service.lease_s, lane=lane))
        yield host


def _role(queue: Queue, service: Service, tell: OnEvent) -> Role:
    if not queue.database.is_shared:
        return "whole"
    here = gpus()
    if service.role == "gpu" and not here:
        tell(Event("warning", message="no NVIDIA GPU is seen here, so the network may run on the CPU"))
    return service.role or ("whole" if here else "cpu")


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


def _keep_damaged_aside(directory: Path, tell: OnEvent) -> None:
    """Start anew where the queue's file is damaged: the folders say all that is needed."""
    path = sqlite_path(directory)
    damage = is_damaged(path)
    if not damage:
        return
    aside = path.with_suffix(".damaged.sqlite")
    try:
        for suffix in ("", "-wal", "-shm"):
            file = path.with_name(path.name + suffix)
            if file.exists():
                os.replace(file, aside.with_name(aside.name + suffix))
    except OSError as error:
        raise output_error(error, path) from error
    message = f"{path} is damaged ({damage}); it is kept as {aside.name}, and all pictures are looked at again"
    tell(Event("warning", message=message))


def _sweep(project: Project) -> None:
    """Remove what a killed importer has left in the folders that it published into."""
    parents = {(project.out / entry.folder).parent for entry in project.ledger.entries.values() if entry.folder}
    for parent in sorted({project.out, *parents}):
        with contextlib.suppress(OSError):  # said when something is published there
            sweep(parent)


@dataclass
class _Daemon:
    project: Project
    tell: OnEvent
    stop: threading.Event
    times: Times

    def __post_init__(self) -> None:
        self.wake = threading.Event()  # a file has changed
        self.worked = threading.Event()  # a build has ended
        self.reports = ReportWatch()
        self.watchdog = Watchdog()
        self.next_gc = time.monotonic()
        self.is_troubled = False
        self.host = ""

    def run(self, use_events: bool) -> None:
        """Go on until stopped."""
        with contextlib.ExitStack() as stack:
            if use_events:
                problem = stack.enter_context(listening(self.project.directory, self.wake))
                if problem:
                    self.tell(Event("warning", message=problem))
            self.tell(Event("watching", path=str(self.project.drop)))
            self.round = Round(self.project, self.times, self.say, self.host)
            self.watchdog.ready()
            while not self.stop.is_set():
                self.sleep(self.patiently(self.look))
            self.watchdog.stopping()

    def patiently(self, action: Callable[[], float]) -> float:
        """Look or hear; a database that restarts, or whose disk is full, is waited for, and a share that is away."""
        try:
            wait = action()
        except OperationalError as error:
            self.wait_for("the database", str(error.orig).strip().splitlines()[0])
            return self.times.rescan_s
        except OSError as error:
            self.wait_for("the project's folder", error.strerror or str(error))
            return self.times.rescan_s
        self.is_troubled = False
        return wait

    def wait_for(self, name: str, reason: str) -> None:
        """Say once who does not answer."""
        if not self.is_troubled:
            self.is_troubled = True
            self.say(Event("warning", message=f"{name} does not answer ({reason}); waiting for it"))

    def look(self) -> float:
        """Look once; return the seconds until it makes sense to look again."""
        self.wake.clear()
        wait = self.round.look(time.monotonic())
        if self.reports.is_due(time.monotonic()):
            entries = self.project.ledger.entries
            folders = {picture: self.project.out / entry.folder for picture, entry in entries.items() if entry.folder}
            for event in self.reports.news(folders, time.monotonic()):
                self.tell(event)
        if time.monotonic() >= self.next_gc:
            self.next_gc = time.monotonic() + _GC_S
            self.project.queue.forget(time.time() - KEEP_DAYS * 86400)
        return wait

    def hear(self) -> float:
        """Take note of what builds have done, without a look at all files; return the seconds to wait."""
        self.worked.clear()
        if self.round.hear():
            self.wake.set()
        return 0.0

    def say(self, event: Event) -> None:
        """Tell, in the thread that looks: it is not stuck."""
        self.watchdog.alive()
        self.tell(event)

    def heard(self, event: Event) -> None:
        """Pass on what a build says; its end is a reason to read the ledger."""
        self.tell(event)
        if event.kind in ("published", "failed"):
            self.worked.set()

    def sleep(self, seconds: float) -> None:
        """Sleep until something happens."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.stop.is_set():
            self.watchdog.alive()
            if self.wake.wait(min(left, _TICK_S)):
                self.stop.wait(max(_GATHER_S, self.round.took * _REST))
                return
            if self.worked.is_set():
                self.patiently(self.hear)
