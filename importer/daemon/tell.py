"""How everything that happens reaches who listens."""

from __future__ import annotations

import errno
import threading
from dataclasses import replace

from importer.pipeline.events import Event, OnEvent


def one_at_a_time(on_event: OnEvent) -> OnEvent:
    """Return a listener that may be called from several threads, and whose log may be on a full disk."""
    lock = threading.Lock()

    def tell(event: Event) -> None:
        with lock:
            # A file name that is no Unicode text would break whoever prints it.
            text = event.picture.encode("utf-8", "replace").decode()
            try:
                on_event(replace(event, picture=text))
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):  # a full disk must not end the work
                    raise

    return tell
