"""What engines said of published assets, as ``importer status`` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importer.cli.output import console, print_columns

if TYPE_CHECKING:
    from importer.verify.reports import EngineReport


def print_reports(reports: dict[str, tuple[EngineReport, ...]]) -> None:
    """Print one line for each report, by picture; nothing where there is none."""
    rows = [(report, name) for name, found in sorted(reports.items()) for report in found]
    if not rows:
        return
    console().print("\nIn engines:\n")
    colors = {"failed": "red", "refused": "red", "unreadable": "yellow"}
    styles = ["dim" if report.outdated or report.is_elsewhere else colors.get(report.status) for report, _ in rows]
    marks = ["outdated" if report.outdated else report.status for report, _ in rows]
    print_columns([(mark, name, report.summary()) for mark, (report, name) in zip(marks, rows, strict=True)], styles)


def record(found: EngineReport) -> dict[str, object]:
    """Return a report as the JSON documents show it: the verdict, and the whole report where it can be read."""
    return {
        "engine": found.engine,
        "status": found.status,
        "outdated": found.outdated,
        "failed": [check.name for check in found.failed],
        "problem": found.problem,
        "report": found.report.model_dump(mode="json", exclude_none=True) if found.report else None,
    }
