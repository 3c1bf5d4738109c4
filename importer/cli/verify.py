"""``importer verify``: the semantic checks on published folders, and on GLB and FBX files from anywhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from importer.cli.guard import FAILED, OK, Json, Verbose, guarded
from importer.cli.output import console, stdout_for_json

if TYPE_CHECKING:
    from importer.records import Finding

Results = list[tuple[str, "list[Finding]"]]


class Format(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    junit = "junit"


@guarded
def verify(
    path: Annotated[
        Path, typer.Argument(metavar="ASSET", help="A GLB or FBX file, a published folder, or a folder of them.")
    ],
    format: Annotated[Format, typer.Option("--format", help="How to print findings on stdout.")] = Format.text,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help="Write an HTML page for each asset there.")
    ] = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Check scale, axes, pivot, levels, UVs, tangents, textures, skins and collision of what lies on disk."""
    from importer.verify.path import verify_path

    as_json = as_json or format == Format.json
    with stdout_for_json(as_json) as emit:
        results = verify_path(path)
        if report is not None:
            _write_pages(results, report)
        if as_json:
            emit({"assets": [{"path": name, "findings": list(map(asdict, found))} for name, found in results]})
    if not as_json:
        _print(results, format)
    return FAILED if any(finding.severity == "error" for _, found in results for finding in found) else OK


def _print(results: Results, format: Format) -> None:
    if format == Format.junit:
        from importer.verify.junit import junit

        sys.stdout.buffer.write(junit(results).encode())
        return
    out = console()
    for name, found in results:
        out.print(f"{name}  {count(found)}")
        for finding in found:
            print_finding(finding)


def _write_pages(results: Results, folder: Path) -> None:
    """Write ``<name>.html`` for each asset; names that are there twice get a number."""
    from importer.cli.output import error_console
    from importer.system.files import output_error
    from importer.verify.facts import facts
    from importer.verify.page import page

    taken: set[str] = set()
    for name, found in results:
        source = Path(name)
        stem = plain = source.name.removesuffix(".manifest.json")
        number = 2
        while stem.casefold() in taken:
            stem, number = f"{plain}-{number}", number + 1
        taken.add(stem.casefold())
        target = folder / f"{stem}.html"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            target.write_text(page(facts(source), found), "utf-8")
        except OSError as error:
            raise output_error(error, target) from error
        error_console().print(f"Report: {target}")


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
