import hashlib
import json

import pytest

from importer.daemon.queue.queue import open_queue
from importer.pipeline.run import Asset
from tests.daemon.watching import PROFILE
from tests.support.disks import read_only_disk, tiny_disk  # noqa: F401  (fixtures)
from tests.support.postgres import serving


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


@pytest.fixture(scope="session")
def postgres():
    """Return a PostgreSQL server."""
    with serving() as server:
        yield server


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


@pytest.fixture
def machines(project, postgres, tmp_path, monkeypatch):
    """Return a project, a database for several machines, and its queue; other tests may have machines of such names."""
    monkeypatch.setenv("RELEASE", str(tmp_path / "release"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    url = postgres.database()
    with open_queue(project, url) as queue:
        yield project, url, queue
