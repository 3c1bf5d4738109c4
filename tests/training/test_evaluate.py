import json

import numpy as np
import pytest
import torch
from PIL import Image

from tests.training.gl import renderer_or_skip
from tests.training.shapes import box, sphere, torus, write_records
from training.corpus import list_records, read_shapes
from training.evaluate import evaluate, method_scores, published_scores, row_names, unseen_packs, write_table
from training.evaluation.guess import network
from training.evaluation.published import publish
from training.evaluation.sheet import write_sheet
from training.evaluation.table import COLUMNS, thickness
from training.export import export
from training.network import TINY, Network
from training.scores import inflate, overlap
from training.viewset import load_views


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("evaluate")
    write_records(path / "val-00.zip", {"ball": sphere(), "brick": box()})
    write_records(path / "train-00.zip", {"sphere": sphere(), "block": box(), "ring": torus()})
    return path


@pytest.fixture(scope="module")
def views(folder):
    renderer_or_skip()
    return load_views(list_records([folder / "val-00.zip"]), 1, 0, torch.device("cpu"), folder / "cache")


def truth_as_outputs(views):
    """A network that knows everything, in the order in which it is asked."""
    rows = iter(range(len(views)))
    depth = views.views["depth"].float() / 32767
    normal = [(views.views[k][..., :3].permute(0, 3, 1, 2).float() - 128) / 127 for k in ("front", "back")]
    brown = torch.tensor([200, 120, 40]).view(1, 3, 1, 1, 1) / 255

    def predict(image):
        part = slice(at := next(rows), at + len(image))
        list(zip(range(len(image) - 1), rows, strict=False))
        return (
            views.solid[part].float() * 8 - 4, brown.expand(len(image), 3, 32, 64, 64), depth[part],
            torch.cat([n[part] for n in normal], 1), views.views["base"][part].permute(0, 3, 1, 2).float() / 255,
            views.views["camera"][part],
        )  # fmt: skip

    return predict


def test_records_are_read_as_they_were_written(folder):
    ball, brick = read_shapes(list_records([folder / "val-00.zip"]))
    assert np.allclose(np.ptp(brick.vertices, axis=0), [1, 0.5, 0.3], atol=1e-4)
    assert len(ball.faces) == len(sphere().faces) and (ball.rgba == [200, 120, 40, 255]).all()
    assert (ball.layer == -1).all() and ball.roughness[0] == pytest.approx(200 / 255)


def test_the_table_has_every_baseline_and_the_model(folder, views):
    """The training set holds the very ball and brick: the nearest neighbour then knows all but the camera."""
    torch.manual_seed(0)
    export(Network(TINY).eval(), folder / "tiny.onnx", {})
    rows = evaluate(folder / "val-00.zip", [folder / "tiny.onnx"], train=[folder / "train-00.zip"],
                    cache=folder / "cache")  # fmt: skip
    silhouette, mean, nearest, raw = rows
    assert silhouette["name"].startswith("inflated silhouette") and "mean" in mean["name"]
    assert "nearest" in nearest["name"] and raw["name"] == "tiny"
    assert silhouette["iou"] > 0.5, "a ball and a brick are nearly their inflated silhouettes"
    assert silhouette["silhouette"] > 0.99, "all that the picture's own alpha can tell"
    assert nearest["iou"] > 0.5 and nearest["chamfer"] < 0.06 and nearest["f_01"] > 0.9
    assert nearest["front"] < 0.1 and nearest["back"] < 0.1, "all shapes have one colour"
    assert mean["iou"] > 0.2 and silhouette["up_median"] == mean["up_median"]
    assert 0 <= raw["iou"] < silhouette["iou"] and raw["normal"] > 0
    assert set(raw) == {"name", "views", *COLUMNS}
    write_table(rows, folder / "out")
    assert json.loads((folder / "out" / "table.json").read_text())["rows"] == rows


def test_a_network_that_knows_the_truth_gets_full_marks(views):
    got = {
        k: float(v.mean()) for k, v in method_scores("truth", network(truth_as_outputs(views), views), views).items()
    }
    assert got["iou"] == 1 and got["silhouette"] > 0.97 and got["up"] == 0
    assert got["chamfer"] < 0.03 and got["f_01"] > 0.99 and got["normal_consistency"] > 0.93
    assert got["front"] == 0 and got["back"] < 0.01 and got["depth"] == 0 and got["normal"] < 3


def test_what_the_importer_makes_of_the_truth_is_nearly_it(views, folder):
    outputs = []
    method_scores("truth", network(truth_as_outputs(views), views, outputs), views)
    made = [publish(output) for output in outputs]
    got = {k: float(v.mean()) for k, v in published_scores(made, views).items()}
    assert got["iou"] > 0.93 and got["silhouette"] > 0.95 and got["chamfer"] < 0.03
    write_sheet(folder / "sheet.png", outputs, made, list_records([folder / "val-00.zip"]), views, [1.0, 1.0])
    sheet = np.asarray(Image.open(folder / "sheet.png").convert("L")).astype(float)
    result, true = (sheet[:, 200 + k * 3 * 196 : 200 + (k + 1) * 3 * 196] for k in (0, 1))
    assert sheet.shape[0] > 380 and true.std() > 10
    assert np.abs(result - true).mean() < 0.15 * true.std() + 3, "result and truth stand side by side, alike"


def test_views_are_drawn_once(folder, views, monkeypatch):
    monkeypatch.setattr("training.viewset.make_views", None)
    again = load_views(list_records([folder / "val-00.zip"]), 1, 0, torch.device("cpu"), folder / "cache")
    assert torch.equal(again.solid, views.solid) and torch.equal(again.points, views.points)
    with pytest.raises(TypeError):
        load_views(list_records([folder / "val-00.zip"]), 1, 1, torch.device("cpu"), folder / "cache")


def test_models_of_one_file_name_are_told_apart_by_their_folders(tmp_path):
    paths = [tmp_path / "v1" / "default.onnx", tmp_path / "v2" / "default.onnx", tmp_path / "other.onnx"]
    assert row_names(paths) == ["v1/default", "v2/default", "other"]


def test_thickness_of_plates_and_poles():
    solid = torch.zeros(2, 64, 64, 64, dtype=torch.bool)
    solid[0, 10:14, 5:60, 5:60] = True  # a plate of 4
    solid[1, 10:14, 10:14, 2:62] = True  # a pole of 4 x 4
    plate, pole = thickness(solid).tolist()
    assert plate == pytest.approx(4, rel=0.15) and pole == pytest.approx(2, rel=0.05)


def test_unseen_packs_come_from_the_manifest(tmp_path):
    write_records(tmp_path / "val-00.zip", {"ball": sphere(), "brick": box()})
    sources = list_records([tmp_path / "val-00.zip"])
    assert unseen_packs(sources).all()
    (tmp_path / "manifest.csv").write_text("id,split,val_kind\nball,val,hash\nbrick,val,pack\n")
    assert unseen_packs(sources).tolist() == [False, True]


def test_an_inflated_disc_is_a_ball():
    """In a view without perspective a disc of radius r inflates to a ball of radius r at thickness 1."""
    size, r = 128, 0.3
    at = (np.arange(size) + 0.5) / size - 0.5
    mask = at[:, None] ** 2 + at**2 < r**2
    depth = at[:, None, None] * 2 * 0.7  # in sides of the view
    ball = torch.from_numpy(depth**2 + at[:, None] ** 2 + at**2 < r**2)
    assert overlap(inflate(mask, (1.0,)), ball[None])[0] > 0.95
