"""What all tests share."""

import signal

import pytest


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Let children be interrupted: a shell that starts tests in the background has them ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
