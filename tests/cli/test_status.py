"""``importer status`` shows what engines said of each asset."""

import hashlib
import json

import pytest

from importer.daemon.ledger import Entry, Ledger
from importer.daemon.queue.queue import open_queue
from tests.support.reports import report


@pytest.fixture
def project(cli, tmp_path):
    """A project with two published assets: godot failed the first, and passed an earlier version of the second."""
    cli("init", "p")
    directory = tmp_path / "p"
    for name in ("chair", "table"):
        folder = directory / "out" / name
        (folder / "reports").mkdir(parents=True)
        (folder / f"{name}.manifest.json").write_text("{}")
    size, *rest = report()["checks"]
    wrong = {**size, "status": "failed", "found": [1.0, 1.2, 0.0]}
    found = report(status="failed", checks=[wrong, *rest], manifest_sha256=hashlib.sha256(b"{}").hexdigest())
    (directory / "out" / "chair" / "reports" / "godot.json").write_text(json.dumps(found))
    (directory / "out" / "table" / "reports" / "godot.json").write_text(json.dumps(report()))
    with open_queue(directory) as queue, queue.transaction() as connection:
        ledger = Ledger(queue.database)
        ledger.entries = {f"{name}.png": Entry("done", folder=name) for name in ("chair", "table")}
        ledger.save(ledger.entries, connection)
    return directory


def test_lines_for_people(cli, project):
    result = cli("status", project)
    assert result.exit_code == 0
    head, _, rest = result.stdout.partition("In engines:")
    assert "out/chair" in head
    lines = [line.split("  ") for line in rest.split("\n") if line]
    assert [[word.strip() for word in line if word] for line in lines] == [
        ["failed", "chair.png", "godot 3.2.3.stable: 1 of 1 checks failed: size_m"],
        ["outdated", "table.png", "godot 3.2.3.stable: passed (1 checks)"],
    ]


def test_an_asset_for_other_engines_is_told_as_that(cli, project):
    """Nothing is refused that was never meant for this engine."""
    problem = {"code": "TARGET_MISSING", "where": "chair", "what": "was not published for unity-urp", "fix": "Add it."}
    found = report(
        engine={"name": "unity", "version": "6000.0"}, target="unity-urp", status="refused", checks=[],
        problems=[problem], manifest_sha256=hashlib.sha256(b"{}").hexdigest(),
    )  # fmt: skip
    (project / "out" / "chair" / "reports" / "unity.json").write_text(json.dumps(found))
    (line,) = (line for line in cli("status", project).stdout.split("\n") if "unity" in line)
    assert [word.strip() for word in line.split("  ") if word] == [
        *("elsewhere", "chair.png", "unity 6000.0: not published for unity-urp"),
    ]


def test_whole_reports_for_programs(cli, document, project):
    shown = document(cli("status", project, "--json"))["pictures"]
    (chair,), (table,) = (shown[f"{name}.png"]["reports"] for name in ("chair", "table"))
    assert (chair["engine"], chair["status"], chair["outdated"], chair["failed"]) == (
        *("godot", "failed", False),
        ["size_m"],
    )
    assert chair["report"]["checks"][0]["found"] == [1.0, 1.2, 0.0]
    assert (table["status"], table["outdated"]) == ("passed", True)
