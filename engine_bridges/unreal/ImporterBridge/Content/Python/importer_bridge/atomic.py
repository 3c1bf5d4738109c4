"""Files that are the old one or the new one after a crash, never a mixture."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, data: bytes, partial: str) -> None:
    """Write ``data`` to ``path`` by way of a file called ``partial`` in the same folder, which is gone afterwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(partial)
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        if draft.exists():
            draft.unlink()
