"""``importer retry`` and ``importer cancel``: jobs that are to run again, or no more."""

from __future__ import annotations

from typing import Annotated

import typer

from importer.cli.guard import OK, Json, Verbose, guarded
from importer.cli.output import console, stdout_for_json
from importer.cli.project import Database, Directory, chosen, project_queue

Names = Annotated[
    list[str] | None, typer.Argument(metavar="PICTURE", help="Pictures relative to drop/, or job ids from 'status'.")
]


@guarded
def retry(
    directory: Directory,
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="All that have failed or were cancelled.")] = False,
    database: Database = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Build pictures again that have failed or were cancelled; finished stages come from the cache."""
    from importer.daemon.ledger import read_entries, record

    with stdout_for_json(as_json) as emit, project_queue(directory, database) as queue:
        states = ("failed", "cancelled") if everything else ("failed", "cancelled", "done")
        pictures = chosen(queue, names or [], states, everything)
        entries = read_entries(queue.database)
        for picture in pictures:
            job = entries[picture].job
            state = "queued" if job and queue.retry([job]) else "changed"
            record(queue.database, picture, job, state=state, error=None)
        if as_json:
            emit({"retried": pictures})
    if not as_json:
        _print("queued again", pictures)
    return OK


@guarded
def cancel(
    directory: Directory,
    names: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="All that wait or are being built.")] = False,
    database: Database = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Take pictures out of the queue, and stop those that are being built; what was published before stays."""
    from importer.daemon.ledger import read_entries, record

    with stdout_for_json(as_json) as emit, project_queue(directory, database) as queue:
        pictures = chosen(queue, names or [], ("queued",), everything)
        entries = read_entries(queue.database)
        ended = set(queue.cancel([entries[picture].job for picture in pictures]))
        pictures = [picture for picture in pictures if entries[picture].job in ended]
        for picture in pictures:
            record(queue.database, picture, entries[picture].job, state="cancelled")
        if as_json:
            emit({"cancelled": pictures})
    if not as_json:
        _print("cancelled", pictures)
    return OK


def _print(what: str, pictures: list[str]) -> None:
    out = console()
    for picture in pictures:
        out.print(f"{what}  {picture}")
    if not pictures:
        out.print("nothing to do")
