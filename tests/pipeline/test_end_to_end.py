"""The real stages on a real picture: what is cached, what runs again, and the same bytes from two processes."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from importer.pipeline.cache import Cache
from importer.pipeline.run import build_asset
from importer.pipeline.stages import STAGES
from importer.profile.schema import Export, LodLevels, Profile, Retopo, Textures

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "examples" / "chest.png"
PROFILE = Profile(
    retopo=Retopo(faces=1000), lods=LodLevels(count=2), textures=Textures(size=128), export=Export(targets=("gltf",))
)
AFTER_LODS = ["lods", "export", "preview", "verify", "manifest"]

pytestmark = [
    pytest.mark.skipif(not PICTURE.exists(), reason="examples/ has no chest.png"),
    pytest.mark.skipif(not list((ROOT / "importer/reconstruct/models").glob("*.onnx")), reason="no network is there"),
]


def build(cache, profile=PROFILE):
    asset = build_asset(PICTURE, profile, cache)
    return asset, [run.name for run in asset.stages if not run.cached]


def digests(files):
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    cache = Cache(tmp_path_factory.mktemp("cache"))
    asset, ran = build(cache)
    assert ran == [stage.name for stage in STAGES]
    return cache, asset


def test_asset_has_what_was_promised(first):
    _, asset = first
    names = set(asset.files)
    assert {"chest.manifest.json", "gltf/chest.glb", "preview/turntable.png", "preview/input.png"} <= names
    manifest = json.loads(asset.files["chest.manifest.json"])
    listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    assert listed == {k: v for k, v in digests(asset.files).items() if k != "chest.manifest.json"}
    assert not [finding for finding in asset.findings if finding.severity == "error"]


def test_second_run_runs_nothing(first):
    cache, asset = first
    again, ran = build(cache)
    assert ran == []
    assert again.files == asset.files
    assert again.warnings == asset.warnings


def test_changed_lods_run_from_lods_on(first):
    cache, asset = first
    changed, ran = build(cache, PROFILE.model_copy(update={"lods": LodLevels(count=3)}))
    assert ran == AFTER_LODS
    assert len(changed.files) > len(asset.files)


IN_ANOTHER_PROCESS = """
import json, os, sys; sys.path[:] = sys.argv[2:]
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from pathlib import Path
from importer.pipeline.cache import Cache
from tests.pipeline.test_end_to_end import build, digests
print(json.dumps(digests(build(Cache(Path(sys.argv[1])))[0].files)))
"""


def test_another_process_with_a_cache_of_its_own_makes_the_same_bytes(first, tmp_path):
    """Another hash seed and another number of cores must not show."""
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(tmp_path), *sys.path]
    other = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250, cwd=ROOT)
    assert other.returncode == 0, other.stderr
    assert json.loads(other.stdout.splitlines()[-1]) == digests(first[1].files)
