"""The wheel carries what an installed package needs and nothing of the repository around it."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pytest.importorskip("hatchling", reason="building without a network needs hatchling")
    script = f"from hatchling.build import build_wheel; build_wheel({str(folder)!r})"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, timeout=120)
    return set(zipfile.ZipFile(next(folder.glob("*.whl"))).namelist())


@pytest.mark.parametrize("folder", ["profiles", "examples"])
def test_has_the_shipped_files(names, folder):
    inside = {"profiles": "importer/profile/shipped", "examples": "importer/cli/examples"}[folder]
    for path in (ROOT / folder).iterdir():
        if path.is_file():
            assert f"{inside}/{path.name}" in names


def test_has_the_network_if_the_checkout_has_it(names):
    network = "importer/reconstruct/models/default.onnx"
    if not (ROOT / network).is_file():
        pytest.skip("the checkout has no network")
    assert network in names


def test_has_nothing_else(names):
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"importer"}
    shared = [name.partition(".data/")[2] for name in names if ".data/" in name]
    assert shared == ["data/share/importer/systemd/importer-watch@.service"]
