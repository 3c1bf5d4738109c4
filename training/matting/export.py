"""Export of the matting network to ONNX: opacity instead of logits, weights stored as float16."""

from __future__ import annotations

import copy
import io
import json
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn

from training.export import OPSET, store_half
from training.matting.network import SIZE, Matting
from training.network import fold

KEY = "importer.matting"


class Opacity(nn.Module):
    """The network with its last step."""

    def __init__(self, network: Matting) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        """Return opacity (1, 1, s, s) in 0..1."""
        return torch.sigmoid(self.network(image))


def export(network: Matting, path: Path, provenance: dict[str, Any]) -> Path:
    """Write `network` with its provenance to `path`; the same network gives the same bytes."""
    network = copy.deepcopy(network).cpu().eval()
    fold(network)  # type: ignore[arg-type]
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Opacity(network), (torch.zeros(1, 3, SIZE, SIZE),), buffer,  # type: ignore[arg-type]
            dynamo=False, opset_version=OPSET, input_names=["image"], output_names=["alpha"],
        )  # fmt: skip
    model = onnx.load_from_string(buffer.getvalue())
    store_half(model.graph)
    facts = {"version": 1, "name": "matting", "license": "CC0-1.0", "input_size": SIZE, "provenance": provenance}
    model.metadata_props.append(onnx.StringStringEntryProto(key=KEY, value=json.dumps(facts, sort_keys=True)))
    model.producer_version = ""
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return path
