"""``importer verify``: the semantic checks on published folders, or on GLB files from anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importer.cli.guard import FAILED, OK, Json, Verbose, guarded
from importer.cli.output import console, stdout_for_json

if TYPE_CHECKING:
    from importer.records import Finding


@guarded
def verify(
    path: Annotated[Path, typer.Argument(metavar="ASSET", help="A GLB file, a published folder, or a folder of them.")],
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Check scale, pivot, levels, UVs, tangents, textures and collision of what lies on disk."""
    from importer.verify.path import verify_path

    with stdout_for_json(as_json) as emit:
        results = verify_path(path)
        if as_json:
            emit({"assets": [{"path": name, "findings": list(map(asdict, found))} for name, found in results]})
    if not as_json:
        _print(results)
    return FAILED if any(finding.severity == "error" for _, found in results for finding in found) else OK


def _print(results: list[tuple[str, list[Finding]]]) -> None:
    out = console()
    for name, found in results:
        out.print(f"{name}  {count(found)}")
        for finding in found:
            print_finding(finding)


def count(findings: tuple[Finding, ...] | list[Finding]) -> str:
    """Return e.g. ``"no findings"`` or ``"1 error, 2 warnings"``."""
    numbers = {kind: sum(finding.severity == kind for finding in findings) for kind in ("error", "warning")}
    parts = [f"{number} {kind}{'s' * (number > 1)}" for kind, number in numbers.items() if number]
    return ", ".join(parts) or "no findings"


def print_finding(finding: Finding, more: int = 0) -> None:
    """Print one line: severity, code, where, what, fix, and how many more there are of its kind."""
    style = {"error": "red", "warning": "yellow"}.get(finding.severity)
    text = f"  {finding.severity}: {finding.code} {finding.where}: {finding.what}. {finding.fix}".rstrip()
    console().print(text + (f" ({more} more of this kind)" if more else ""), style=style)


def print_kinds(findings: Iterable[Finding]) -> None:
    """Print one line for each code: every target tends to have the same fault."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.severity, finding.code), []).append(finding)
    for same in kinds.values():
        print_finding(same[0], len(same) - 1)
