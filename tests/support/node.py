"""Outside readers that run in node: the Khronos validator and three.js, installed on first use from tests/js."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

_FOLDER = Path(__file__).resolve().parents[1] / "js"


def install() -> str:
    """Return the path of node after installing tests/js; skip the test where there is no node or npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are needed for the Khronos validator and three.js: install Node.js 18 or newer")
    lock, mark = _FOLDER / "package-lock.json", _FOLDER / "node_modules" / ".package-lock.json"
    if not mark.exists() or mark.stat().st_mtime < lock.stat().st_mtime:
        done = subprocess.run([npm, "ci"], cwd=_FOLDER, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, f"npm ci failed in tests/js:\n{done.stderr}"
        mark.touch()
    return node


def run_script(script: str, paths: list[Path]) -> dict[str, Any]:
    """Run a script of tests/js on files and return what it printed, keyed by path."""
    command = [install(), str(_FOLDER / script), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=240, cwd=_FOLDER)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
