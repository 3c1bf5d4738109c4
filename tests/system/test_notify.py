import socket
import sys

import pytest

from importer.system.notify import Watchdog

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sd_notify is systemd's")


def test_service_manager_hears_of_start_life_and_end(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "60000000")
        watchdog = Watchdog()
        watchdog.ready()
        for _ in range(50):
            watchdog.alive()  # one word in 20 s
        watchdog.stopping()
        assert [manager.recv(100).decode() for _ in range(3)] == ["READY=1", "WATCHDOG=1", "STOPPING=1"]


def test_nothing_happens_without_a_service_manager(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setenv("WATCHDOG_USEC", "1")
    Watchdog().alive()
    monkeypatch.setenv("NOTIFY_SOCKET", "/nonexistent/socket")
    Watchdog().ready()
