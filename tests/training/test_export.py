import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from importer.reconstruct.contract import OUTPUTS
from importer.reconstruct.models import load
from training.blend import Blend, Shipped
from training.export import export
from training.network import TINY, Network


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    torch.manual_seed(0)
    network = Shipped(Network(TINY).eval(), Blend(1.0, 8.0, 0.3))
    paths = [tmp_path_factory.mktemp("export") / name for name in ("a.onnx", "b.onnx")]
    for path in paths:
        export(network, path, {"seed": 0})
    return network, paths


def test_onnxruntime_agrees_with_torch(exported):
    network, (path, _) = exported
    image = np.random.default_rng(0).random((1, 4, 256, 256), np.float32)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    got = dict(zip(OUTPUTS, session.run(list(OUTPUTS), {"image": image}), strict=True))
    with torch.no_grad():
        expected = dict(zip(OUTPUTS, network(torch.from_numpy(image)), strict=True))
    for name, want in expected.items():
        assert got[name].shape == OUTPUTS[name] and got[name].dtype == np.float32
        scale = max(float(want.abs().mean()), 0.05)
        assert np.abs(got[name] - want.numpy()).mean() < 0.02 * scale, name  # weights are stored in half precision


def test_the_file_states_a_contract_that_the_program_accepts(exported):
    contract = load(str(exported[1][0])).contract
    assert (contract.input_size, contract.background) == (256, 0.5)
    assert (contract.crop_ratio, contract.depth_range) == (0.87, 0.7)


def test_large_weights_are_halves_and_the_opset_is_old_enough(exported):
    model = onnx.load(exported[1][0])
    kinds = {onnx.TensorProto.DataType.Name(w.data_type) for w in model.graph.initializer if np.prod(w.dims) > 256}
    assert "FLOAT16" in kinds and "FLOAT" not in kinds
    assert max(o.version for o in model.opset_import) <= 20


def test_two_exports_are_the_same_bytes(exported):
    a, b = (p.read_bytes() for p in exported[1])
    assert a == b
    assert json.loads(onnx.load_from_string(a).metadata_props[0].value)["provenance"] == {"seed": 0}
