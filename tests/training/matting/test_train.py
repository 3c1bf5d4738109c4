import json

import numpy as np
import onnxruntime
import pytest
import torch

from tests.training.gl import renderer_or_skip
from tests.training.shapes import box, sphere, torus, write_records
from training.matting.export import KEY, export
from training.matting.loop import Run, Settings, finish, loss, mask_iou
from training.matting.network import SIZE, TINY, Matting


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("matting")
    write_records(path / "train-00.zip", {"ball": sphere(), "ring": torus()})
    write_records(path / "val-00.zip", {"brick": box()})
    return path


def test_the_shipped_size_is_small():
    network = Matting()
    assert sum(p.numel() for p in network.parameters()) * 2 < 9.9e6, "bytes, as halves"


def test_a_run_goes_on_from_its_checkpoint_and_exports(corpus):
    renderer_or_skip()
    settings = Settings(str(corpus), str(corpus / "out"), 1e-3, batch=2, views=2, tiny=True)
    first = Run(settings)
    first.step = 7
    first.save()
    second = Run(settings)
    assert second.step == 7
    for a, b in zip(first.network.parameters(), second.network.parameters(), strict=True):
        assert torch.equal(a, b)
    second.train()
    finish(second)
    session = onnxruntime.InferenceSession(str(corpus / "out" / "matting.onnx"), providers=["CPUExecutionProvider"])
    facts = json.loads(session.get_modelmeta().custom_metadata_map[KEY])
    assert facts["license"] == "CC0-1.0" and facts["input_size"] == SIZE
    assert {"data", "commit", "seed", "gpu_minutes", "scores"} <= set(facts["provenance"])
    log = [json.loads(line) for line in (corpus / "out" / "log.jsonl").read_text().splitlines()]
    assert log[-1]["mask_iou"] == facts["provenance"]["scores"]["mask_iou"]


def test_a_step_lowers_the_loss_on_its_own_pictures():
    torch.manual_seed(0)
    network = Matting(TINY)
    at = torch.linspace(-1, 1, SIZE)
    alpha = (at[:, None] ** 2 + at**2 < 0.3).float().expand(2, 1, SIZE, SIZE)
    picture = alpha * torch.tensor([0.9, 0.2, 0.1]).view(1, 3, 1, 1) + 0.3
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    values = []
    for _ in range(12):
        value = loss(network(picture), alpha)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        values.append(float(value.detach()))
    assert values[-1] < 0.6 * values[0]
    assert mask_iou(torch.sigmoid(network(picture)).detach(), alpha).min() > 0.8


def test_the_exported_file_agrees_with_the_network(tmp_path):
    torch.manual_seed(0)
    network = Matting(TINY).eval()
    paths = [export(network, tmp_path / name, {"seed": 0}) for name in ("a.onnx", "b.onnx")]
    image = np.random.default_rng(0).random((1, 3, SIZE, SIZE), np.float32)
    session = onnxruntime.InferenceSession(str(paths[0]), providers=["CPUExecutionProvider"])
    (got,) = session.run(None, {"image": image})
    with torch.no_grad():
        wanted = torch.sigmoid(network(torch.from_numpy(image))).numpy()
    assert np.abs(got - wanted).max() < 0.01  # weights are stored in half precision
    assert paths[0].read_bytes() == paths[1].read_bytes()
