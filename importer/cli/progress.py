"""Progress on stderr: a live line for each picture on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from importer.cli.output import error_console

if TYPE_CHECKING:
    from importer.pipeline.events import Event, OnEvent


@contextlib.contextmanager
def progress(label: str) -> Iterator[OnEvent]:
    """Show what one picture is at; the line is gone at the end, for the result to take its place."""
    from rich.text import Text

    console = error_console()
    if not console.is_terminal:
        yield lambda event: _plain(label, event)
        return
    spinner = "dots" if console.encoding.startswith("utf") else "line"
    with console.status(Text(f"{label}  starting"), spinner=spinner) as status:

        def show(event: Event) -> None:
            if event.kind == "started":
                status.update(Text(f"{label}  {event.stage}"))
            elif event.kind == "warning":
                console.print(Text(f"{label}  warning: {event.message}", style="yellow"))

        yield show


def _plain(label: str, event: Event) -> None:
    if event.kind == "finished":
        error_console().print(f"{label}  {event.stage} {event.seconds:.1f} s")
    elif event.kind == "warning":
        error_console().print(f"{label}  warning: {event.message}")
