import json

import numpy as np
import pytest
import torch

from tests.training.gl import renderer_or_skip
from tests.training.shapes import box, sphere, write_records
from training.corpus import list_records, read_shapes
from training.evaluate import evaluate, unseen_packs, write_table
from training.export import export
from training.network import TINY, Network
from training.scores import inflate, overlap


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "val-00.zip"
    write_records(path, {"ball": sphere(), "brick": box()})
    return path


def test_records_are_read_as_they_were_written(records):
    ball, brick = read_shapes(list_records([records]))
    assert np.allclose(np.ptp(brick.vertices, axis=0), [1, 0.5, 0.3], atol=1e-4)
    assert len(ball.faces) == len(sphere().faces) and (ball.rgba == [200, 120, 40, 255]).all()
    assert (ball.layer == -1).all() and ball.roughness[0] == pytest.approx(200 / 255)


def test_the_table_has_the_silhouette_and_the_model(records, tmp_path):
    renderer_or_skip()
    torch.manual_seed(0)
    model = tmp_path / "tiny.onnx"
    export(Network(TINY).eval(), model, {})
    rows = evaluate(records, [model])
    assert [r["name"].split(",")[0] for r in rows] == ["inflated silhouette", "tiny"]
    assert rows[0]["iou"] > 0.5, "a ball and a brick are nearly their inflated silhouettes"
    assert 0 <= rows[1]["iou"] < rows[0]["iou"] and rows[1]["normal"] > 0
    write_table(rows, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "table.json").read_text())["rows"] == rows


def test_unseen_packs_come_from_the_manifest(records):
    sources = list_records([records])
    assert unseen_packs(sources).all()
    (records.parent / "manifest.csv").write_text("id,split,val_kind\nball,val,hash\nbrick,val,pack\n")
    assert unseen_packs(sources).tolist() == [False, True]


def test_an_inflated_disc_is_a_ball():
    """In a view without perspective a disc of radius r inflates to a ball of radius r at thickness 1."""
    size, r = 128, 0.3
    at = (np.arange(size) + 0.5) / size - 0.5
    mask = at[:, None] ** 2 + at**2 < r**2
    depth = at[:, None, None] * 2 * 0.7  # in sides of the view
    ball = torch.from_numpy(depth**2 + at[:, None] ** 2 + at**2 < r**2)
    assert overlap(inflate(mask, (1.0,)), ball[None])[0] > 0.95
