"""The manifest: true, valid against its published schema, and the same every time."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from importer.export.manifest import encode, json_schema
from importer.records import Files, Finding, Quality
from tests.support.models import CART_SIZE, NOSE, asset, cart
from tests.support.published import checked, described, exported

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "manifest.schema.json"


@pytest.fixture(scope="module")
def files() -> Files:
    return exported(asset())


@pytest.fixture(scope="module")
def text(files: Files) -> bytes:
    return described(asset(), files, checked(asset(), files))


@pytest.fixture(scope="module")
def manifest(text: bytes) -> dict:
    return json.loads(text)


def test_published_schema_is_up_to_date() -> None:
    wanted = "run: python -m importer.export.manifest_schema > docs/manifest.schema.json"
    assert SCHEMA.read_bytes().replace(b"\r\n", b"\n") == json_schema(), wanted


def test_manifest_follows_the_schema(manifest: dict) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(manifest)


def test_same_input_gives_the_same_bytes(text: bytes, files: Files) -> None:
    assert described(asset(), files, checked(asset(), files)) == text


def test_files_are_all_there_with_their_hashes(manifest: dict, files: Files) -> None:
    assert {entry["path"]: (entry["sha256"], entry["bytes"]) for entry in manifest["files"]} == {
        path: (hashlib.sha256(data).hexdigest(), len(data)) for path, data in files.files.items()
    }


def test_every_file_a_target_names_is_listed(manifest: dict) -> None:
    listed = {entry["path"] for entry in manifest["files"]}
    for target in manifest["targets"].values():
        named = [entry["file"] for key in ("lods", "collision", "textures") for entry in target[key]]
        assert named
        assert set(named) <= listed


def test_size_and_axes_are_the_cart_s(manifest: dict) -> None:
    low, high = np.array(manifest["bounds"]["min"]), np.array(manifest["bounds"]["max"])
    np.testing.assert_allclose(high - low, CART_SIZE, atol=1e-6)
    unreal = manifest["targets"]["unreal"]["in_engine"]
    np.testing.assert_allclose(np.subtract(unreal["max"], unreal["min"]), [100, 200, 120], rtol=1e-6)
    np.testing.assert_allclose(np.array(unreal["from_gltf"]) @ NOSE, [0, 100, 30], atol=1e-6)


def test_levels_say_triangles_error_and_screen_size(manifest: dict) -> None:
    assert [(lod["triangles"], lod["error_m"], lod["screen_size"]) for lod in manifest["lods"]] == [
        (len(cart().faces), 0.0, 1.0),
        (len(cart().faces) - 12, 0.01, 0.5),
    ]


def test_guesses_are_marked(manifest: dict) -> None:
    assert [guess["what"] for guess in manifest["guesses"]] == ["scale", "hidden_side", "roughness", "metallic"]


def test_no_path_of_the_machine_gets_in(files: Files) -> None:
    made = asset(reconstruct={"model": "C:\\Users\\me\\nets\\best.onnx"})
    for picture in ("/home/me/drop/cart.png", "C:\\Users\\me\\cart.png"):
        manifest = json.loads(described(made, files, Quality((), {}), picture))
        assert manifest["provenance"]["picture"] == "cart.png"
        assert manifest["provenance"]["parameters"]["reconstruct"]["model"] == "best.onnx"


def test_findings_and_figures_are_kept(files: Files) -> None:
    quality = Quality((Finding("warning", "DEBRIS", "here", "crumbs", "sweep"),), {"mask_iou": 0.9})
    manifest = json.loads(described(asset(), files, quality))
    assert manifest["quality"] == {
        "figures": {"mask_iou": 0.9},
        "findings": [{"severity": "warning", "code": "DEBRIS", "where": "here", "what": "crumbs", "fix": "sweep"}],
    }


def test_floats_are_short_and_never_nan() -> None:
    assert encode({"a": 1 / 3, "b": -0.0, "c": 1e-17, "d": (1, True)}) == (
        b'{\n  "a": 0.333333,\n  "b": 0.0,\n  "c": 0.0,\n  "d": [\n    1,\n    true\n  ]\n}\n'
    )
    with pytest.raises(ValueError, match="JSON"):
        encode({"a": float("nan")})
