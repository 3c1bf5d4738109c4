"""``importer doctor``: what is installed, what really runs, what is missing and how to get it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from importer.cli.guard import FAILED, OK, Json, Verbose, guarded
from importer.cli.output import console, print_columns, stdout_for_json

if TYPE_CHECKING:
    from importer.cli.checkup import Check


@guarded
def doctor(as_json: Json = False, verbose: Verbose = False) -> int:
    """Check the installation: versions, the ONNX provider really in use, GPU, networks, cache, and what is missing."""
    from importer.cli.checkup import checkup

    with stdout_for_json(as_json) as emit:
        checks = checkup()
        if as_json:
            emit({"checks": [asdict(check) for check in checks]})
    broken = any(check.status == "error" for check in checks)
    if not as_json:
        _print(checks)
    return FAILED if broken else OK


def _print(checks: list[Check]) -> None:
    colors = {"ok": None, "missing": "yellow", "error": "red"}
    rows = [(check.status, check.name, check.value) for check in checks]
    print_columns(rows, [colors[check.status] for check in checks])
    todo = [check for check in checks if check.fix]
    out = console()
    if todo:
        out.print("\nWhat can be done:")
    for check in todo:
        out.print(f"  {check.name}: {check.fix}")
