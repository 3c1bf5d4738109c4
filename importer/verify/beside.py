"""Textures that a file names, opened in its own folder and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

from importer.manifest.paths import inside
from importer.verify.fbx import Opener

_LARGEST = 2**30


def beside(folder: Path) -> Opener:
    """Return what opens the files that a file in `folder` names: at their relative path, or in the folder itself."""

    def opener(name: str) -> bytes | None:
        for path in (name.replace("\\", "/"), re.split(r"[/\\]", name)[-1]):
            found = inside(folder, path)
            try:
                if found is not None and found.is_file() and found.stat().st_size <= _LARGEST:
                    return found.read_bytes()
            except OSError:
                continue
        return None

    return opener
