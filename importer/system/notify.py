"""Words to the service manager that started this program: sd_notify(3), without its library."""

from __future__ import annotations

import contextlib
import os
import socket
import time


class Watchdog:
    """Says that the program is ready, alive, and ending; nothing happens where no service manager listens."""

    def __init__(self) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET", "")
        self._pause = int(os.environ.get("WATCHDOG_USEC") or 0) / 1e6 / 3
        self._next = 0.0

    def ready(self) -> None:
        """Say that the start is done."""
        self._send("READY=1")

    def alive(self) -> None:
        """Say that the program is not stuck; call it as often as you like."""
        now = time.monotonic()
        if self._pause and now >= self._next:
            self._next = now + self._pause
            self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that the end has begun."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(text.encode(), address)
