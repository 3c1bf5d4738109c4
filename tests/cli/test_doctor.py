"""``importer doctor``: what it says is asked of the thing itself."""

import onnxruntime as ort
import pytest

from importer.cli import checkup
from importer.errors import ModelError
from importer.matte.network import ALLOWED


@pytest.fixture
def lines(cli, document, monkeypatch, tmp_path):
    monkeypatch.setenv("REMBG_HOME", str(tmp_path / "rembg"))
    monkeypatch.delenv("U2NET_HOME", raising=False)

    def lines():
        return {check["name"]: check for check in document(cli("doctor", "--json"))["checks"]}

    return lines


def test_the_provider_is_what_a_session_got(lines):
    """ONNX Runtime lists CUDA where it cannot start, so its list alone would mislead."""
    found = lines()
    used = found["onnx provider in use"]["value"]
    session = ort.InferenceSession(checkup._TINY, providers=ort.get_available_providers())
    assert used in session.get_providers()
    assert found["onnx providers offered"]["value"] == ", ".join(ort.get_available_providers())


def test_without_a_network_a_tiny_graph_is_asked(monkeypatch):
    def missing(name):
        raise ModelError("not there")

    monkeypatch.setattr("importer.reconstruct.models.load", missing)
    used = checkup.providers()[0]
    assert used.status == "ok"
    assert used.value.endswith("ExecutionProvider")


def test_a_provider_that_did_not_start_is_told(monkeypatch):
    class Model:
        class session:
            provider = "CPUExecutionProvider"
            warnings = ("CUDAExecutionProvider could not start",)

    monkeypatch.setattr("importer.reconstruct.models.load", lambda name: Model)
    used = checkup.providers()[0]
    assert (used.status, used.value) == ("missing", "CPUExecutionProvider")
    assert "could not start" in used.fix


def test_background_networks_are_listed_with_licence_and_how_to_get_them(lines, tmp_path):
    here = tmp_path / "rembg" / "models" / "u2netp" / "u2netp.onnx"
    here.parent.mkdir(parents=True)
    here.write_bytes(b"weights")
    found = lines()
    assert found["matte network (shipped)"]["status"] == "ok"
    assert found["matte u2netp"]["status"] == "ok"
    default = found["matte isnet-general-use (default)"]
    assert default["status"] == "missing"
    assert "Apache-2.0" in default["value"]
    assert ALLOWED["isnet-general-use"].url in default["fix"]


def test_a_missing_or_old_package_is_an_error_with_the_command_to_run(monkeypatch, cli):
    versions = {"numpy": "1.26.0", "xatlas": None}
    real = checkup._version
    monkeypatch.setattr(checkup, "_version", lambda name: versions[name] if name in versions else real(name))
    found = {check.name: check for check in checkup.packages()}
    assert (found["numpy"].status, found["xatlas"].status) == ("error", "error")
    assert "pip install 'numpy>=2" in found["numpy"].fix
    result = cli("doctor")
    assert result.exit_code == 1
    assert "What can be done:" in result.stdout


def test_two_builds_of_onnxruntime_are_an_error(monkeypatch):
    real = checkup._version
    monkeypatch.setattr(checkup, "_version", lambda name: "1.27" if name.startswith("onnxruntime") else real(name))
    both = [check for check in checkup.packages() if check.name == "onnxruntime" and check.status == "error"]
    assert len(both) == 1


def test_the_simplifier_in_use_is_named(monkeypatch):
    monkeypatch.setattr("importer.mesh.simplify.backend", lambda: "fast-simplification")
    assert checkup.simplifier().status == "missing"
    monkeypatch.setattr("importer.mesh.simplify.backend", lambda: "meshoptimizer")
    assert checkup.simplifier().status == "ok"


def test_the_cache_is_measured(lines, tmp_path):
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "entry").write_bytes(bytes(3_000_000))
    assert "3 MB" in lines()["stage cache"]["value"]
