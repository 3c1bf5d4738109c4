"""The command as a user starts it, with nothing replaced: a picture to a verified asset, and Ctrl-C on the way."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

PROFILE = """\
extends: web
scale:
  height_m: 0.25
textures:
  size: 256
retopo:
  faces: 800
lods:
  count: 2
"""
MAIN = [sys.executable, "-c", "from importer.cli.main import main; main()"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with a picture of a lit ball, with alpha, and its sidecar."""
    folder = tmp_path_factory.mktemp("ball")
    y, x = np.mgrid[-1.25:1.25:256j, -1.25:1.25:256j]
    inside = x**2 + y**2 < 1
    light = np.sqrt(np.clip(1 - x**2 - y**2, 0, 1)) * 0.7 + 0.3
    rgba = np.stack([light * 230, light * 120, light * 40, inside * 255], axis=-1).astype(np.uint8)
    Image.fromarray(rgba, "RGBA").save(folder / "Ball ü.png")
    (folder / "Ball ü.yaml").write_text(PROFILE, encoding="utf-8")
    return folder


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "IMPORTER_CACHE": str(folder / "cache"), "PYTHONUTF8": "1"}


def importer(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*MAIN, *arguments]
    env = environment(folder)
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", timeout=250, check=False
    )


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_run_verify_and_run_again(project):
    first = importer(project, "run", "Ball ü.png", "--json")
    assert first.returncode == 0, first.stderr
    (asset,) = json.loads(first.stdout)["assets"]
    assert asset["status"] == "published"
    assert [finding for finding in asset["findings"] if finding["severity"] == "error"] == []
    assert not any(stage["cached"] for stage in asset["stages"])
    folder = project / asset["path"]
    assert folder == project / "out" / "Ball_ü"
    assert list(folder.rglob("*.glb"))
    assert not list((project / "out").glob(".*"))

    checked = importer(project, "verify", "out", "--json")
    assert checked.returncode == 0, checked.stdout
    assert len(json.loads(checked.stdout)["assets"]) == 1

    before = hashes(folder)
    second = importer(project, "run", "Ball ü.png", "--json", "--out", "again")
    (asset,) = json.loads(second.stdout)["assets"]
    assert all(stage["cached"] for stage in asset["stages"])
    assert hashes(project / "again" / "Ball_ü") == before

    (glb,) = folder.rglob("Ball_ü.glb")
    data = bytearray(glb.read_bytes())
    data[len(data) // 2] ^= 1
    glb.write_bytes(data)
    broken = importer(project, "verify", "out")
    assert broken.returncode == 1
    assert "HASH_MISMATCH" in broken.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another event there")
def test_ctrl_c_leaves_nothing_half_written(project, tmp_path):
    env = {**environment(project), "IMPORTER_CACHE": str(tmp_path / "cache")}
    command = [*MAIN, "run", "Ball ü.png", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        command, cwd=project, env=env, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True
    ) as process:
        assert process.stderr
        first = process.stderr.readline()
        assert "intake" in first
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to all processes in front
        rest = process.stderr.read().splitlines()
        process.wait(60)
    assert process.returncode == 130
    assert rest[-1].startswith("Interrupted.")
    assert not any("Traceback" in row for row in rest)
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())
