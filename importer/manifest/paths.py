"""Paths in a manifest: relative, in one folder, the same on every operating system."""

from __future__ import annotations

import os
import re
from pathlib import Path

# Control characters, what Windows refuses, and its device names, whatever the extension.
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)


def is_safe(path: str) -> bool:
    """Tell whether `path` stays below its folder by its text alone, on every system.

    Examples
    --------
    >>> [is_safe(path) for path in ("unreal/SM_cart.glb", "../x", "C:/x", "/x", "a//b", "a/nul.png")]
    [True, False, False, False, False, False]
    """
    parts = path.split("/")
    return all(
        part and part == part.rstrip(" .") and not _FORBIDDEN.search(part) and not _DEVICE.match(part) for part in parts
    )


def inside(folder: Path, path: str) -> Path | None:
    """Return `path` below `folder`, or None if it leads out of it, be it by a link."""
    if not is_safe(path):
        return None
    found = Path(os.path.realpath(folder / path))
    return found if found.is_relative_to(os.path.realpath(folder)) else None
