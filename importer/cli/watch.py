"""``importer watch``: every picture dropped into a project becomes an asset, until Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importer.cli.guard import OK, UsageError, Verbose, guarded
from importer.cli.output import console

if TYPE_CHECKING:
    from importer.pipeline.events import Event, OnEvent


@guarded
def watch(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the project, made by 'importer init'.")],
    verbose: Verbose = False,
) -> int:
    """Watch DIR/drop and publish assets into DIR/out, until Ctrl-C."""
    from importer.daemon.watch import watch as watch_directory

    if not (directory / "drop").is_dir():
        fix = f"Run 'importer init {directory}' first."
        raise UsageError("there is no drop folder to watch", where=str(directory / "drop"), fix=fix)
    stop = threading.Event()
    # A service manager ends a program with SIGTERM; it is the same wish as Ctrl-C.
    before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        with events() as on_event:
            watch_directory(directory, on_event, stop)
    finally:
        signal.signal(signal.SIGTERM, before)
    return OK


_COLORS = {"published": "green", "failed": "red", "orphan": "yellow", "warning": "yellow", "retry": "yellow"}
_STAGES = {"started", "finished", "cached"}


@contextlib.contextmanager
def events() -> Iterator[OnEvent]:
    """Print one line for what a user wants to know; on a terminal, one more that is always at the stage now running."""
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
    return "  ".join(part for part in (f"{event.kind:<9}", picture, event.path, event.message, took) if part)
