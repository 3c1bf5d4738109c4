"""What the commands print: results on stdout, progress and errors on stderr, one JSON document where asked."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from importer.errors import ImporterError

if TYPE_CHECKING:
    from rich.console import Console


def forgiving_streams() -> None:
    """Let no character end a command: consoles on Windows have narrow code pages, file names may be no Unicode."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def console(stream: TextIO | None = None) -> Console:
    """Return a console that takes no user's text for markup, and writes paths in one piece."""
    from rich.console import Console

    return Console(file=stream or sys.stdout, markup=False, highlight=False, soft_wrap=True, emoji=False)


def error_console() -> Console:
    """Return the console for progress and errors."""
    return console(sys.stderr)


def print_columns(rows: Sequence[Sequence[str]], styles: Sequence[str | None] | None = None) -> None:
    """Print rows in columns as wide as they need: nothing is cut off, so that paths can be copied and piped."""
    from rich.cells import cell_len

    out = console()
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row, style in zip(rows, styles or [None] * len(rows), strict=True):
        padded = [cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        out.print("  ".join(padded).rstrip(), style=style)


def error_record(error: ImporterError) -> dict[str, str]:
    """Return an error as the JSON documents show it."""
    return {"what": error.what, "where": error.where, "fix": error.fix}


def print_error(error: ImporterError) -> None:
    """Print what, where and what to do."""
    from rich.text import Text

    error_console().print(Text("error: ", style="bold red") + Text(str(error)))


def print_json(document: Any) -> None:
    """Print a document in ASCII, which every console and pipe carries; what is no number is null."""
    print(json.dumps(_finite(document), indent=2, ensure_ascii=True, allow_nan=False))
    sys.stdout.flush()


def _finite(value: Any) -> Any:
    """Replace NaN and infinity, which JSON does not have (RFC 8259)."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@contextlib.contextmanager
def stdout_for_json(wanted: bool) -> Iterator[Callable[[Any], None]]:
    """Keep stdout for the one document: whatever a native library prints meanwhile goes to stderr."""
    if not wanted:
        yield print_json
        return
    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # no such descriptor: a service without a console
        yield print_json
        return
    documents: list[Any] = []
    try:
        os.dup2(2, 1)
        yield documents.append
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
    for document in documents:
        print_json(document)
