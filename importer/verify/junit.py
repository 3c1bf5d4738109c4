"""Findings as JUnit XML, which build servers read: a suite for each asset, a case for each kind of finding.

An error is a failure. A warning does not fail a build: its case passes and says it in ``system-out``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from importer.records import Finding

# XML 1.0 has no way to write these.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[tuple[str, Sequence[Finding]]]) -> str:
    """Return the document for assets by name and their findings."""
    root = ElementTree.Element("testsuites", name="importer verify")
    totals = {"tests": 0, "failures": 0}
    for name, findings in results:
        suite = ElementTree.SubElement(root, "testsuite", name=_text(name))
        cases = _cases(name, findings)
        suite.extend(cases)
        failures = sum(case.find("failure") is not None for case in cases)
        counts = {"tests": len(cases), "failures": failures}
        suite.attrib.update({key: str(count) for key, count in {**counts, "errors": 0, "skipped": 0}.items()})
        totals = {key: totals[key] + count for key, count in counts.items()}
    root.attrib.update({key: str(count) for key, count in {**totals, "errors": 0}.items()})
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _cases(name: str, findings: Sequence[Finding]) -> list[ElementTree.Element]:
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.code, []).append(finding)
    if not kinds:
        return [_case(name, "all checks")]
    cases = []
    for code, same in kinds.items():
        case = _case(name, code)
        errors = [finding for finding in same if finding.severity == "error"]
        if errors:
            failure = ElementTree.SubElement(case, "failure", type=code, message=_text(errors[0].what))
            failure.text = _lines(errors)
        warnings = [finding for finding in same if finding.severity != "error"]
        if warnings:
            ElementTree.SubElement(case, "system-out").text = _lines(warnings)
        cases.append(case)
    return cases


def _case(name: str, code: str) -> ElementTree.Element:
    return ElementTree.Element("testcase", classname=_text(name), name=code, time="0")


def _lines(findings: Sequence[Finding]) -> str:
    return "\n".join(_text(f"{f.severity}: {f.where}: {f.what}. {f.fix}".rstrip()) for f in findings)


def _text(value: str) -> str:
    return _FORBIDDEN.sub("?", value)
