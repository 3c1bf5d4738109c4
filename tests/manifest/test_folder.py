"""The reader agrees with the shared set of published folders; engine bridges test their readers against the same."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from importer.export.manifest_schema import Fbx, Manifest
from importer.manifest.folder import listed, read_folder
from importer.manifest.rig import target_skeleton

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT / "tests" / "support" / "manifests"
CASES = sorted(path.parent.name for path in SHARED.glob("*/expected.json"))
SCHEMA = json.loads((ROOT / "docs" / "manifest.schema.json").read_text("utf-8"))


def folder(case: str) -> Path:
    (found,) = (path for path in (SHARED / case).iterdir() if path.is_dir())
    return found


def expected(case: str) -> dict[str, Any]:
    return json.loads((SHARED / case / "expected.json").read_text("utf-8"))


def lods(entries: Any) -> list[list[Any]]:
    return [[entry.level, entry.file, entry.node] for entry in entries]


def fbx(entry: Fbx | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    hulls = [[hull.file, hull.node] for hull in entry.collision]
    return {"file": entry.file, "root": entry.root, "lods": lods(entry.lods), "collision": hulls}


def described(manifest: Manifest, target: str) -> dict[str, Any]:
    entry = manifest.targets[target]
    found = {
        "lods": lods(entry.lods),
        "collision": [[hull.file, hull.node] for hull in entry.collision],
        "textures": sorted([texture.slot, texture.file, texture.color_space] for texture in entry.textures),
        "fbx": fbx(entry.fbx),
        "in_engine": {"min": list(entry.in_engine.min), "max": list(entry.in_engine.max)},
    }
    rig = target_skeleton(manifest, target)
    if rig:
        bones = [[bone.name, bone.parent] for bone in rig.bones]
        found["skeleton"] = {"bones": bones, "humanoid": rig.humanoid, "rest_pose": rig.rest_pose}
    return found


def test_the_set_is_there() -> None:
    assert len(CASES) >= 25
    assert {expected(case)["status"] for case in CASES} == {"ok", "incomplete", "refused"}


@pytest.mark.parametrize("case", CASES)
def test_status_and_faults_are_as_expected(case: str) -> None:
    reading, wanted = read_folder(folder(case)), expected(case)
    assert reading.status == wanted["status"]
    assert [[fault.code, fault.where] for fault in reading.faults] == wanted["faults"]
    assert all(fault.what and fault.fix for fault in reading.faults)


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("good-")])
def test_good_folders_say_what_is_expected(case: str) -> None:
    manifest, wanted = read_folder(folder(case)).manifest, expected(case)
    assert manifest is not None
    assert (manifest.asset.name, [lod.triangles for lod in manifest.lods]) == (wanted["asset"], wanted["levels"])
    for target, entry in wanted["targets"].items():
        found = described(manifest, target)
        for corner in ("min", "max"):
            assert found["in_engine"][corner] == pytest.approx(entry["in_engine"][corner], abs=1e-6)
        assert {**found, "in_engine": None} == {**entry, "in_engine": None}


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith(("good-", "wait-"))])
def test_the_published_schema_takes_them(case: str) -> None:
    for path in folder(case).glob("*.manifest.json"):
        try:
            value = json.loads(path.read_bytes())
        except ValueError:
            continue
        jsonschema.Draft202012Validator(SCHEMA).validate(value)


def test_one_target_needs_its_own_files_only(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder("good-unity-urp"), tmp_path / "cart"))
    path = copy / "cart.manifest.json"
    value = json.loads(path.read_text("utf-8"))
    extra = {"path": "preview/big.png", "sha256": "0" * 64, "bytes": 7, "role": "preview"}
    path.write_text(json.dumps({**value, "files": [*value["files"], extra]}), "utf-8")
    assert read_folder(copy).status == "incomplete"
    reading = read_folder(copy, "unity-urp")
    assert reading.status == "ok"
    assert reading.manifest is not None
    assert {entry.path for entry in listed(reading.manifest, "unity-urp")} == {
        entry["path"] for entry in value["files"]
    }
    assert listed(reading.manifest, "nobody") == ()


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder("good-gltf"), tmp_path / "cart"))
    outside = tmp_path / "secret.glb"
    shutil.move(copy / "gltf" / "cart.glb", outside)
    (copy / "gltf" / "cart.glb").symlink_to(outside)
    reading = read_folder(copy)
    assert [(fault.code, fault.where) for fault in reading.faults] == [("PATH_UNSAFE", "gltf/cart.glb")]
    assert reading.status == "refused"


def test_two_manifests_are_refused(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder("good-gltf"), tmp_path / "cart"))
    shutil.copy(copy / "cart.manifest.json", copy / "old.manifest.json")
    reading = read_folder(copy)
    assert (reading.status, reading.manifest) == ("refused", None)
