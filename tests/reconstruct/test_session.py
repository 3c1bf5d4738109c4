import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from importer.errors import ModelError
from importer.reconstruct import session
from tests.support.silhouette_model import write


def test_a_session_is_opened_once_and_again_after_the_file_changed(tmp_path: Path) -> None:
    path = write(tmp_path / "m.onnx")
    first = session.open_session(path)
    assert session.open_session(path) is first
    os.utime(path, ns=(1, 1))
    assert session.open_session(path) is not first


def test_a_silent_fall_back_to_the_cpu_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a driver but without the CUDA libraries: ONNX Runtime then runs on the CPU without a word."""
    if "CUDAExecutionProvider" not in ort.get_available_providers():
        pytest.skip("this build of ONNX Runtime has no CUDA")
    if session.has_nvidia_driver():
        pytest.skip("CUDA works here")
    monkeypatch.setattr(session, "has_nvidia_driver", lambda: True)
    opened = session.open_session(write(tmp_path / "m.onnx"))
    assert opened.provider == "CPUExecutionProvider"
    assert "CUDAExecutionProvider could not start" in opened.warnings[0]
    assert "asset-drop[cuda]" in opened.warnings[0]


def test_without_a_driver_the_cpu_is_no_fall_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "has_nvidia_driver", lambda: False)
    monkeypatch.setattr(session.ort, "get_available_providers", lambda: list(session.PREFERENCE[::3]))
    opened = session.open_session(write(tmp_path / "m.onnx"))
    assert (opened.provider, opened.warnings) == ("CPUExecutionProvider", ())


def test_hidden_gpus_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.ort, "get_available_providers", lambda: list(session.PREFERENCE))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert "CUDAExecutionProvider" not in session.wanted_providers()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert session.wanted_providers()[0] == "CUDAExecutionProvider"


def test_a_failing_run_becomes_a_model_error(tmp_path: Path) -> None:
    opened = session.open_session(write(tmp_path / "m.onnx"))
    with pytest.raises(ModelError, match="the network failed on"):
        opened.run({"image": np.zeros((1, 4, 8, 8), np.float32)})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not exist"):
        session.open_session(tmp_path / "gone.onnx")
