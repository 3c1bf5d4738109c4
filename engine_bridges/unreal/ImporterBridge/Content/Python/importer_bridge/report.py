"""``reports/unreal.json`` beside the manifest, or in the project where ``out/`` cannot be written."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .atomic import write_atomically
from .notes import Note
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
        "screenshots": [],
    }


def write_report(report: dict[str, Any], published: Path, project: Path, key: str) -> Path:
    """Write a report beside the manifest; where that is impossible, to ``ImporterReports/`` in the project.

    Returns
    -------
    Path
        Where it lies now.
    """
    data = (json.dumps(report, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")
    path = published / "reports" / f"{ENGINE}.json"
    try:
        _write(path, data)
    except OSError:
        path = project / "ImporterReports" / key / "reports" / f"{ENGINE}.json"
        _write(path, data)
    return path


def _write(path: Path, data: bytes) -> None:
    write_atomically(path, data, f".{ENGINE}.{os.getpid()}.tmp")
    for stale in path.parent.glob(f".{ENGINE}.*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - stale.stat().st_mtime > _STALE_S:
                stale.unlink()
