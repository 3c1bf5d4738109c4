"""An example picture through every real stage to published files, checked by readers that are not ours."""

import hashlib
import io
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from importer.pipeline.cache import Cache
from importer.pipeline.run import build_asset
from importer.profile.schema import Profile

ROOT = Path(__file__).parents[2]
SMALL = Profile.model_validate(
    {
        "scale": {"height_m": 0.6},
        "retopo": {"faces": 1500},
        "lods": {"count": 2},
        "textures": {"size": 256},
        "export": {"targets": ["gltf"]},
    }
)
VALIDATE = """
const {validateBytes} = require('gltf-validator'), fs = require('fs');
validateBytes(new Uint8Array(fs.readFileSync(process.argv[1]))).then(r => console.log(JSON.stringify(r.issues)));
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The treasure chest with small settings, and the cache it was made with."""
    cache = Cache(tmp_path_factory.mktemp("cache"))
    return build_asset(ROOT / "examples" / "chest.png", SMALL, cache), cache


def loaded(data):
    return trimesh.load(io.BytesIO(data), file_type="glb", force="scene")


def test_every_stage_ran_and_nothing_is_wrong(small):
    asset, _ = small
    assert not any(run.cached for run in asset.stages)
    assert [finding for finding in asset.findings if finding.severity == "error"] == []


def test_the_manifest_lists_every_file_with_its_hash(small):
    asset, _ = small
    manifest = json.loads(asset.files["chest.manifest.json"])
    listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    published = {path: data for path, data in asset.files.items() if not path.endswith(".manifest.json")}
    assert listed == {path: hashlib.sha256(data).hexdigest() for path, data in published.items()}
    assert {"preview/turntable.png", "preview/wireframe.png", "preview/maps.png", "gltf/chest.glb"} <= set(listed)


def test_another_reader_sees_the_size_the_pivot_and_the_textures(small):
    asset, _ = small
    scene = loaded(asset.files["gltf/chest.glb"])
    low, high = scene.bounds
    assert high[1] - low[1] == pytest.approx(0.6, rel=0.02)
    assert low[1] == pytest.approx(0, abs=0.012)
    np.testing.assert_allclose((low + high)[[0, 2]] / 2, 0, atol=0.012)
    material = next(iter(scene.geometry.values())).visual.material
    assert material.baseColorTexture.size == (256, 256)
    assert material.normalTexture.size == (256, 256)


def test_the_front_shows_the_colours_of_the_picture(small):
    asset, _ = small
    picture = np.asarray(Image.open(ROOT / "examples" / "chest.png").convert("RGBA")).astype(float)
    wanted = picture[picture[..., 3] == 255][:, :3].mean(0)
    mesh = next(iter(loaded(asset.files["gltf/chest.glb"]).geometry.values()))
    front = np.flatnonzero(mesh.vertex_normals[:, 2] > 0.6)
    colors = np.asarray(mesh.visual.material.baseColorTexture.convert("RGB")).astype(float)
    u, v = mesh.visual.uv[front].T
    at = (np.clip((1 - v) * 256, 0, 255).astype(int), np.clip(u * 256, 0, 255).astype(int))
    np.testing.assert_allclose(colors[at].mean(0), wanted, atol=30)


def test_levels_get_coarser(small):
    asset, _ = small
    manifest = json.loads(asset.files["chest.manifest.json"])
    counts = [level["triangles"] for level in manifest["lods"]]
    assert len(counts) == 2
    assert counts[0] <= 1500
    assert counts[1] < 0.7 * counts[0]


def test_the_khronos_validator_finds_nothing(small, tmp_path):
    modules = ROOT / "tests" / "js" / "node_modules"
    if not (modules / "gltf-validator").is_dir():
        pytest.skip("npm ci --prefix tests/js installs the Khronos validator")
    asset, _ = small
    for path, data in asset.files.items():
        if path.endswith(".glb"):
            (tmp_path / "one.glb").write_bytes(data)
            command = ["node", "-e", VALIDATE, str(tmp_path / "one.glb")]
            run = subprocess.run(command, cwd=modules.parent, capture_output=True, text=True, timeout=60, check=True)
            issues = json.loads(run.stdout)
            assert (issues["numErrors"], issues["numWarnings"]) == (0, 0), issues["messages"]


def test_a_second_run_runs_nothing_and_gives_the_same_bytes(small):
    asset, cache = small
    again = build_asset(ROOT / "examples" / "chest.png", SMALL, cache)
    assert all(run.cached for run in again.stages)
    assert again.files == asset.files


def test_a_plain_background_without_alpha_is_taken_off(tmp_path):
    asset = build_asset(ROOT / "examples" / "mushroom.jpg", SMALL, Cache(tmp_path))
    manifest = json.loads(asset.files["mushroom.manifest.json"])
    assert "plain background" in json.dumps(manifest)
    low, high = loaded(asset.files["gltf/mushroom.glb"]).bounds
    # The cap is about as wide as the house is tall; with the backdrop kept it would be a slab.
    assert (high - low)[0] / (high - low)[1] == pytest.approx(0.93, abs=0.2)
