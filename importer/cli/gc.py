"""``importer gc``: forget old jobs, remove what dead processes left, keep the cache to its limit."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from importer.cli.guard import OK, Json, Verbose, guarded
from importer.cli.output import console, stdout_for_json
from importer.cli.project import Database, Directory, project_queue


@guarded
def gc(
    directory: Directory,
    days: Annotated[float, typer.Option("--days", min=0.0, help="Keep jobs that ended within these days.")] = 30.0,
    database: Database = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Clean up; 'importer watch' does the same by itself. Published assets are never touched."""
    from importer.daemon.ledger import read_entries
    from importer.daemon.publish import sweep
    from importer.pipeline.cache import Cache

    with stdout_for_json(as_json) as emit, project_queue(directory, database) as queue:
        jobs = queue.forget(time.time() - days * 86400)
        out = directory / "out"
        parents = {(out / entry.folder).parent for entry in read_entries(queue.database).values() if entry.folder}
        for parent in sorted({out, *parents}):
            sweep(parent)
        freed = Cache().trim()
        if as_json:
            emit({"jobs": jobs, "cache_bytes": freed})
    if not as_json:
        console().print(f"{jobs} old jobs forgotten, {freed / 1e6:.1f} MB of the stage cache freed")
    return OK
