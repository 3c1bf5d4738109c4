"""A share whose server is away: every question about its files ends with an error, which is not that they are gone."""

import errno
import os
import threading

import pytest

from importer.daemon import submit
from importer.daemon.scan import Snapshot, scan
from tests.daemon.watching import quiet, running
from tests.faults.stages import NULL


@pytest.fixture
def away(monkeypatch):
    """Return a list of folders; nothing below them answers."""
    folders, questions = [], {name: getattr(os, name) for name in ("stat", "scandir")}

    def ask(name):
        def asked(path=".", *args, **settings):
            if any(str(path).startswith(str(folder)) for folder in folders):
                raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
            return questions[name](path, *args, **settings)

        return asked

    for name in questions:
        monkeypatch.setattr(os, name, ask(name))
    return folders


@pytest.mark.parametrize("part", ["drop", "drop/set", "out"])
def test_share_that_does_not_answer_is_waited_for(project, away, part):
    (project / "drop" / "set").mkdir()
    (project / "drop" / "set" / "a.png").write_bytes(b"1")
    with running(project, table=NULL) as daemon:
        daemon.wait("published", "set/a.png")
        away.append(project / part)
        (project / "drop" / "b.png").write_bytes(b"2")
        quiet(daemon, 1.5)
        away.clear()
        daemon.wait("published", "b.png")
        assert daemon.of("gone") == daemon.of("failed") == []
        assert len(daemon.of("published")) == 2


def test_picture_whose_share_goes_away_while_it_is_queued_has_not_failed(project, away, monkeypatch):
    real, asked = submit.resolve, threading.Event()

    def resolve(*args, **settings):
        if asked.is_set():
            return real(*args, **settings)
        asked.set()
        away.append(project / "drop")
        raise OSError(errno.ESTALE, "Stale file handle")

    monkeypatch.setattr(submit, "resolve", resolve)
    (project / "drop" / "a.png").write_bytes(b"1")
    with running(project, table=NULL) as daemon:
        assert asked.wait(20)
        quiet(daemon)
        away.clear()
        daemon.wait("published", "a.png")
        assert daemon.of("failed") == []


def test_folder_that_is_gone_is_not_one_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "drop" / "set").mkdir(parents=True)
    real = os.scandir

    def scandir(path):
        if str(path).rstrip("/").endswith("set"):
            os.rmdir(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert scan(tmp_path / "drop") == Snapshot()
