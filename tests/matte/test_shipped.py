"""The network that ships for busy backgrounds: its file, when it is used, what is said of it, and how good it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from importer.errors import ModelError, PictureError
from importer.matte import cutout, shipped
from importer.matte.cutout import matte
from importer.matte.guess import grown_mask, guess_mask
from importer.profile.schema import Matte

from . import scenes

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def busy_picture():
    back = np.kron(np.random.default_rng(1).integers(0, 255, (30, 30, 3)), np.ones((12, 12, 1)))
    return scenes.photograph(scenes.disk(), scenes.surface((205, 50, 40)), back)


def seeing(monkeypatch, alpha):
    monkeypatch.setattr(cutout, "shipped_alpha", lambda rgb: alpha.astype(np.float32))
    monkeypatch.setattr(cutout, "weights_path", lambda model: None)


def test_the_file_is_small_and_says_where_it_comes_from():
    assert shipped.PATH.stat().st_size <= 10e6
    facts = json.loads({p.key: p.value for p in onnx.load(shipped.PATH).metadata_props}[shipped.KEY])
    assert facts == shipped.facts() and facts["license"] == shipped.LICENSE
    assert {"data", "data_license", "commit", "seed", "gpu_minutes", "scores"} <= set(facts["provenance"])
    assert facts["provenance"]["scores"]["mask_iou"] > 0.8


@pytest.mark.parametrize("shape", [(97, 41), (64, 900), (320, 320)])
def test_alpha_has_the_picture_s_size_and_is_the_same_again(shape):
    rgb = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    alpha = shipped.shipped_alpha(rgb)
    assert alpha.shape == shape and alpha.dtype == np.float32 and alpha.min() >= 0 and alpha.max() <= 1
    assert shipped.shipped_alpha(rgb).tobytes() == alpha.tobytes()


def test_the_way_is_told_and_how_to_do_better(monkeypatch):
    seeing(monkeypatch, scenes.disk())
    result = matte(busy_picture(), Matte())
    assert result.method == "network"
    assert scenes.iou(scenes.placed(scenes.disk(), result.rgba), result.rgba) > 0.97
    note = result.warnings[0]
    assert "ships with the importer" in note and "isnet-general-use" in note and "matte.method: rembg" in note


def test_doubt_is_told(monkeypatch):
    half = scenes.disk()
    half[:, : scenes.SIZE // 2] = 0
    seeing(monkeypatch, half)
    monkeypatch.setattr(cutout, "grown_mask", lambda rgb, soft: scenes.disk() > 0.5)
    assert any("unsure" in note for note in matte(busy_picture(), Matte()).warnings)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_mask_of_nothing_or_everything_is_no_mask(monkeypatch, share):
    seeing(monkeypatch, np.full((scenes.SIZE, scenes.SIZE), share))
    assert matte(busy_picture(), Matte()).method == "grabcut"
    with pytest.raises(PictureError, match="method: network"):
        matte(busy_picture(), Matte(method="network"))


def test_a_missing_file_is_an_error_that_names_it(monkeypatch, tmp_path):
    monkeypatch.setattr(shipped, "PATH", tmp_path / "matting.onnx")
    shipped._session.cache_clear()
    try:
        with pytest.raises(ModelError) as caught:
            matte(busy_picture(), Matte(method="network"))
    finally:
        shipped._session.cache_clear()
    assert caught.value.where == str(tmp_path / "matting.onnx") and "Install" in caught.value.fix


def test_held_out_objects_before_clutter_are_cut_out_better_than_by_a_guess():
    pytest.importorskip("torch")
    if not (CORPUS / "val-00.zip").exists():
        pytest.skip("../shared/corpus is not here")
    import torch

    from tests.training.gl import renderer_or_skip
    from training.matting.loop import held_out

    renderer_or_skip()
    pictures, alphas = held_out(CORPUS, 5, torch.device("cpu"))
    scores = []
    for picture, alpha in zip(pictures, alphas, strict=True):
        rgb = (picture.permute(1, 2, 0).numpy() * 255).astype(np.uint8)
        true = alpha[0].numpy() > 0.5
        found = grown_mask(rgb, shipped.shipped_alpha(rgb)), guess_mask(rgb)
        scores.append([(mask & true).sum() / (mask | true).sum() for mask in found])
    network, guess = np.mean(scores, axis=0)
    assert network > 0.75 and network > guess + 0.1, np.round(scores, 2)
