from dataclasses import replace

import pytest
import torch

from training.blend import Blend, Shipped
from training.export import export
from training.network import TINY, Network
from training.warm_start import provenance_of, warm_start


def trained(seed: int) -> Network:
    """Return a network as training leaves it: weights, and statistics of normalisations, of its own."""
    torch.manual_seed(seed)
    network = Network(TINY)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean = torch.randn_like(module.weight) * 0.1
            module.running_var = torch.rand_like(module.weight) + 0.5
        if isinstance(module, torch.nn.BatchNorm2d | torch.nn.LayerNorm):
            torch.nn.init.normal_(module.weight, 1.0, 0.2)
            torch.nn.init.normal_(module.bias, 0.0, 0.2)
    torch.nn.init.normal_(network.slab, 5.0)
    return network.eval()


@pytest.fixture
def pictures() -> torch.Tensor:
    return torch.rand(6, 4, 256, 256, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def shipped(tmp_path, pictures):
    network = trained(0)
    with torch.no_grad():
        expected = network(pictures)
    path = tmp_path / "shipped.onnx"
    export(Shipped(network, Blend(1.0, 3.0, 0.5)), path, {"gpu_minutes": 40.2, "steps": 7})
    return path, expected


@pytest.mark.parametrize("tokens", [TINY.tokens, TINY.tokens + 2])
def test_a_network_started_from_a_file_computes_what_the_file_does(shipped, pictures, tokens):
    path, expected = shipped
    network = Network(replace(TINY, tokens=tokens))
    warm_start(network, path, pictures)
    for training in (False, True):  # batch statistics are those that were measured
        network.train(training)
        with torch.no_grad():
            found = network(pictures)
        for a, b in zip(found, expected, strict=True):
            assert (a - b).abs().mean() < 2e-3 * b.abs().mean()  # weights are stored as float16


def test_further_blocks_learn(shipped, pictures):
    network = Network(replace(TINY, tokens=TINY.tokens + 1))
    warm_start(network, shipped[0], pictures)
    network(pictures)[0].square().mean().backward()
    gradient = dict(network.named_parameters())[f"tokens.{TINY.tokens}.out.weight"].grad
    assert gradient is not None and gradient.abs().max() > 0


def test_another_networks_file_is_refused_by_name(shipped, pictures):
    network = Network(replace(TINY, fine=24))
    with pytest.raises(ValueError, match=r"shipped\.onnx: no weights of the right shape for up0"):
        warm_start(network, shipped[0], pictures)


def test_a_file_says_how_long_its_training_took(shipped):
    assert provenance_of(shipped[0]) == {"gpu_minutes": 40.2, "steps": 7}
