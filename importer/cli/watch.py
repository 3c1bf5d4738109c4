"""``importer watch``: every picture dropped into a project becomes an asset, until Ctrl-C."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importer.cli.guard import OK, UsageError, Verbose, guarded
from importer.cli.output import console

if TYPE_CHECKING:
    from importer.pipeline.events import Event


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
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    watch_directory(directory, print_event, stop)
    return OK


_COLORS = {"published": "green", "failed": "red", "orphan": "yellow", "warning": "yellow", "retry": "yellow"}
_QUIET = {"started", "finished", "cached", "queued"}


def print_event(event: Event) -> None:
    """Print one line for what a user wants to know; the stages of a build are too many."""
    if event.kind in _QUIET:
        return
    took = f"({event.seconds:.1f} s)" if event.seconds else ""
    parts = (f"{event.kind:<9}", event.picture, event.path, event.message, took)
    console().print("  ".join(part for part in parts if part), style=_COLORS.get(event.kind))
