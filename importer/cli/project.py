"""What the commands about a project's queue have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importer.cli.guard import UsageError

if TYPE_CHECKING:
    from importer.daemon.queue.queue import Queue

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the project, made by 'importer init'.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="IMPORTER_DATABASE",
        help="postgresql://user@host/name where several machines share the queue; else it is a file in the project.",
    ),
]


def require_project(directory: Path) -> None:
    """Refuse what is no project.

    Raises
    ------
    UsageError
        It has no drop folder.
    """
    if not (directory / "drop").is_dir():
        fix = f"Run 'importer init {directory}' first."
        raise UsageError("there is no drop folder", where=str(directory / "drop"), fix=fix)


@contextmanager
def project_queue(directory: Path, database: str | None) -> Iterator[Queue]:
    """Open the queue of a project."""
    from importer.daemon.queue.queue import open_queue

    require_project(directory)
    with open_queue(directory.absolute(), database) as queue:
        yield queue


def chosen(queue: Queue, names: Sequence[str], states: Sequence[str], everything: bool) -> list[str]:
    """Return the pictures that are meant, by their path in drop/ or the beginning of their job's id.

    Raises
    ------
    UsageError
        Nothing of that name is there, or in a state that allows it.
    """
    from importer.daemon.ledger import read_entries

    entries = read_entries(queue.database)
    fitting = [name for name, entry in entries.items() if entry.state in states]
    if everything:
        return fitting
    if not names:
        raise UsageError("no picture is named", fix="Name pictures or jobs, or use --all.")
    found = []
    for name in names:
        name = name.removeprefix("drop/")
        matches = [one for one in fitting if one == name or entries[one].job.rpartition("-")[2].startswith(name)]
        if not matches:
            state = f"; it is {entries[name].state}" if name in entries else ""
            fix = "'importer status' shows what there is."
            raise UsageError(
                f"no picture or job that is {' or '.join(states)} has this name{state}", where=name, fix=fix
            )
        found += matches
    return found


def short(job: str) -> str:
    """Return as much of a job's id as people need."""
    return job.rpartition("-")[2][:8]
