"""Reports of engines: tied to what is published now, judged by their numbers, and never trusted to be sound."""

import hashlib
import json

import pytest

from importer.verify.path import verify_path
from importer.verify.report_schema import Check
from importer.verify.reports import engine_findings, judged, read_reports
from tests.support.models import asset
from tests.support.published import publish
from tests.support.reports import report

MANIFEST = b'{"asset": {}}'
NOW = hashlib.sha256(MANIFEST).hexdigest()
SIZE = report()["checks"][0]
REST = report()["checks"][1:]
MISSING = {"code": "FILE_MISSING", "where": "godot/cart.glb", "what": "it is not there", "fix": "Copy it."}
ELSEWHERE = {"code": "TARGET_MISSING", "where": "cart", "what": "was not published for godot", "fix": "Add it."}


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a manifest and an empty reports/."""
    (tmp_path / "cart.manifest.json").write_bytes(MANIFEST)
    (tmp_path / "reports").mkdir()
    return tmp_path


def put(folder, name="godot", **changes):
    text = json.dumps(report(**{"manifest_sha256": NOW, **changes}))
    (folder / "reports" / f"{name}.json").write_text(text, "utf-8")


def test_no_reports_are_no_fault(tmp_path):
    assert read_reports(tmp_path) == ()
    assert engine_findings(tmp_path / "nowhere") == []


def test_a_report_that_passed(folder):
    put(folder)
    (found,) = read_reports(folder)
    assert (found.status, found.outdated, found.failed) == ("passed", False, ())
    assert found.summary() == "godot 3.2.3.stable: passed (1 checks)"
    assert engine_findings(folder) == []


def test_a_failed_check_becomes_a_finding_with_both_numbers(folder):
    put(folder, status="failed", checks=[{**SIZE, "status": "failed", "found": [100.0, 120.0, 200.0]}, *REST])
    (finding,) = engine_findings(folder)
    assert (finding.severity, finding.code, finding.where) == ("error", "ENGINE_CHECK_FAILED", "reports/godot.json")
    assert finding.what == "godot 3.2.3.stable measured size_m [100, 120, 200] m, expected [1, 1.2, 2]"


def test_numbers_count_more_than_what_a_report_says_of_them(folder):
    put(folder, checks=[{**SIZE, "found": [0.01, 0.012, 0.02]}, *REST])
    (found,) = read_reports(folder)
    assert found.status == "failed"
    assert found.summary() == "godot 3.2.3.stable: 1 of 1 checks failed: size_m"


def test_a_refusal_becomes_a_finding(folder):
    put(folder, status="refused", checks=[], problems=[MISSING])
    (finding,) = engine_findings(folder)
    assert (finding.code, finding.what) == ("ENGINE_REFUSED", "FILE_MISSING godot/cart.glb: it is not there")
    assert finding.fix == "Copy it."
    assert "refused: FILE_MISSING godot/cart.glb it is not there" in read_reports(folder)[0].summary()


def test_an_asset_for_other_engines_only_is_no_fault(folder):
    put(folder, status="refused", checks=[], problems=[ELSEWHERE])
    (found,) = read_reports(folder)
    assert (found.status, found.summary()) == ("elsewhere", "godot 3.2.3.stable: not published for godot")
    assert engine_findings(folder) == []


@pytest.mark.parametrize(
    ("checks", "problems"),
    [([], [ELSEWHERE, MISSING]), ([{**SIZE, "status": "failed", "found": [9, 9, 9]}], [ELSEWHERE])],
)
def test_a_missing_target_hides_no_other_fault(folder, checks, problems):
    put(folder, status="refused", checks=checks, problems=problems)
    assert read_reports(folder)[0].status == "refused"
    assert "ENGINE_REFUSED" in {finding.code for finding in engine_findings(folder)}


def test_a_report_on_an_earlier_manifest_is_outdated_and_finds_nothing(folder):
    put(folder, status="refused", checks=[], problems=[MISSING], manifest_sha256="0" * 64)
    (found,) = read_reports(folder)
    assert found.outdated
    assert engine_findings(folder) == []


def test_without_its_one_manifest_every_report_is_outdated(folder):
    put(folder)
    (folder / "other.manifest.json").write_text("{}")
    assert read_reports(folder)[0].outdated


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b'{"schema_version": "1.0"', "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (json.dumps(report(schema_version="2.0")).encode(), "schema_version"),
        (json.dumps(report(engine={"name": "unity", "version": "6"})).encode(), "report of unity"),
        (b" " * (2**20 + 1), "larger than 1 MiB"),
    ],
)
def test_a_damaged_report_is_told_and_hides_no_other(folder, data, problem):
    put(folder, "unreal", engine={"name": "unreal", "version": "5.6"})
    (folder / "reports" / "godot.json").write_bytes(data)
    godot, unreal = read_reports(folder)
    assert (godot.status, unreal.status) == ("unreadable", "passed")
    assert problem in godot.problem
    (finding,) = engine_findings(folder)
    assert (finding.severity, finding.code) == ("warning", "ENGINE_REPORT_UNREADABLE")


def test_half_written_and_foreign_files_are_left_alone(folder):
    for name in (".godot.77.tmp", ".godot.json", "notes.txt", "GODOT.json", "godot-front.png"):
        (folder / "reports" / name).write_text("{")
    assert read_reports(folder) == ()


def test_no_text_of_a_report_moves_the_cursor(folder):
    put(folder, status="refused", checks=[], problems=[{**MISSING, "what": "\x1b[2Jgone\nnew line"}])
    for text in (read_reports(folder)[0].summary(), engine_findings(folder)[0].what):
        assert text.isprintable()


@pytest.mark.parametrize(
    ("expected", "found", "tolerance", "verdict"),
    [
        (1.0, 1.05, 0.05, "passed"),
        (1.0, 1.06, 0.05, "failed"),
        (12, 12, None, "passed"),
        (12, 13, None, "failed"),
        ([100, 50], [101, 50], [1, 0], "passed"),
        ([100, 50], [100, 51], [1, 0], "failed"),
        ([1, 2], [1, 2, 3], 1, "failed"),
        (["a"], ["a"], None, "passed"),
        (["a"], ["b"], None, "failed"),
        ({"normal": "linear"}, {"normal": "srgb"}, None, "failed"),
        ({"normal": "linear"}, {"normal": "linear"}, None, "passed"),
        (True, 1, None, "failed"),
        (True, True, None, "passed"),
        (1.0, None, 0.5, "failed"),
    ],
)
def test_judging_again(expected, found, tolerance, verdict):
    check = Check(name="x", status="passed", expected=expected, found=found, tolerance=tolerance)
    assert judged(check) == verdict


def test_verify_tells_what_engines_found(tmp_path):
    folder = publish(asset("cart"), tmp_path)
    now = hashlib.sha256((folder / "cart.manifest.json").read_bytes()).hexdigest()
    before = verify_path(folder)[0][1]
    (folder / "reports").mkdir()
    put(folder, manifest_sha256=now)
    (folder / "reports" / "godot-front.png").write_bytes(b"a screenshot")
    assert verify_path(folder)[0][1] == before  # what engines write is no stranger's file
    put(folder, manifest_sha256=now, checks=[{**SIZE, "found": [100, 120, 200]}, *REST])
    assert [finding.code for finding in verify_path(folder)[0][1] if finding not in before] == ["ENGINE_CHECK_FAILED"]
