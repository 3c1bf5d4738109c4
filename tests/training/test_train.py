import json
from dataclasses import replace

import pytest
import torch

from tests.training.gl import renderer_or_skip
from tests.training.shapes import box, sphere, write_records
from training.export import load_average
from training.network import TINY, Network
from training.train import Average, Learner, Run, Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """One step of a tiny network on one shape, by this process and one that draws."""
    path = tmp_path_factory.mktemp("corpus")
    write_records(path / "train-00.zip", {"ball": sphere()})
    write_records(path / "val-00.zip", {"brick": box()})
    return Settings(str(path), str(path / "run"), 1e-3, batch=1, rounds=1, workers=1, tiny=True)


def test_a_run_goes_on_from_its_checkpoint(settings):
    renderer_or_skip()
    first = Run(0, 1, settings, torch.device("cpu"))
    assert all(p.grad is None for p in first.network.parameters()), "the rehearsal left gradients"
    assert not any(b.any() for k, b in first.network.named_buffers() if k.endswith(("mean", "tracked")))
    first.train()
    assert first.step == 1
    second = Run(0, 1, replace(settings, minutes=first.spent / 60 + 1e-3), torch.device("cpu"))
    assert second.step == 1 and second.spent == first.spent
    for a, b in zip(first.network.parameters(), second.network.parameters(), strict=True):
        assert torch.equal(a, b)
    for a, b in zip(first.optimizers, second.optimizers, strict=True):
        torch.testing.assert_close(a.state_dict()["state"], b.state_dict()["state"], rtol=0, atol=0)
    second.train()
    average = load_average(second.out / "average.pt")
    for a, b in zip(average.parameters(), second.average.network.parameters(), strict=True):
        assert torch.allclose(a, b, rtol=1e-3, atol=1e-3)  # stored in half precision
    log = [json.loads(line) for line in (second.out / "log.jsonl").read_text().splitlines()]
    scores = [entry["iou"] for entry in log if entry.get("event") == "validation"]
    assert len(scores) == 2 and log[-1]["step"] == 2


def test_the_average_has_last_layers_of_its_own():
    """It once kept the compiled ones of the network that learns, and was scored with them."""
    network = Network(TINY).eval()
    Learner(network, compiled=True)
    average = Average(network)
    image = torch.rand(1, 4, 256, 256, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        before = average.network(image)
        for p in network.parameters():
            p.add_(1)
        after = average.network(image)
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
