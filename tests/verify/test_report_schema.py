"""The protocol's report: its published schema, its example in docs/, and what it must not say."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from importer.verify.report_schema import CHECKS, Report, json_schema
from tests.support.reports import report

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_published_schema_is_up_to_date():
    wanted = "run: python -m importer.verify.report_schema > docs/report.schema.json"
    assert (DOCS / "report.schema.json").read_bytes().replace(b"\r\n", b"\n") == json_schema(), wanted


def test_a_whole_report_follows_schema_and_reader():
    schema = json.loads(json_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(report(), schema)
    assert Report.model_validate(report()).model_dump(mode="json", exclude_none=True) == report()


def test_the_page_lists_every_check_in_the_order_of_reports():
    page = (DOCS / "bridges.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", page.partition("## Checks")[2].partition("## Codes")[0], re.MULTILINE)
    assert tuple(rows) == CHECKS


def test_a_later_minor_version_with_unknown_keys_is_read():
    later = report(schema_version="1.7", weather="fine")
    assert Report.model_validate(later).status == "passed"
    jsonschema.validate(later, json.loads(json_schema()))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema_version": "2.0"}, "schema_version"),
        ({"status": "refused"}, "problems"),
        ({"checks": report()["checks"][1:]}, "size_m is missing"),
        ({"checks": [*report()["checks"], report()["checks"][0]]}, "twice"),
        ({"time": "2026-01-31T12:00:00+02:00"}, "UTC"),
        ({"time": "yesterday"}, "time"),
        ({"duration_s": float("nan")}, "duration_s"),
        ({"manifest_sha256": "9f"}, "manifest_sha256"),
        ({"engine": {"name": "../godot", "version": "3"}}, "engine.name"),
        ({"screenshots": [{"file": "../x.png", "view": "front", "width": 1, "height": 1}]}, "screenshots"),
    ],
)
def test_what_a_report_must_not_say(changes, message):
    with pytest.raises(ValidationError, match=message):
        Report.model_validate(report(**changes))


def test_a_skipped_check_says_why_and_others_what_was_expected():
    rest = report()["checks"][1:]
    for wrong in ({"status": "skipped"}, {"status": "passed", "found": [1, 1, 1]}):
        with pytest.raises(ValidationError):
            Report.model_validate(report(checks=[{"name": "size_m", **wrong}, *rest]))
