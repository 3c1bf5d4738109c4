"""This machine's name among those that share a queue."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator
from itertools import count

from importer.system.folders import user_cache_folder
from importer.system.lock import try_lock


@contextlib.contextmanager
def own_name(wish: str | None = None) -> Iterator[str]:
    """Give a name that no other importer on this machine has: the host's, with a number for the second one.

    Two processes of one name would take each other's running jobs, so a file is locked for as long as it is used.
    """
    base = re.sub(r"[^\w.-]", "-", wish or socket.gethostname() or "host")
    folder = user_cache_folder() / f"hosts-{socket.gethostname()}"  # homes may be on a share
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        name = base if number == 1 else f"{base}-{number}"
        lock = try_lock(folder / name)
        if lock:
            with lock:
                yield name
            return
