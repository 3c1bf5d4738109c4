"""Reports as an engine bridge writes them."""

from __future__ import annotations

from typing import Any

from importer.verify.report_schema import CHECKS

_SIZE = {"unit": "m", "expected": [1.0, 1.2, 2.0], "found": [1.0, 1.2, 2.0], "tolerance": 0.01}


def report(**changes: Any) -> dict[str, Any]:
    """Return a report of a Godot that measured the cart's size and skipped the rest, with some keys replaced."""
    rest = [{"name": name, "status": "skipped", "message": "not measured"} for name in CHECKS[1:]]
    return {
        "schema_version": "1.0",
        "engine": {"name": "godot", "version": "3.2.3.stable", "platform": "X11"},
        "bridge": {"version": "1.0.0", "rules": 1},
        "project": "game",
        "asset": "cart",
        "target": "godot",
        "format": "glb",
        "manifest_sha256": "a" * 64,
        "time": "2026-01-31T12:00:00Z",
        "duration_s": 0.5,
        "status": "passed",
        "checks": [{"name": "size_m", "status": "passed", **_SIZE}, *rest],
        "problems": [],
        "warnings": [],
        "screenshots": [],
        **changes,
    }
