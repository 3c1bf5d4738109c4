"""Programs that import a file and say what they found: Blender and Godot, where they are on the PATH."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent


def read_blender(script: str, files: dict[str, bytes], suffix: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Return what a script, a path from tests/export, says of each file by its name; tested with Debian's 3.4."""
    blender = shutil.which("blender")
    if blender is None:
        pytest.skip("blender is not on the PATH: on Debian, apt-get install blender")
    paths = {name: folder / f"{name}{suffix}" for name in files}
    for name, path in paths.items():
        path.write_bytes(files[name])
    out = folder / "out.json"
    command = [blender, "--background", "--factory-startup", "--python-exit-code", "1"]
    command += ["--python", str(_HERE / script), "--", str(out), *map(str, paths.values())]
    # Debian's looks for its modules beside the first python3 on the PATH, which a version manager may have put there.
    env = {**os.environ, "PATH": os.pathsep.join([str(Path(blender).parent), os.defpath])}
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    read = json.loads(out.read_text("utf-8"))
    return {name: read[str(path)] for name, path in paths.items()}


def read_godot(data: bytes, suffix: str, folder: Path) -> list[dict[str, Any]]:
    """Return the nodes that Godot 3 without a window makes of a file; tested with Debian's 3.2.3."""
    godot = shutil.which("godot3-server")
    if godot is None:
        pytest.skip("godot3-server is not on the PATH: on Debian, apt-get install godot3-server")
    project = folder / "project"
    shutil.copytree(_HERE / "godot", project)
    (project / f"scene{suffix}").write_bytes(data)
    # The editor is killed by its own plugin, so its exit status says nothing.
    subprocess.run([godot, "--editor", "--path", str(project)], capture_output=True, timeout=100, check=False)
    command = [godot, "--path", str(project), "--script", "probe.gd"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)
    line = next((line for line in done.stdout.splitlines() if line.startswith("FOUND ")), None)
    assert line is not None, done.stdout + done.stderr
    return json.loads(line.removeprefix("FOUND "))
