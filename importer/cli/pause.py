"""``importer pause`` and ``importer resume``: whether new jobs may start."""

from __future__ import annotations

from importer.cli.guard import OK, Verbose, guarded
from importer.cli.output import console
from importer.cli.project import Database, Directory, project_queue


@guarded
def pause(directory: Directory, database: Database = None, verbose: Verbose = False) -> int:
    """Let no new job start, on no machine; what is being built is finished, and drops still queue."""
    with project_queue(directory, database) as queue:
        queue.pause(True)
    console().print(f"paused; 'importer resume {directory}' lets jobs start again")
    return OK


@guarded
def resume(directory: Directory, database: Database = None, verbose: Verbose = False) -> int:
    """Let jobs start again after 'importer pause'."""
    with project_queue(directory, database) as queue:
        queue.pause(False)
    console().print("resumed")
    return OK
