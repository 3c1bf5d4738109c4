"""JUnit output: what build servers count and show."""

from __future__ import annotations

from xml.etree import ElementTree

from importer.records import Finding
from importer.verify.junit import junit

ERROR = Finding("error", "LOD_ORDER", "a.glb: node 'x'", "LOD1 has 9 & LOD0 <8", "Number the levels.")
OTHER = Finding("error", "LOD_ORDER", "b.glb: node 'y'", "the same there", "Number the levels.")
WARNING = Finding("warning", "DEBRIS", "a.glb", "crumbs \x00\x1b[31m \ud800", "Sweep.")


def parsed(*results: tuple[str, list[Finding]]) -> ElementTree.Element:
    text = junit(results)
    return ElementTree.fromstring(text.encode("utf-8"))


def test_an_asset_without_findings_passes() -> None:
    root = parsed(("a.glb", []))
    assert (root.attrib["tests"], root.attrib["failures"]) == ("1", "0")
    (case,) = root.iter("testcase")
    assert (case.attrib["classname"], list(case)) == ("a.glb", [])


def test_errors_of_one_kind_are_one_failure_that_says_all() -> None:
    root = parsed(("a.glb", [ERROR, OTHER]), ("b.glb", []))
    assert (root.attrib["tests"], root.attrib["failures"]) == ("2", "1")
    (failure,) = root.iter("failure")
    assert failure.attrib == {"type": "LOD_ORDER", "message": ERROR.what}
    assert failure.text is not None
    assert all(text in failure.text for text in (ERROR.where, ERROR.fix, OTHER.where, OTHER.what))


def test_warnings_do_not_fail_and_are_told() -> None:
    root = parsed(("a.glb", [WARNING]))
    assert root.attrib["failures"] == "0"
    (out,) = root.iter("system-out")
    assert "crumbs ??[31m ?" in (out.text or "")


def test_suites_add_up() -> None:
    root = parsed(("a.glb", [ERROR, WARNING]), ("b.glb", [WARNING]))
    suites = root.findall("testsuite")
    assert [(suite.attrib["tests"], suite.attrib["failures"]) for suite in suites] == [("2", "1"), ("1", "0")]
    assert all(len(suite) == int(suite.attrib["tests"]) for suite in suites)
