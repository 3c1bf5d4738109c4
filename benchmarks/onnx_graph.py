"""What an ONNX graph costs and where its nodes run: counts for benchmarks/network_cuda.py."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort


def gigaflops(model: Path) -> float:
    """Return the multiplications and additions of a graph's convolutions and matrix products, in 10^9."""
    graph = onnx.shape_inference.infer_shapes(onnx.load(model), data_prop=True).graph
    shapes = {w.name: list(w.dims) for w in graph.initializer}
    for value in (*graph.input, *graph.output, *graph.value_info):
        shapes.setdefault(value.name, [d.dim_value for d in value.type.tensor_type.shape.dim])
    total = 0
    for node in graph.node:
        if node.op_type not in ("Conv", "ConvTranspose", "MatMul", "Gemm"):
            continue
        out = shapes.get(node.output[0])
        if not out or 0 in out:
            raise ValueError(f"the shape of {node.name} is not known")
        per_value = int(np.prod(shapes[node.input[1]][1:])) if "Conv" in node.op_type else shapes[node.input[0]][-1]
        total += 2 * int(np.prod(out)) * per_value
    return total / 1e9


def placement(model: Path, providers: list, feeds: dict[str, np.ndarray]) -> Counter[tuple[str, str]]:
    """Run a graph once and return how many nodes of each operator ran on each provider: (provider, operator) to number.

    Read from ONNX Runtime's own profile of the run, so it is what happened, not what was asked for.
    """
    options = ort.SessionOptions()
    options.enable_profiling = True
    options.log_severity_level = 3
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = os.path.join(folder, "profile")
        session = ort.InferenceSession(str(model), options, providers)
        session.run(None, feeds)
        events = json.loads(Path(session.end_profiling()).read_text())
    found: dict[str, tuple[str, str]] = {}
    for event in events:
        arguments = event.get("args", {})
        if event.get("cat") == "Node" and arguments.get("provider"):
            found[event["name"]] = arguments["provider"], arguments["op_name"]
    return Counter(found.values())
