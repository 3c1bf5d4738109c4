"""``importer status``: what became of every picture in a project."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importer.cli.guard import FAILED, OK, Json, UsageError, Verbose, guarded
from importer.cli.output import console, print_columns, stdout_for_json
from importer.cli.reports import print_reports, record

if TYPE_CHECKING:
    from importer.daemon.ledger import Entry, Status


@guarded
def status(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the project.")],
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Show whether the project is being watched, and what became of every picture."""
    from importer.daemon.ledger import status as read_status
    from importer.verify.reports import read_reports

    if not (directory / "drop").is_dir():
        fix = f"Run 'importer init {directory}' first."
        raise UsageError("there is no drop folder", where=str(directory / "drop"), fix=fix)
    with stdout_for_json(as_json) as emit:
        found = read_status(directory)
        folders = {name: directory / "out" / entry.folder for name, entry in found.entries.items() if entry.folder}
        reports = {name: read_reports(folder) for name, folder in folders.items()}
        if as_json:
            pictures = {
                name: {**asdict(entry), "reports": [record(report) for report in reports.get(name, ())]}
                for name, entry in found.entries.items()
            }
            emit({"running": found.running, "pictures": pictures})
    if not as_json:
        _print(found, directory)
        print_reports(reports)
    return FAILED if any(entry.state == "failed" for entry in found.entries.values()) else OK


def _print(found: Status, directory: Path) -> None:
    out = console()
    out.print("watched now" if found.running else f"not watched; run 'importer watch {directory}'")
    if not found.entries:
        out.print("No picture has been seen yet.")
        return
    states = Counter(entry.state for entry in found.entries.values())
    out.print(", ".join(f"{number} {state}" for state, number in sorted(states.items())) + "\n")
    rows = [(entry.state, name, _note(entry)) for name, entry in sorted(found.entries.items())]
    colors = {"failed": "red", "gone": "dim"}
    print_columns(rows, [colors.get(state) for state, _, _ in rows])


def _note(entry: Entry) -> str:
    if entry.state == "failed":
        return entry.message()
    if entry.state != "done":
        return ""
    notes = [f"{entry.seconds:.1f} s"] * (entry.seconds > 0)
    errors = sum(finding.get("severity") == "error" for finding in entry.findings)
    notes += [f"{errors} error{'s' * (errors > 1)}"] * (errors > 0)
    warnings = len(entry.findings) - errors + len(entry.warnings)
    notes += [f"{warnings} warning{'s' * (warnings > 1)}"] * (warnings > 0)
    return f"out/{entry.folder}" + (f"  ({', '.join(notes)})" if notes else "")
