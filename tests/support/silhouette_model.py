"""A tiny ONNX model with the `volume` contract that inflates the silhouette: a stand-in for a trained network.

``python tests/support/silhouette_model.py PATH`` writes it. Computed by ONNX operators from the alpha channel: a pixel
is as deep in the mask as the erosions it survives, and the thickness grows with the square root of that depth (much as
in Teddy, Igarashi 1999).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE, CELLS, DEPTH_RANGE = 256, 128, 0.7
ELEVATION, TAN_HALF_FOV = 0.2, 0.2
OUTPUTS = {
    "occupancy": (1, 128, 128, 128),
    "color": (1, 3, 32, 64, 64),
    "depth": (1, 2, 128, 128),
    "normal": (1, 6, 128, 128),
    "albedo": (1, 3, 128, 128),
    "camera": (1, 2),
}
CONTRACT = {
    "contract": "volume",
    "version": 1,
    "name": "silhouette",
    "license": "CC0-1.0",
    "input_size": SIZE,
    "background": 0.5,
    "crop_ratio": 0.87,
    "depth_range": DEPTH_RANGE,
    "provenance": {"training_data": "none"},
}


class _Graph:
    """Collects nodes and constants; every method returns the name of a value."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def const(self, value: object, dtype: type = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, dtype), name))
        return name

    def op(self, kind: str, *inputs: str, out: str = "", **attributes: object) -> str:
        name = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def channels(self, value: str, start: int, stop: int) -> str:
        return self.op("Slice", value, *(self.const([i], np.int64) for i in (start, stop, 1)))


def _half_thickness(g: _Graph, alpha: str) -> str:
    """Half the thickness along the ray, in sides of the view, (1, 1, 128, 128); negative outside the mask."""
    total = layer = g.op("Neg", alpha)
    for i in range(CELLS // 2):  # alternating square and cross: an octagonal distance
        shapes = [[3, 3]] if i % 2 else [[3, 1], [1, 3]]
        pads = {3: 1, 1: 0}
        worn = [
            g.op("MaxPool", layer, kernel_shape=k, pads=[pads[k[0]], pads[k[1]]] * 2, strides=[1, 1]) for k in shapes
        ]
        layer = g.op("Max", *worn) if len(worn) > 1 else worn[0]
        total = g.op("Add", total, layer)
    distance = g.op("Mul", g.op("Neg", total), g.const(1 / CELLS))
    smooth = g.op("AveragePool", distance, kernel_shape=[3, 3], pads=[1] * 4, strides=[1, 1], count_include_pad=1)
    inflated = g.op("Sqrt", g.op("Mul", smooth, g.const(0.16)))
    outside = g.op("Mul", g.op("Sub", alpha, g.const(0.5)), g.const(2 / CELLS))
    return g.op("Min", inflated, g.op("Mul", g.op("Add", outside, g.const(1 / CELLS)), g.const(30.0)))


def _graph() -> onnx.GraphProto:
    g = _Graph()
    half = g.op("AveragePool", "image", kernel_shape=[2, 2], strides=[2, 2])
    rgb, alpha = g.channels(half, 0, 3), g.channels(half, 3, 4)
    thickness = _half_thickness(g, g.op("Clip", alpha, g.const(0), g.const(1)))
    cells = (np.arange(CELLS) + 0.5) / CELLS * 2 - 1
    offset = g.const(np.abs(cells * DEPTH_RANGE).reshape(1, CELLS, 1, 1))
    logits = g.op("Mul", g.op("Sub", thickness, offset), g.const(4.0 * CELLS))
    inside = g.op("Mul", g.op("Sub", alpha, g.const(0.5)), g.const(16.0))
    g.op("Clip", g.op("Min", logits, inside), g.const(-12), g.const(12), out="occupancy")
    w = g.op("Mul", thickness, g.const(1 / DEPTH_RANGE))
    g.op("Clip", g.op("Concat", g.op("Neg", w), w, axis=1), g.const(-1), g.const(1), out="depth")
    sobel = np.zeros((2, 1, 3, 3), np.float32)
    sobel[0, 0], sobel[1, 0] = np.outer([1, 2, 1], [1, 0, -1]), np.outer([-1, 0, 1], [1, 2, 1])
    slope = g.op("Mul", g.op("Conv", thickness, g.const(sobel), pads=[1] * 4), g.const(CELLS / 8))
    toward = g.op("Add", g.op("Mul", alpha, g.const(0)), g.const(1))
    front = g.op("Concat", slope, toward, axis=1)
    back = g.op("Concat", slope, g.op("Neg", toward), axis=1)
    g.op("Concat", *(g.op("LpNormalization", n, axis=1, p=2) for n in (front, back)), axis=1, out="normal")
    g.op("Identity", rgb, out="albedo")
    small = g.op("AveragePool", rgb, kernel_shape=[2, 2], strides=[2, 2])
    layered = g.op("Unsqueeze", small, g.const([2], np.int64))
    g.op("Expand", layered, g.const([1, 3, 32, 64, 64], np.int64), out="color")
    zero = g.op("Mul", g.op("ReduceMean", "image", keepdims=0), g.const([[0, 0]]))
    g.op("Add", zero, g.const([[ELEVATION, TAN_HALF_FOV]]), out="camera")
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in OUTPUTS.items()]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, (1, 4, SIZE, SIZE))
    return helper.make_graph(g.nodes, "silhouette", [image], values, g.constants)


def write(path: str | Path, contract: dict[str, object] | None = None) -> Path:
    """Write the model to `path`; `contract` replaces the metadata, which lets a test break it."""
    model = helper.make_model(_graph(), opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {"importer.contract": json.dumps(CONTRACT if contract is None else contract)})
    onnx.checker.check_model(model)
    Path(path).write_bytes(model.SerializeToString())
    return Path(path)


if __name__ == "__main__":
    write(sys.argv[1])
