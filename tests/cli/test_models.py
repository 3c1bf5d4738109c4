"""``importer models``: which networks there are, and where they come from."""

import json

import onnx
import pytest
from onnx import TensorProto, helper

from importer.matte import shipped
from importer.reconstruct.contract import KEY
from importer.reconstruct.models import find


def test_models_are_listed(cli, document):
    listed = document(cli("models", "--json"))["models"]
    assert {"name", "license", "path", "error"} <= set(listed[0])
    assert "default" in cli("models").stdout


def test_show_says_where_the_default_network_comes_from(cli, document):
    """Every value is read from the file again by another library."""
    metadata = {p.key: p.value for p in onnx.load(find("default"), load_external_data=False).metadata_props}
    provenance = json.loads(metadata[KEY])["provenance"]
    shown = document(cli("models", "show", "default", "--json"))
    assert shown["contract"]["contract"] == "volume" and shown["contract"]["provenance"] == provenance
    rows = dict(line.split("  ", 1) for line in cli("models", "show", "default").stdout.splitlines())
    rows = {key.strip(): value.strip() for key, value in rows.items()}
    for label, key in (("data", "data"), ("data licence", "data_license"), ("commit", "commit"), ("seed", "seed"),
                       ("GPU minutes", "gpu_minutes")):  # fmt: skip
        assert rows[label] == str(provenance[key])
    assert rows["licence"] == "CC0-1.0"
    assert rows["scores: iou"] == str(provenance["scores"]["iou"])


def test_show_knows_the_background_network(cli, document):
    metadata = {p.key: p.value for p in onnx.load(shipped.PATH).metadata_props}
    shown = document(cli("models", "show", "matting", "--json"))
    assert shown["contract"] == json.loads(metadata[shipped.KEY])
    assert shown["contract"]["license"] == shipped.LICENSE
    text = cli("models", "show", "matting").stdout
    assert "mask iou" in text and "GPU minutes" in text


def test_show_of_a_file_without_provenance_says_so(cli, tmp_path, untold):
    result = cli("models", "show", str(untold(tmp_path / "own.onnx")))
    assert result.exit_code == 0 and "says nothing of it" in result.stdout


def test_an_unknown_name_is_an_error_that_lists_the_known_ones(cli):
    result = cli("models", "show", "nix")
    assert result.exit_code == 1
    assert "no model named 'nix'" in result.stderr and "default" in result.stderr


@pytest.fixture
def untold():
    """Writes a graph of constants that keeps the contract and names no provenance."""
    shapes = {"occupancy": (1, 128, 128, 128), "color": (1, 3, 32, 64, 64), "depth": (1, 2, 128, 128),
              "normal": (1, 6, 128, 128), "albedo": (1, 3, 128, 128), "camera": (1, 2)}  # fmt: skip

    def write(path):
        nodes = [helper.make_node("ConstantOfShape", [f"{name}.shape"], [name]) for name in shapes]
        sizes = [helper.make_tensor(f"{n}.shape", TensorProto.INT64, [len(s)], s) for n, s in shapes.items()]
        graph = helper.make_graph(
            nodes, "own", [helper.make_tensor_value_info("image", TensorProto.FLOAT, (1, 4, 64, 64))],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()], sizes,
        )  # fmt: skip
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        contract = {"contract": "volume", "version": 1, "name": "own", "license": "MIT", "input_size": 64,
                    "background": 0.5, "crop_ratio": 0.9, "depth_range": 0.7}  # fmt: skip
        model.metadata_props.append(onnx.StringStringEntryProto(key=KEY, value=json.dumps(contract)))
        onnx.save(model, path)
        return path

    return write
