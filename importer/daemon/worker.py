"""One of several machines that build: takes jobs from a shared database, works in the project's folder on a share."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path

from importer.daemon.queue.queue import open_queue
from importer.daemon.tell import one_at_a_time
from importer.daemon.watch import Service, working
from importer.errors import ImporterError
from importer.pipeline.cache import Cache
from importer.pipeline.events import Event, OnEvent
from importer.pipeline.stages import STAGES, Stage
from importer.system.notify import Watchdog

_TICK_S = 0.5


def serve(
    directory: Path,
    on_event: OnEvent,
    stop: threading.Event,
    service: Service,
    *,
    cache: Cache | None = None,
    table: Sequence[Stage] = STAGES,
) -> None:
    """Build jobs of a project until `stop` is set; those at work then go back into the queue.

    Raises
    ------
    ImporterError
        There is no such project, or the database cannot be reached.
    """
    directory = directory.absolute()
    if not (directory / "drop").is_dir():
        fix = "Mount the share, or name the project's folder on it."
        raise ImporterError("there is no drop folder here", where=str(directory / "drop"), fix=fix)
    tell, watchdog = one_at_a_time(on_event), Watchdog()
    with contextlib.ExitStack() as stack:
        queue = stack.enter_context(open_queue(directory, service.database))
        host = stack.enter_context(working(directory, queue, tell, service, cache or Cache(), table))
        tell(Event("watching", path=str(directory / "drop"), message=f"as worker {host}"))
        watchdog.ready()
        while not stop.wait(_TICK_S):
            watchdog.alive()
        watchdog.stopping()
