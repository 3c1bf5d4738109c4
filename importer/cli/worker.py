"""``importer worker``: this machine builds for a project that another one watches."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import typer

from importer.cli.guard import OK, UsageError, Verbose, guarded
from importer.cli.project import Database
from importer.cli.watch import Host, Jobs, JsonLines, Metrics, Unload, both, events, shared_cache, until_terminated


@guarded
def worker(
    project: Annotated[Path, typer.Option("--project", metavar="SHARE", help="The project's folder on the share.")],
    database: Database = None,
    gpu: Annotated[
        bool | None,
        typer.Option(
            "--gpu/--cpu",
            help="Run networks only, for the others; or leave them to such a worker while one is there. "
            "By default the second where there is no GPU, and whole builds where there is one.",
        ),
    ] = None,
    jobs: Jobs = None,
    host: Host = None,
    unload_minutes: Unload = 5.0,
    metrics_port: Metrics = None,
    json_lines: JsonLines = False,
    verbose: Verbose = False,
) -> int:
    """Build jobs from a shared database until Ctrl-C; 'importer watch --database' on one machine queues them."""
    from importer.daemon.metrics import metrics
    from importer.daemon.turns import default_jobs, gpus
    from importer.daemon.watch import Service
    from importer.daemon.worker import serve

    if not database:
        fix = "Give the one of 'importer watch', e.g. --database postgresql://user@host/name."
        raise UsageError("a worker needs a database that machines can share", fix=fix)
    stop = threading.Event()
    role = None if gpu is None else "gpu" if gpu else "cpu"
    jobs = jobs or (max(1, len(gpus())) if gpu else default_jobs())
    service = Service(database, host, jobs, unload_minutes * 60, role=role)
    with until_terminated(stop), events(json_lines) as show, metrics(project, database, metrics_port) as count:
        serve(project, both(show, count), stop, service, cache=shared_cache(project, database))
    return OK
