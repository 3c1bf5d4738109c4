"""Ctrl-C that is not lost.

A library's bare ``except`` swallows the exception that Ctrl-C raises, as OpenCV's does while it is imported; the work
would go on as if nothing had been pressed.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Yield a check that raises KeyboardInterrupt if Ctrl-C was pressed before and is forgotten.

    Where Ctrl-C does not raise KeyboardInterrupt in the first place (``nohup``, another thread), nothing changes.
    """
    pressed = threading.Event()

    def remember(number: int, frame: object) -> None:
        pressed.set()
        raise KeyboardInterrupt

    def check() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield check
        return
    signal.signal(signal.SIGINT, remember)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
