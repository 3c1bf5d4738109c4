"""What engines said of a published asset: its ``reports/``, judged again and tied to the manifest beside them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from importer.records import Finding
from importer.verify.report_schema import ENGINE_NAME, SCHEMA_VERSION, Check, Report, Value

FOLDER = "reports"
_LARGEST = 2**20
_MANIFEST = ".manifest.json"
_ENGINES_SHOWN = 20


@dataclass(frozen=True)
class EngineReport:
    """One file of ``reports/``; ``report`` is None where it cannot be read, and ``problem`` says why."""

    engine: str
    report: Report | None
    problem: str = ""
    outdated: bool = False  # it speaks about a manifest that is not there any more

    @property
    def failed(self) -> tuple[Check, ...]:
        """Checks that failed, or whose own numbers say so."""
        return tuple(check for check in (self.report.checks if self.report else ()) if judged(check) == "failed")

    @property
    def is_elsewhere(self) -> bool:
        """Whether the asset was published for other engines only: nothing is wrong with it."""
        if self.report is None or self.report.status != "refused" or self.failed:
            return False
        return {problem.code for problem in self.report.problems} == {"TARGET_MISSING"}

    @property
    def status(self) -> str:
        """Return passed, failed, refused, elsewhere or unreadable."""
        if self.report is None:
            return "unreadable"
        if self.is_elsewhere:
            return "elsewhere"
        return "failed" if self.report.status == "passed" and self.failed else self.report.status

    def summary(self) -> str:
        """Return one line, e.g. ``godot 3.2.3: 1 of 12 checks failed: size_m``."""
        if self.report is None:
            return _plain(f"{self.engine}: report unreadable ({self.problem})")
        return _plain(f"{self.engine} {self.report.engine.version}: {self._verdict(self.report)}")

    def _verdict(self, report: Report) -> str:
        if report.status == "refused":
            first = report.problems[0]
            if self.is_elsewhere:
                return f"not published for {report.target}"
            return f"refused: {first.code} " + (f"{first.where} " if first.where else "") + first.what
        done = sum(check.status != "skipped" for check in report.checks)
        if not self.failed:
            return f"failed ({done} checks)" if report.status == "failed" else f"passed ({done} checks)"
        return f"{len(self.failed)} of {done} checks failed: {', '.join(check.name for check in self.failed)}"


def read_reports(folder: Path) -> tuple[EngineReport, ...]:
    """Return all reports on the asset published in `folder`, by engine; a damaged one is told, not raised."""
    try:
        names = sorted(path.stem for path in (folder / FOLDER).iterdir() if path.suffix == ".json")
    except OSError:
        return ()
    engines = [name for name in names if re.match(ENGINE_NAME, name)][:_ENGINES_SHOWN]
    manifest = _manifest_sha256(folder) if engines else ""
    return tuple(_read(folder / FOLDER / f"{engine}.json", engine, manifest) for engine in engines)


def engine_findings(folder: Path) -> list[Finding]:
    """Return what current reports found wrong, as findings; what they warn of stays in the report."""
    findings: list[Finding] = []
    for found in read_reports(folder):
        where = f"{FOLDER}/{found.engine}.json"
        if found.report is None:
            fix = "Import the asset in the engine again, or remove the report."
            findings.append(Finding("warning", "ENGINE_REPORT_UNREADABLE", where, _plain(found.problem), fix))
        elif not found.outdated and not found.is_elsewhere:
            findings += [Finding("error", "ENGINE_CHECK_FAILED", where, _said(found, c)) for c in found.failed]
            findings += [
                Finding("error", "ENGINE_REFUSED", where, _plain(f"{p.code} {p.where}: {p.what}"), _plain(p.fix))
                for p in found.report.problems
            ]
    return findings


def judged(check: Check) -> str:
    """Return the check's status; one that passed counts as failed where its own numbers say so."""
    if check.status != "passed":
        return check.status
    return "passed" if _agrees(check.expected, check.found, check.tolerance) else "failed"


def _said(found: EngineReport, check: Check) -> str:
    unit = f" {check.unit}" if check.unit else ""
    note = f"; {check.message}" if check.message else ""
    assert found.report
    return _plain(
        f"{found.engine} {found.report.engine.version} measured {check.name} {_shown(check.found)}{unit}, "
        f"expected {_shown(check.expected)}{note}"
    )


def _plain(text: str) -> str:
    """Return text that cannot move a terminal's cursor."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _shown(value: Value | None) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_shown(item)}' for key, item in value.items())}}}"
    return "nothing" if value is None else str(value)


def _agrees(expected: Value | None, found: Value | None, tolerance: float | list[float] | None) -> bool:
    if isinstance(expected, list) and isinstance(found, list):
        each = tolerance if isinstance(tolerance, list) else [tolerance] * len(expected)
        return len(expected) == len(found) == len(each) and all(map(_agrees, expected, found, each))
    if _is_number(expected) and _is_number(found):
        assert isinstance(expected, int | float) and isinstance(found, int | float)
        allowed = tolerance if isinstance(tolerance, int | float) else 0.0
        return abs(expected - found) <= allowed * (1 + 1e-6) + 1e-9  # engines write six digits or so
    return type(expected) is type(found) and expected == found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _manifest_sha256(folder: Path) -> str:
    """Return the hash of the folder's manifest, or an empty text where there is not exactly one."""
    try:
        found = [path for path in folder.iterdir() if path.name.endswith(_MANIFEST)]
        return hashlib.sha256(found[0].read_bytes()).hexdigest() if len(found) == 1 else ""
    except OSError:
        return ""


def _read(path: Path, engine: str, manifest: str) -> EngineReport:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        return EngineReport(engine, None, error.strerror or str(error))
    if len(data) > _LARGEST:
        return EngineReport(engine, None, "it is larger than 1 MiB")
    try:
        report = Report.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, first["loc"]))
        return EngineReport(engine, None, f"{key or 'the file'}: {first['msg']}; version {SCHEMA_VERSION} is known")
    if report.engine.name != engine:
        return EngineReport(engine, None, f"it is a report of {report.engine.name}")
    return EngineReport(engine, report, outdated=report.manifest_sha256 != manifest)
