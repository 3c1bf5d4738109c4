"""Ctrl-C: a library that swallows the exception does not make the command go on."""

import contextlib
import signal
import threading

import pytest

from importer.cli.interrupt import interruptible
from importer.pipeline.events import Event


def press_and_swallow():
    with contextlib.suppress(BaseException):  # as a bare `except` in a library does
        signal.raise_signal(signal.SIGINT)


def test_a_swallowed_press_is_raised_again():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), interruptible() as check:
        check()
        press_and_swallow()
        check()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_press_is_raised_at_once():
    with pytest.raises(KeyboardInterrupt), interruptible():
        signal.raise_signal(signal.SIGINT)
        pytest.fail("went on")


def test_who_ignores_ctrl_c_goes_on_ignoring_it():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as nohup does
    try:
        with interruptible() as check:
            signal.raise_signal(signal.SIGINT)
            check()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_may_build():
    passed = []

    def work():
        with interruptible() as check:
            check()
        passed.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert passed


def test_run_ends_at_the_next_stage(cli, pictures, built, monkeypatch, tmp_path):
    pictures("a.png", "b.png")

    def swallowing(picture, profile, on_event):
        press_and_swallow()
        on_event(Event("started", str(picture), "predict"))
        pytest.fail("went on")

    monkeypatch.setattr("importer.pipeline.run.build_asset", swallowing)
    result = cli("run", "a.png", "b.png")
    assert result.exit_code == 130
    assert "Interrupted." in result.stderr
    assert not (tmp_path / "out").exists()
