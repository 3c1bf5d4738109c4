from __future__ import annotations

import importlib.util
import re
import urllib.error
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from importer.errors import ModelError
from importer.matte import network, weights
from importer.matte.cutout import matte
from importer.profile.schema import Matte

from . import scenes


class DiskSession:
    """Stands in for a rembg session: answers with a known mask, as rembg does, in a list and of mode L."""

    def __init__(self):
        self.asked = 0

    def predict(self, img: Image.Image) -> list[Image.Image]:
        self.asked += 1
        assert img.mode == "RGB"
        return [Image.fromarray(np.round(scenes.disk() * 255).astype(np.uint8), "L")]


def busy_picture():
    back = np.kron(np.random.default_rng(1).integers(0, 255, (30, 30, 3)), np.ones((12, 12, 1)))
    return scenes.photograph(scenes.disk(), scenes.surface((205, 50, 40)), back)


@pytest.fixture
def no_weights(monkeypatch, tmp_path):
    """An empty model folder and a network that refuses; counts how often it is asked."""
    monkeypatch.delenv("U2NET_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("REMBG_HOME", str(tmp_path / "models-here"))
    monkeypatch.setattr(network, "_unreachable", {})
    monkeypatch.setattr(network, "_sessions", {})
    asked = []

    def refuse(request, timeout):
        asked.append((request.full_url, timeout))
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setattr(network.urllib.request, "urlopen", refuse)
    return asked


def test_session_s_mask_is_used_and_the_licence_shown():
    session = DiskSession()
    result = matte(busy_picture(), Matte(method="rembg", model="u2netp"), session)
    assert session.asked == 1 and result.method == "rembg:u2netp"
    truth = scenes.placed(scenes.disk(), result.rgba)
    assert scenes.iou(truth, result.rgba) > 0.97
    assert any("u2netp" in note and "Apache-2.0" in note for note in result.warnings)


def test_auto_asks_the_network_only_for_a_busy_background():
    session = DiskSession()
    plain = scenes.photograph(scenes.disk(), scenes.surface((205, 50, 40)), scenes.flat((255, 255, 255)))
    assert matte(plain, Matte(), session).method == "plain background"
    assert session.asked == 0
    assert matte(busy_picture(), Matte(), session).method == "rembg:isnet-general-use"


def test_missing_weights_are_an_error_with_ways_out(no_weights):
    with pytest.raises(ModelError) as caught:
        matte(busy_picture(), Matte(method="rembg"))
    said = str(caught.value)
    for part in (
        "isnet-general-use",
        "Apache-2.0",
        "https://github.com/danielgatis/rembg/",
        "Name or service not known",
    ):
        assert part in said
    assert re.search(r"models-here.models.isnet-general-use.isnet-general-use\.onnx", said)
    assert "transparency" in said and "plain background" in said


def test_a_failed_fetch_is_quick_and_tried_once_per_process(no_weights):
    for _ in range(3):
        with pytest.raises(ModelError):
            network.network_alpha(np.zeros((32, 32, 3), np.uint8), "u2net")
    assert len(no_weights) == 1 and no_weights[0][1] <= 10


def test_auto_takes_rembg_once_its_weights_are_here_and_fetches_nothing(no_weights, monkeypatch):
    assert matte(busy_picture(), Matte()).method == "network"
    path = weights.weights_home() / "models" / "isnet-general-use" / "isnet-general-use.onnx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"weights")
    monkeypatch.setattr(network, "_load", lambda model: DiskSession())
    assert matte(busy_picture(), Matte()).method == "rembg:isnet-general-use"
    assert matte(busy_picture(), Matte(method="network")).method == "network"
    assert no_weights == []


def test_broken_weights_are_named(no_weights, monkeypatch):
    path = weights.weights_home() / "models" / "u2netp" / "u2netp.onnx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not onnx")
    monkeypatch.setattr(network, "_load", lambda model: (_ for _ in ()).throw(RuntimeError("INVALID_PROTOBUF")))
    with pytest.raises(ModelError) as caught:
        matte(busy_picture(), Matte(method="rembg", model="u2netp"))
    assert caught.value.where == str(path) and "INVALID_PROTOBUF" in caught.value.what


@pytest.mark.parametrize("model", ["bria-rmbg", "birefnet-portrait", "sam", "silueta", "u2net_custom", ""])
def test_no_model_outside_the_list_is_accepted(model):
    """Not even with a session at hand; bria-rmbg is rembg's default and needs a paid licence."""
    with pytest.raises(ValidationError):
        Matte(method="rembg", model=model)
    with pytest.raises(ModelError) as caught:
        network.network_alpha(np.zeros((32, 32, 3), np.uint8), model, DiskSession())
    assert "isnet-general-use (Apache-2.0)" in caught.value.fix


def test_profile_and_allow_list_name_the_same_models():
    choices = Matte.model_json_schema()["properties"]["model"]["enum"]
    assert set(choices) == set(network.ALLOWED)
    assert {entry.license for entry in network.ALLOWED.values()} <= {"Apache-2.0", "MIT"}


@pytest.mark.parametrize("variables", [{}, {"REMBG_HOME": "r"}, {"XDG_DATA_HOME": "x"}, {"U2NET_HOME": "u"}])
def test_weights_are_looked_for_where_rembg_puts_them(variables, monkeypatch, tmp_path):
    # The base class alone: importing the package compiles numba functions for up to two minutes.
    package = importlib.util.find_spec("rembg")
    assert package and package.origin
    spec = importlib.util.spec_from_file_location("rembg_base", Path(package.origin).parent / "sessions" / "base.py")
    assert spec and spec.loader
    base = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(base)
    theirs = type("U2netp", (base.BaseSession,), {"name": classmethod(lambda cls: "u2netp")})

    for name in ("REMBG_HOME", "XDG_DATA_HOME", "U2NET_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for name, folder in variables.items():
        monkeypatch.setenv(name, str(tmp_path / folder))
    assert weights.weights_home() == Path(theirs.rembg_home())
    for folder in (theirs.legacy_home(), theirs.model_dir()):
        path = Path(folder) / "u2netp.onnx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        assert weights.weights_path("u2netp") == Path(theirs.resolve_existing("u2netp.onnx"))
