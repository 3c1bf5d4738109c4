import hashlib
import json
import subprocess
import sys

import pytest

from importer.pipeline.run import Asset
from tests.daemon.watching import PROFILE


def make_asset(name="chair", sha="0" * 64, **files):
    """Return an asset of small files and its manifest; keys have ``__`` for ``/`` and ``_`` for ``.``."""
    named = {key.replace("__", "/").replace("_", "."): value for key, value in files.items()}
    named = named or {"gltf/mesh.glb": b"mesh", "preview/turntable.png": b"picture"}
    entries = [{"path": path, "sha256": hashlib.sha256(data).hexdigest()} for path, data in sorted(named.items())]
    manifest = json.dumps({"files": entries, "warnings": []}).encode()
    return Asset(name, sha, {**named, f"{name}.manifest.json": manifest}, (), {}, (), ())


def tree(folder):
    """Return every file below a folder with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def tiny_disk(tmp_path):
    """Return the root of a file system of 256 KiB."""
    point = tmp_path / "disk"
    point.mkdir()
    if sys.platform != "linux" or _mount(point, "size=256k").returncode != 0:
        pytest.skip("mounting a small tmpfs needs root on Linux")
    yield point
    subprocess.run(["umount", "-l", str(point)], check=True)


@pytest.fixture
def read_only_disk(tmp_path):
    """Return the root of a file system that refuses writes, whoever asks."""
    point = tmp_path / "readonly"
    point.mkdir()
    if sys.platform != "linux" or _mount(point, "size=256k,ro").returncode != 0:
        pytest.skip("mounting a read-only tmpfs needs root on Linux")
    yield point
    subprocess.run(["umount", "-l", str(point)], check=True)


def _mount(point, options):
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(point)]
    try:
        return subprocess.run(command, capture_output=True)
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 1)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a project folder as ``importer init`` makes it, with a profile that the small stages need."""
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "stages.log"))
    directory = tmp_path / "project"
    (directory / "drop").mkdir(parents=True)
    (directory / "out").mkdir()
    (directory / "profile.yaml").write_text(PROFILE)
    return directory


@pytest.fixture
def stages_run(tmp_path):
    """Return a function that gives the stages that ran since it was last called."""
    log = tmp_path / "stages.log"

    def since():
        names = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return names

    return since
