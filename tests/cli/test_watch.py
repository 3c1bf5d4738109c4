"""``importer watch`` and ``status``: lines for people, and the way to stop."""

import json
import signal
import sys

import pytest

from importer.cli.watch import line
from importer.daemon.ledger import Entry, Ledger
from importer.daemon.queue.queue import open_queue
from importer.errors import PictureError
from importer.pipeline.events import Event


@pytest.fixture
def project(cli, tmp_path):
    cli("init", "p")
    return tmp_path / "p"


def test_a_folder_without_drop_is_wrong_usage(cli):
    for command in ("watch", "status"):
        result = cli(command, "nix")
        assert result.exit_code == 2
        assert "importer init nix" in result.stderr


def test_events_become_lines_and_stages_do_not(cli, project, monkeypatch):
    def watch(directory, on_event, stop, **settings):
        on_event(Event("building", "[b]chair.png"))
        on_event(Event("finished", "[b]chair.png", "matte", 1.0))
        on_event(Event("published", "[b]chair.png", path="out/chair", seconds=3.0))

    monkeypatch.setattr("importer.daemon.watch.watch", watch)
    result = cli("watch", project)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["building   [b]chair.png", "published  [b]chair.png  out/chair  (3.0 s)"]


def test_a_message_that_names_its_picture_does_not_name_it_twice():
    assert line(Event("failed", "a.png", message="a.png: damaged")) == "failed     a.png: damaged"


def test_ctrl_c_ends_watching_in_one_line(cli, project, monkeypatch):
    def watch(directory, on_event, stop, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("importer.daemon.watch.watch", watch)
    result = cli("watch", project)
    assert result.exit_code == 130
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process with no signal")
def test_the_signal_of_a_service_manager_asks_the_daemon_to_stop(cli, project, monkeypatch):
    before = signal.getsignal(signal.SIGTERM)

    def watch(directory, on_event, stop, **settings):
        signal.raise_signal(signal.SIGTERM)
        assert stop.wait(5)

    monkeypatch.setattr("importer.daemon.watch.watch", watch)
    assert cli("watch", project).exit_code == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_status_shows_every_picture(cli, document, project):
    assert "No picture" in cli("status", project).stdout
    failed = Entry()
    failed.fail(PictureError("damaged", where="b.png", fix="Export it again."))
    with open_queue(project) as queue, queue.transaction() as connection:
        ledger = Ledger(queue.database)
        ledger.entries = {"a.png": Entry("done", folder="a", seconds=2.0, warnings=["x"]), "b.png": failed}
        ledger.save(ledger.entries, connection)
    result = cli("status", project)
    assert result.exit_code == 1
    assert "done    a.png  out/a  (2.0 s, 1 warning)" in result.stdout
    assert "failed  b.png  b.png: damaged. Export it again." in result.stdout
    shown = document(cli("status", project, "--json"))
    assert shown["running"] is False
    assert shown["pictures"]["b.png"]["error"]["fix"] == "Export it again."


def test_log_is_json_lines_on_demand(cli, project, monkeypatch):
    def watch(directory, on_event, stop, **settings):
        on_event(Event("published", "chair.png", path="out/chair", seconds=3.0, job="p-0123456789"))

    monkeypatch.setattr("importer.daemon.watch.watch", watch)
    assert "[01234567]" in cli("watch", project).stdout
    record = json.loads(cli("watch", project, "--json").stdout)
    assert record.pop("time").endswith("Z")
    assert record == {
        "kind": "published",
        "picture": "chair.png",
        "path": "out/chair",
        "seconds": 3.0,
        "job": "p-0123456789",
    }
