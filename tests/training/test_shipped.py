"""The model that ships: its file, its contract, and its score on a few held-out records."""

import csv
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from tests.training.gl import renderer_or_skip
from training.corpus import list_records
from training.evaluate import load_model
from training.scores import network_scores, truth
from training.viewset import evaluation_views

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "importer" / "reconstruct" / "models" / "default.onnx"
CORPUS = ROOT.parent / "shared" / "corpus"


def test_the_file_is_small_and_says_where_it_comes_from():
    assert MODEL.stat().st_size <= 80e6
    model = onnx.load(MODEL)
    contract = json.loads({p.key: p.value for p in model.metadata_props}["importer.contract"])
    provenance = contract["provenance"]
    assert contract["license"] == "CC0-1.0" and contract["name"] == "default"
    assert {"data", "seed", "commit", "scores", "steps", "gpu_minutes"} <= set(provenance)
    assert provenance["scores"]["iou"] >= 0.6 and not provenance.get("untrained")
    weights = sum(int(np.prod(w.dims)) for w in model.graph.initializer)
    assert 20e6 < weights <= 40e6


def test_unseen_packs_are_reconstructed_better_than_by_the_inflated_silhouette():
    """Three records of packs that training never saw, in fixed views; the silhouette's best is 0.34 on all of them."""
    records = CORPUS / "val-00.zip"
    if not records.exists():
        pytest.skip("../shared/corpus is not here")
    renderer_or_skip()
    with (CORPUS / "manifest.csv").open(newline="", encoding="utf-8") as file:
        packs = {row["id"] for row in csv.DictReader(file) if row["val_kind"] == "pack"}
    sources = [s for s in list_records([records]) if Path(s.name).stem in packs][::60][:3]
    pool = evaluation_views(sources, 1, 0, torch.device("cpu"))
    scores = network_scores(load_model(MODEL, torch.device("cpu")), pool, truth(pool), batch=1)
    assert scores["iou"].mean() > 0.36, scores["iou"]
    assert scores["elevation"].mean() < 15 and scores["albedo"].mean() < 0.15
