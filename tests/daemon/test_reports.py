"""The daemon tells of reports that engines write, once each."""

import hashlib
import json

import pytest

from importer.daemon.reports import ReportWatch
from tests.daemon.conftest import make_asset
from tests.daemon.watching import running
from tests.support.reports import report


def put(folder, engine="godot", **changes):
    (manifest,) = folder.glob("*.manifest.json")
    sha256 = hashlib.sha256(manifest.read_bytes()).hexdigest()
    text = json.dumps(report(**{"engine": {"name": engine, "version": "3.2"}, "manifest_sha256": sha256, **changes}))
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports" / f"{engine}.json").write_text(text)


@pytest.fixture
def folder(tmp_path):
    for name, data in make_asset().files.items():
        path = tmp_path / "chair" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "chair"


class Looks:
    """Looks of one daemon, far enough apart."""

    def __init__(self):
        self.watch, self.now = ReportWatch(), 0.0

    def __call__(self, folder):
        self.now += 1000
        return [event.message for event in self.watch.news({"chair.png": folder}, self.now)]


def test_a_new_and_a_changed_report_are_told_once(folder):
    look = Looks()
    assert look(folder) == []
    put(folder)
    assert look(folder) == ["godot 3.2: passed (1 checks)"]
    assert look(folder) == []
    put(folder, duration_s=12.5)
    assert len(look(folder)) == 1


def test_reports_that_were_there_at_the_start_are_no_news(folder):
    put(folder)
    assert Looks()(folder) == []


def test_a_report_that_comes_before_the_first_look_at_a_new_asset_is_told(folder):
    look = Looks()
    look.watch.news({}, 0.0)
    put(folder)
    assert len(look(folder)) == 1


def test_an_outdated_report_is_not_told(folder):
    look = Looks()
    look(folder)
    put(folder, manifest_sha256="0" * 64)
    assert look(folder) == []


def test_nothing_is_looked_at_twice_in_a_moment(folder):
    watch = ReportWatch()
    watch.news({"chair.png": folder}, 100.0)
    put(folder)
    assert watch.news({"chair.png": folder}, 101.0) == []
    assert len(watch.news({"chair.png": folder}, 1000.0)) == 1


def test_the_running_daemon_tells_of_a_report(project, monkeypatch):
    monkeypatch.setattr("importer.daemon.reports._REST_S", 0.1)
    monkeypatch.setattr("importer.daemon.reports._PATIENCE", 1)
    with running(project) as daemon:
        (project / "drop" / "chair.png").write_bytes(b"picture")
        path = daemon.wait("published", "chair.png").path
        (project / "out" / "chair" / "chair.manifest.json").write_text("{}")  # the small stages make none
        put(project / "out" / "chair")
        event = daemon.wait("engine", "chair.png")
    assert (event.path, event.message) == (path, "godot 3.2: passed (1 checks)")
