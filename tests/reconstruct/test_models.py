import json
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from importer.errors import ModelError
from importer.reconstruct.models import find, list_models, load
from tests.support.silhouette_model import CONTRACT, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IMPORTER_MODELS", str(tmp_path))
    return tmp_path


def broken(folder: Path, **changes: object) -> str:
    contract = {k: v for k, v in {**CONTRACT, **changes}.items() if v is not None}
    return str(write(folder / "broken.onnx", contract))


def test_a_user_model_is_found_by_name_and_by_path(folder: Path) -> None:
    path = write(folder / "mine.onnx")
    assert find("mine") == path
    assert load("mine").sha256 == load(str(path)).sha256
    assert load("mine").contract.license == "CC0-1.0"
    assert "mine" in [m.name for m in list_models()]


def test_a_damaged_file_is_listed_with_its_error_and_refused(folder: Path) -> None:
    whole = write(folder / "half.onnx").read_bytes()
    (folder / "half.onnx").write_bytes(whole[: len(whole) // 2])
    (entry,) = [m for m in list_models() if m.name == "half"]
    assert "cannot be loaded" in entry.error
    with pytest.raises(ModelError, match="cannot be loaded"):
        load("half")


def test_an_unknown_name_lists_what_there_is(folder: Path) -> None:
    write(folder / "mine.onnx")
    with pytest.raises(ModelError, match=r"no model named 'min'.*choose one of: .*mine"):
        load("min")


def test_a_path_that_does_not_exist_is_named(folder: Path) -> None:
    with pytest.raises(ModelError, match="no such model file"):
        load(str(folder / "gone.onnx"))


def test_an_unknown_contract_kind_is_refused_with_the_known_ones(folder: Path) -> None:
    with pytest.raises(ModelError, match="'nerf' is unknown; this version knows: volume"):
        load(broken(folder, contract="nerf"))


def test_a_later_contract_version_is_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match="version 2 is unknown; this version knows: 1"):
        load(broken(folder, version=2))


@pytest.mark.parametrize("key", ["license", "input_size", "depth_range", "crop_ratio"])
def test_a_missing_key_is_named(folder: Path, key: str) -> None:
    with pytest.raises(ModelError, match=f"{key}: field required"):
        load(broken(folder, **{key: None}))


def test_input_of_another_size_than_the_contract_says_is_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"'image' is .*\(1, 4, 256, 256\), expected .*\(1, 4, 512, 512\)"):
        load(broken(folder, input_size=512))


def test_a_model_without_contract_or_outputs_is_refused(folder: Path) -> None:
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, (1, 4, 256, 256))
    out = helper.make_tensor_value_info("occupancy", TensorProto.FLOAT, (1, 4, 256, 256))
    node = helper.make_node("Identity", ["image"], ["occupancy"])
    graph = helper.make_graph([node], "g", [image], [out])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path = folder / "plain.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match=r"no 'importer\.contract'"):
        load("plain")
    helper.set_model_props(model, {"importer.contract": json.dumps(CONTRACT)})
    onnx.save(model, path)
    with pytest.raises(ModelError, match="outputs are missing: color, depth, normal, albedo, camera"):
        load("plain")
