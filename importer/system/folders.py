"""Where an operating system wants a program's files."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_cache_folder() -> Path:
    """Return the folder for files that can be made again: XDG's, ~/Library/Caches, or %LOCALAPPDATA%."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "importer" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "importer"
    # The XDG specification has relative paths ignored.
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (xdg if xdg.is_absolute() else Path.home() / ".cache") / "importer"
