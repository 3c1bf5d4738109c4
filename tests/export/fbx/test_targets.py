"""FBX files of a whole asset: which targets have one, its names, its textures; and nothing changes without them."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import numpy as np
import pytest

from importer.errors import ImporterError
from importer.profile.schema import Profile
from tests.export.fbx.scenes import dump
from tests.support.models import CART_SIZE, TARGETS, asset
from tests.support.published import checked, described, exported, publish

BOTH = {"targets": TARGETS, "formats": ("glb", "fbx")}


def test_fbx_is_written_for_unity_and_unreal_only_and_only_when_asked():
    plain, both = exported(asset()), exported(asset(export=BOTH))
    new = {path: data for path, data in both.files.items() if path not in plain.files}
    assert sorted(new) == ["unity-hdrp/cart.fbx", "unity-urp/cart.fbx", "unreal/SM_cart.fbx"]
    assert {path: both.files[path] for path in plain.files} == plain.files
    assert exported(asset(export=BOTH)).files == both.files


@pytest.mark.parametrize(
    ("path", "nodes"),
    [
        ("unity-urp/cart.fbx", {"cart": None, "cart_LOD0": "cart", "cart_LOD1": "cart"}),
        (
            "unreal/SM_cart.fbx",
            {"SM_cart_LODs": None, "SM_cart": "SM_cart_LODs", "SM_cart_LOD1": "SM_cart_LODs", "UCX_SM_cart_00": None},
        ),
    ],
)
def test_levels_hulls_and_textures_are_the_targets_own(path, nodes, tmp_path):
    made = asset(export=BOTH)
    folder = publish(made, tmp_path)
    scene = dump(folder / path)
    assert {node["name"]: node["parent"] for node in scene["nodes"]} == nodes
    (group,) = scene["lod_groups"]
    assert group["distances"] == pytest.approx([100 * size for size in made.lods.screen_sizes])
    for name in (name for name in nodes if nodes[name]):
        mesh = next(node for node in scene["nodes"] if node["name"] == name)["mesh"]
        size = np.ptp(mesh["positions"], axis=0) * scene["unit_meters"]
        np.testing.assert_allclose(size, CART_SIZE, atol=1e-5)
    (material,) = scene["materials"]
    assert set(material["maps"]) == {"base", "normal", "classic diffuse", "classic normal"}
    for texture in scene["textures"].values():
        assert (folder / PurePosixPath(path).parent / texture["file"]).is_file()


def test_manifest_lists_the_files_as_meshes_and_nothing_is_found_wrong():
    made = asset(export=BOTH)
    files = exported(made)
    quality = checked(made, files)
    assert [finding for finding in quality.findings if "fbx" in finding.where] == []
    listed = json.loads(described(made, files, quality))["files"]
    assert {entry["path"]: entry["role"] for entry in listed if entry["path"].endswith(".fbx")} == {
        "unity-hdrp/cart.fbx": "mesh",
        "unity-urp/cart.fbx": "mesh",
        "unreal/SM_cart.fbx": "mesh",
    }


def test_a_single_level_stands_without_a_group(tmp_path):
    full = asset().lods.meshes[0]
    scene = dump(publish(asset("box", (full,), export=BOTH), tmp_path) / "unreal/SM_box.fbx")
    assert {node["name"]: node["parent"] for node in scene["nodes"]} == {"SM_box": None, "UCX_SM_box_00": None}
    assert scene["lod_groups"] == []


def test_glb_cannot_be_left_out():
    with pytest.raises((ValueError, ImporterError), match="glb"):
        Profile.model_validate({"export": {"formats": ["fbx"]}})
