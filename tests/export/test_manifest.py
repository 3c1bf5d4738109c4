"""The manifest: true, valid against its published schema, and the same every time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from importer.export.manifest import encode, json_schema
from importer.export.manifest_schema import Bone, Skeleton
from importer.records import Cutout, Files, Finding, Quality
from tests.export.fbx.scenes import dump
from tests.support.glb_edit import edited
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


def test_the_centre_of_the_surface_is_where_a_mirrored_import_would_show(manifest: dict) -> None:
    x, y, z = manifest["bounds"]["centroid"]
    assert x > 0  # the lamp is on the left, +X in glTF
    centre = {target: entry["in_engine"]["centroid"] for target, entry in manifest["targets"].items()}
    np.testing.assert_allclose(centre["unity-urp"], [-x, y, z], rtol=1e-4)
    np.testing.assert_allclose(centre["unreal"], [100 * x, 100 * z, 100 * y], rtol=1e-4)
    np.testing.assert_allclose(centre["godot"], [x, y, z], rtol=1e-4)


def test_textures_say_their_size(manifest: dict) -> None:
    sizes = [(t["width"], t["height"]) for entry in manifest["targets"].values() for t in entry["textures"]]
    assert set(sizes) == {(64, 64)}


@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("target", ["unity-urp", "unreal"])
def test_the_fbx_file_has_the_nodes_that_the_manifest_names(target: str, levels: int, tmp_path: Path) -> None:
    made = asset(meshes=asset().lods.meshes[:levels], export={"targets": [target], "formats": ["glb", "fbx"]})
    files = exported(made)
    entry = json.loads(described(made, files, Quality((), {})))["targets"][target]["fbx"]
    path = tmp_path / "a.fbx"
    path.write_bytes(files.files[entry["file"]])
    nodes = {node["name"]: node for node in dump(path)["nodes"]}
    named = [node["node"] for node in entry["lods"] + entry["collision"]]
    meshes = {name for name, node in nodes.items() if node["mesh"]}
    assert set(named) == meshes
    assert ("root" in entry) == (levels > 1)
    assert entry.get("root") in (None, *nodes)
    assert len(entry["collision"]) == (1 if target == "unreal" else 0)


def test_licences_of_all_that_went_in(files: Files) -> None:
    made = replace(asset(), cutout=Cutout(asset().cutout.rgba, "rembg:u2net"))
    found = json.loads(described(made, files, Quality((), {})))["provenance"]["licenses"]
    assert found == [
        {"of": "picture", "name": "cart.png", "license": "unknown"},
        {"of": "matte", "name": "u2net", "license": "Apache-2.0"},
        {"of": "network", "name": "default", "license": "CC0-1.0"},
    ]


def test_extensions_that_a_reader_needs_are_named() -> None:
    made = asset(export={"targets": ["godot"]})

    def require(document: dict) -> None:
        document["extensionsUsed"] = document["extensionsRequired"] = ["KHR_texture_basisu", "EXT_meshopt_compression"]

    packed = Files({"godot/cart.glb": edited(exported(made).files["godot/cart.glb"], require)})
    (entry,) = json.loads(described(made, packed, Quality((), {})))["files"]
    assert entry["requires"] == ["EXT_meshopt_compression", "KHR_texture_basisu"]


def test_a_rig_is_described(files: Files) -> None:
    rig = Skeleton(bones=(Bone(name="root"), Bone(name="lid", parent="root")))
    found = json.loads(described(asset(), files, Quality((), {}), skeleton=rig))
    assert found["skeleton"] == {"bones": [{"name": "root"}, {"name": "lid", "parent": "root"}]}
    assert "skeleton" not in json.loads(described(asset(), files, Quality((), {})))


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


def test_findings_are_said_once_and_figures_are_kept(files: Files) -> None:
    places = ("unreal/cart.glb", "godot/cart.glb")
    quality = Quality(
        tuple(Finding("warning", "DEBRIS", place, "crumbs", "sweep") for place in places), {"mask_iou": 0.9}
    )
    manifest = json.loads(described(asset(), files, quality))
    assert manifest["quality"] == {
        "figures": {"mask_iou": 0.9},
        "findings": [
            {"severity": "warning", "code": "DEBRIS", "where": list(places), "what": "crumbs", "fix": "sweep"}
        ],
    }


def test_floats_are_short_and_never_nan() -> None:
    assert encode({"a": 1 / 3, "b": -0.0, "c": 1e-17, "d": (1, True)}) == (
        b'{\n  "a": 0.333333,\n  "b": 0.0,\n  "c": 0.0,\n  "d": [\n    1,\n    true\n  ]\n}\n'
    )
    with pytest.raises(ValueError, match="JSON"):
        encode({"a": float("nan")})
