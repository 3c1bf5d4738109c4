"""Export to ONNX under the contract of docs/design.md: weights stored as float16, arithmetic in float32."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from training.network import Network, Plan, fold
from training.scenes import DEPTH_RANGE

OPSET = 18
OUTPUTS = ("occupancy", "color", "depth", "normal", "albedo", "camera")
CONTRACT = {
    "contract": "volume",
    "version": 1,
    "name": "default",
    "license": "CC0-1.0",
    "input_size": 256,
    "background": 0.5,
    "crop_ratio": 0.87,
    "depth_range": DEPTH_RANGE,
}
HALF_ABOVE = 256  # smaller weights stay float32: biases and constants


def load_average(path: Path) -> Network:
    """Return the averaged network of a training run, ready for use."""
    state = torch.load(path, map_location="cpu")
    network = Network(Plan(**state["plan"]))
    network.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state["network"].items()})
    return network.eval()


def export(network: nn.Module, path: Path, provenance: dict[str, Any]) -> None:
    """Write `network`, its normalisations folded in place, to `path`; the same network gives the same bytes."""
    for module in network.modules():
        if isinstance(module, Network):
            fold(module)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.eval(), (torch.zeros(1, 4, 256, 256),), buffer,  # type: ignore[arg-type]
            dynamo=False, opset_version=OPSET, input_names=["image"], output_names=list(OUTPUTS),
        )  # fmt: skip
    model = onnx.load_from_string(buffer.getvalue())
    store_half(model.graph)
    contract = json.dumps({**CONTRACT, "provenance": provenance}, sort_keys=True)
    model.metadata_props.append(onnx.StringStringEntryProto(key="importer.contract", value=contract))
    model.producer_version = ""
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def store_half(graph: onnx.GraphProto) -> None:
    """Replace each large float32 weight by a float16 one and a Cast, which runtimes fold when they load the model."""
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size <= HALF_ABOVE:
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), name + ".half"))
        casts.append(helper.make_node("Cast", [name + ".half"], [name], name=name + ".cast", to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
