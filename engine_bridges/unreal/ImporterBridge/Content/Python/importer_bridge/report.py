"""``reports/unreal.json`` beside the manifest, or in the project where ``out/`` cannot be written."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .atomic import write_atomically
from .notes import Note
from .photo import SIDE
from .state import RULES

VERSION = "1.0.0"  # of the plugin, as in ImporterBridge.uplugin
ENGINE = "unreal"
_STALE_S = 600
_MOST_NOTES = 1000


def make_report(
    about: dict[str, Any],
    project: str,
    asset: str,
    inputs: tuple[str, str, str],
    when: float,
    duration_s: float,
    checks: list[dict[str, Any]],
    notes: tuple[Sequence[Note], Sequence[Note]],
    views: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a report.

    Parameters
    ----------
    about : dict
        The engine: name, version, platform, renderer.
    inputs : (target, format, manifest_sha256)
    when : float
        Seconds since 1970.
    checks : list
        Empty where the asset was refused.
    notes : (problems, warnings)
    views : sequence of str
        Those that there is a picture of.
    """
    target, form, digest = inputs
    problems, warnings = notes
    failed = any(check["status"] == "failed" for check in checks)
    return {
        "schema_version": "1.0",
        "engine": about,
        "bridge": {"version": VERSION, "rules": RULES},
        "project": project[:200],
        "asset": asset[:300],
        "target": target,
        "format": form,
        "manifest_sha256": digest,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when)),
        "duration_s": round(max(duration_s, 0.0), 3),
        "status": "refused" if problems else "failed" if failed else "passed",
        "checks": checks,
        "problems": [note.to_json() for note in problems][:_MOST_NOTES],
        "warnings": [note.to_json() for note in warnings][:_MOST_NOTES],
        "screenshots": [{"file": _picture(view), "view": view, "width": SIDE, "height": SIDE} for view in views],
    }


def write_report(
    report: dict[str, Any], pictures: Mapping[str, bytes], published: Path, project: Path, key: str
) -> Path:
    """Write pictures and report beside the manifest; where that is impossible, to ``ImporterReports/`` in the project.

    Parameters
    ----------
    pictures : mapping
        PNG files by view.

    Returns
    -------
    Path
        Where it lies now.
    """
    data = (json.dumps(report, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")
    files = {**{_picture(view): picture for view, picture in pictures.items()}, f"{ENGINE}.json": data}
    try:
        return _write(published / "reports", files)
    except OSError:
        return _write(project / "ImporterReports" / key / "reports", files)


def _picture(view: str) -> str:
    return f"{ENGINE}-{view}.png"


def _write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write the files in order, the report last; return its path."""
    for name, data in files.items():
        write_atomically(folder / name, data, f".{ENGINE}.{os.getpid()}.tmp")
    for stale in folder.glob(f".{ENGINE}.*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - stale.stat().st_mtime > _STALE_S:
                stale.unlink()
    return folder / f"{ENGINE}.json"
