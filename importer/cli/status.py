"""``importer status``: what became of every picture in a project."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from importer.cli.guard import FAILED, OK, Json, Verbose, guarded
from importer.cli.output import console, print_columns, stdout_for_json
from importer.cli.project import Database, Directory, require_project, short
from importer.cli.reports import print_reports, record

if TYPE_CHECKING:
    from importer.daemon.ledger import Entry, Status
    from importer.daemon.queue.jobs import Job


@guarded
def status(
    directory: Directory,
    database: Database = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Show whether the project is being watched, and what became of every picture."""
    from importer.daemon.ledger import status as read_status
    from importer.verify.reports import read_reports

    require_project(directory)
    with stdout_for_json(as_json) as emit:
        found = read_status(directory, database)
        folders = {name: directory / "out" / entry.folder for name, entry in found.entries.items() if entry.folder}
        reports = {name: read_reports(folder) for name, folder in folders.items()}
        if as_json:
            pictures = {
                name: {**asdict(entry), "reports": [record(report) for report in reports.get(name, ())]}
                for name, entry in found.entries.items()
            }
            jobs = [asdict(job) for job in found.jobs]
            machines = [asdict(machine) for machine in found.machines]
            known = {"running": found.running, "paused": found.paused, "machines": machines}
            emit({**known, "pictures": pictures, "jobs": jobs})
    if not as_json:
        _print(found, directory)
        print_reports(reports)
    return FAILED if any(entry.state == "failed" for entry in found.entries.values()) else OK


def _print(found: Status, directory: Path) -> None:
    out = console()
    out.print("watched now" if found.running else f"not watched; run 'importer watch {directory}'")
    if found.paused:
        out.print(f"paused; run 'importer resume {directory}'", style="yellow")
    if found.machines:
        out.print("machines: " + ", ".join(one.name + " (network)" * one.gpu for one in found.machines))
    if not found.entries:
        out.print("No picture has been seen yet.")
        return
    jobs = {job.id: job for job in found.jobs}
    building = {job.id for job in found.jobs if job.state == "building"}
    shown = {name: "building" if e.job in building else e.state for name, e in found.entries.items()}
    states = Counter(shown.values())
    out.print(", ".join(f"{number} {state}" for state, number in sorted(states.items())) + "\n")
    rows = [(shown[name], name, _note(e, jobs.get(e.job))) for name, e in sorted(found.entries.items())]
    colors = {"failed": "red", "gone": "dim", "cancelled": "yellow"}
    print_columns(rows, [colors.get(state) for state, _, _ in rows])


def _note(entry: Entry, job: Job | None) -> str:
    if entry.state == "failed":
        return entry.message()
    if entry.state != "done":
        return f"job {short(entry.job)}{_place(job)}" if entry.job else ""
    notes = [f"{entry.seconds:.1f} s"] * (entry.seconds > 0)
    notes += [f"network on {entry.network}"] * bool(entry.network)
    errors = sum(finding.get("severity") == "error" for finding in entry.findings)
    notes += [f"{errors} error{'s' * (errors > 1)}"] * (errors > 0)
    warnings = len(entry.findings) - errors + len(entry.warnings)
    notes += [f"{warnings} warning{'s' * (warnings > 1)}"] * (warnings > 0)
    return f"out/{entry.folder}" + (f"  ({', '.join(notes)})" if notes else "")


def _place(job: Job | None) -> str:
    """Return where a job is that has not ended."""
    if job is None:
        return ""
    if job.state == "queued":
        return ", waits for a GPU" if job.lane == "network" else ""
    network = " (network)" if job.lane == "network" else ""
    return f" on {job.host}{network}" if job.host != "local" else ""
