"""Going on from a network that shipped: its ONNX file holds all weights, with the normalisations folded in.

Each convolution gets its normalisation back from the mean and variance that it has on real batches, so the network
computes the same and can be trained. Transformer blocks that the file lacks add nothing at first (Chen et al.,
Net2Net, 2016).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from training.network import Attention, Network

SPREAD = 0.04  # of normalised kernels: about where Muon's steps and weight decay are in balance


def read_weights(path: Path) -> dict[str, NDArray]:
    """Return the weights of the file by the names that `training.network` gives them, folded biases included."""
    graph = onnx.load(path).graph
    stored = {w.name.removesuffix(".half"): numpy_helper.to_array(w).astype(np.float32) for w in graph.initializer}
    weights = {k.removeprefix("network."): v for k, v in stored.items() if k.startswith("network.")}
    feeds = {node.output[0]: node for node in graph.node}
    for node in graph.node:
        constant = [stored[k] for k in node.input if k in stored]
        if node.op_type == "MatMul" and constant:  # /network/tokens.0/qkv/MatMul, stored transposed
            weights[node.name.removeprefix("/network/").removesuffix("/MatMul").replace("/", ".") + ".weight"] = (
                constant[0].T
            )
        if node.op_type == "Mul" and constant and node.name.startswith("/network/"):
            other = feeds[next(k for k in node.input if k not in stored)]
            if other.op_type == "Tanh":
                slope = next(stored[k] for k in feeds[other.input[0]].input if k in stored)
                weights["slab"] = np.array([constant[0], slope], np.float32)
    return weights


def provenance_of(path: Path) -> dict[str, Any]:
    """Return what the file says of its own training."""
    texts = {entry.key: entry.value for entry in onnx.load(path, load_external_data=False).metadata_props}
    return json.loads(texts["importer.contract"]).get("provenance", {})


def normalised(network: Network) -> Iterator[tuple[str, nn.Conv2d, nn.BatchNorm2d]]:
    """Yield each convolution that is normalised, with its name and its normalisation."""
    for name, module in network.named_modules():
        if isinstance(module, nn.Sequential) and len(module) > 1 and isinstance(module[1], nn.BatchNorm2d):
            conv, norm = module[0], module[1]
            assert isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)
            yield f"{name}.0", conv, norm


@torch.no_grad()
def warm_start(network: Network, path: Path, images: Tensor) -> None:
    """Give `network` the weights of the ONNX file `path`.

    Parameters
    ----------
    network : Network
        Of the file's plan, or with more transformer blocks.
    images : (n, 4, 256, 256) float32
        Pictures such as training sees, to measure means and variances on; some dozens.

    Raises
    ------
    ValueError
        If the file lacks weights, or has some of other shapes.
    """
    weights = {k: torch.from_numpy(np.array(v)) for k, v in read_weights(path).items()}
    biases = {name: weights.pop(f"{name}.bias", None) for name, *_ in normalised(network)}
    for name, block in network.named_modules():
        if isinstance(block, Attention) and f"{name}.qkv.weight" not in weights:
            for last in (block.out, block.shrink):
                nn.init.zeros_(last.weight)
                nn.init.zeros_(last.bias)
            weights |= {f"{name}.{k}": v for k, v in block.state_dict().items()}
    state = network.state_dict()
    for name, _, norm in normalised(network):
        prefix = name[:-1] + "1."
        weights |= {prefix + k: v for k, v in norm.state_dict().items()}
    if wrong := [k for k, v in state.items() if k not in weights or weights[k].shape != v.shape]:
        raise ValueError(f"{path}: no weights of the right shape for {', '.join(wrong[:5])}; another network's file?")
    network.load_state_dict(weights)
    for name, _, norm in normalised(network):
        bias = biases[name]
        if bias is None:
            raise ValueError(f"{path}: {name} has no bias; the file's normalisations are not folded")
        norm.weight.fill_(1)
        norm.bias.copy_(bias)
        norm.running_mean.zero_()  # type: ignore[union-attr]
        norm.running_var.fill_(1 - norm.eps)  # type: ignore[union-attr]
    measure(network, images)


@torch.no_grad()
def measure(network: Network, images: Tensor) -> None:
    """Set every normalisation to the mean and variance of what comes in, with scale and shift that undo it."""
    was = network.training
    network.eval()
    came: dict[nn.Module, Tensor] = {}
    hooks = [
        norm.register_forward_pre_hook(lambda m, args: came.update({m: args[0]})) for *_, norm in normalised(network)
    ]
    network(images)
    for hook in hooks:
        hook.remove()
    for _, conv, norm in normalised(network):
        values = came[norm].float()
        mean, variance = values.mean((0, 2, 3)), values.var((0, 2, 3))
        scale = SPREAD / conv.weight.square().mean().sqrt().clamp_min(1e-6)  # the normalisation takes it out again
        conv.weight.mul_(scale)
        norm.running_mean.copy_(mean * scale)  # type: ignore[union-attr]
        norm.running_var.copy_(variance * scale**2)  # type: ignore[union-attr]
        deviation = (variance * scale**2 + norm.eps).sqrt()
        norm.weight.copy_(deviation / scale)
        norm.bias.add_(mean)
    network.train(was)
