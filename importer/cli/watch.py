"""``importer watch``: every picture dropped into a project becomes an asset, until Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importer.cli.guard import OK, UsageError, Verbose, guarded
from importer.cli.output import console
from importer.cli.project import Database, Directory, short

if TYPE_CHECKING:
    from importer.pipeline.cache import Cache
    from importer.pipeline.events import Event, OnEvent

Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=0, help="Builds at a time; by default what cores and memory bear. 0: workers do all."),
]
Host = Annotated[str | None, typer.Option("--host", metavar="NAME", help="This machine's name among the workers.")]
Unload = Annotated[
    float, typer.Option("--unload-minutes", min=0.0, help="Networks leave memory after this long without work.")
]
Metrics = Annotated[
    int | None, typer.Option("--metrics-port", metavar="PORT", help="Serve figures for Prometheus on 127.0.0.1.")
]
JsonLines = Annotated[bool, typer.Option("--json", help="Log one JSON object a line.")]


@guarded
def watch(
    directory: Directory,
    database: Database = None,
    jobs: Jobs = None,
    host: Host = None,
    unload_minutes: Unload = 5.0,
    metrics_port: Metrics = None,
    json_lines: JsonLines = False,
    verbose: Verbose = False,
) -> int:
    """Watch DIR/drop and publish assets into DIR/out, until Ctrl-C."""
    from importer.daemon.metrics import metrics
    from importer.daemon.turns import default_jobs
    from importer.daemon.watch import Service
    from importer.daemon.watch import watch as watch_directory

    if not (directory / "drop").is_dir():
        fix = f"Run 'importer init {directory}' first."
        raise UsageError("there is no drop folder to watch", where=str(directory / "drop"), fix=fix)
    stop = threading.Event()
    service = Service(database, host, default_jobs() if jobs is None else jobs, unload_minutes * 60)
    cache = shared_cache(directory, database)
    with until_terminated(stop), events(json_lines) as show, metrics(directory, database, metrics_port) as count:
        watch_directory(directory, both(show, count), stop, cache=cache, service=service)
    return OK


def both(first: OnEvent, second: OnEvent) -> OnEvent:
    """Return a listener that passes every event to two."""

    def listen(event: Event) -> None:
        first(event)
        second(event)

    return listen


def shared_cache(directory: Path, database: str | None) -> Cache | None:
    """Return a stage cache on the share where machines work together, so that one goes on where another has stopped."""
    from importer.pipeline.cache import Cache

    if not database or os.environ.get("IMPORTER_CACHE"):
        return None
    return Cache(directory.absolute() / ".importer" / "cache")


@contextlib.contextmanager
def until_terminated(stop: threading.Event) -> Iterator[None]:
    """Take SIGTERM, by which a service manager ends a program, for the same wish as Ctrl-C."""
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


_COLORS = {"published": "green", "failed": "red", "orphan": "yellow", "warning": "yellow", "retry": "yellow"}
_STAGES = {"started", "finished", "cached"}


@contextlib.contextmanager
def events(as_json: bool = False) -> Iterator[OnEvent]:
    """Print one line for what a user wants to know; on a terminal, one more that is always at the stage now running."""
    if as_json:
        yield _print_json
        return
    from rich.text import Text

    out = console()
    spinner = "dots" if out.encoding.startswith("utf") else "line"
    with out.status("", spinner=spinner) if out.is_terminal else contextlib.nullcontext() as status:

        def show(event: Event) -> None:
            if event.kind not in _STAGES | {"queued"}:
                out.print(line(event), style=_COLORS.get(event.kind))
            if status:
                running = event.kind in _STAGES | {"building"}
                status.update(Text(f"{event.picture}  {event.stage}" if running else "waiting for pictures"))

        yield show


def line(event: Event) -> str:
    """Return an event as one line."""
    took = f"({event.seconds:.1f} s)" if event.seconds else ""
    picture = "" if event.message.startswith(event.picture) else event.picture
    job = f"[{short(event.job)}]" if event.job else ""
    return "  ".join(part for part in (f"{event.kind:<9}", picture, event.path, event.message, took, job) if part)


def _print_json(event: Event) -> None:
    known = {name: value for name, value in asdict(event).items() if value}
    print(json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **known}), flush=True)
