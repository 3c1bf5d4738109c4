"""Versions and faults of a manifest's text."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importer.manifest.parse import parse

SHARED = Path(__file__).resolve().parents[1] / "support" / "manifests"
FIGURE = SHARED / "good-figure" / "figure" / "figure.manifest.json"


def codes(value: Any) -> list[tuple[str, str]]:
    _, faults = parse(json.dumps(value).encode(), "a")
    return [(fault.code, fault.where) for fault in faults]


def figure() -> dict[str, Any]:
    return json.loads(FIGURE.read_text("utf-8"))


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.99"])
def test_every_minor_version_is_read(version: str) -> None:
    assert codes({**figure(), "schema_version": version}) == []


@pytest.mark.parametrize("version", ["2.0", "11.0", "0.1"])
def test_other_major_versions_are_named(version: str) -> None:
    _, (fault,) = parse(json.dumps({"schema_version": version}).encode(), "a")
    assert fault.code == "SCHEMA_VERSION"
    assert version in fault.what
    assert "1.x" in fault.what


@pytest.mark.parametrize("version", [None, "", "1", "1.x", "1.0.0", "01.0", " 1.0", "1.0\n", "-1.0", 1, ["1.0"]])
def test_what_is_no_version_is_invalid(version: Any) -> None:
    assert codes({**figure(), "schema_version": version}) == [("MANIFEST_INVALID", "a: schema_version")]


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe{}", b'{"a": NaN}', b"[" * 100_000, b'{"a": 1}}'])
def test_text_that_is_no_json_is_told(text: bytes) -> None:
    manifest, (fault,) = parse(text, "a")
    assert (manifest, fault.code) == (None, "MANIFEST_NOT_JSON")


@pytest.mark.parametrize("value", [None, 3, "x", [], [{}]])
def test_json_that_is_no_object_is_told(value: Any) -> None:
    assert codes(value) == [("MANIFEST_INVALID", "a")]


def second_root(bones: list[dict]) -> None:
    bones[3]["name"] = "root"


def late_parent(bones: list[dict]) -> None:
    bones[1]["parent"] = "head"


def own_parent(bones: list[dict]) -> None:
    bones[1]["parent"] = "pelvis"


@pytest.mark.parametrize("change", [second_root, late_parent, own_parent])
def test_bones_make_a_tree(change: Callable[[list[dict]], None]) -> None:
    value = figure()
    change(value["skeleton"]["bones"])
    assert ("MANIFEST_INVALID", "a: skeleton.bones") in codes(value)


@pytest.mark.parametrize(
    ("role", "bone"),
    [("LeftHand", None), ("LeftHand", "hand_r"), ("LeftHand", "paw"), ("Tail", "head"), ("Left Hand", "hand_l")],
)
def test_a_humanoid_has_the_bones_that_unity_requires(role: str, bone: str | None) -> None:
    value = figure()
    if bone is None:
        del value["skeleton"]["humanoid"][role]
    else:
        value["skeleton"]["humanoid"][role] = bone
    assert ("MANIFEST_INVALID", "a: skeleton.humanoid") in codes(value)


def test_a_renamed_bone_must_be_there() -> None:
    value = figure()
    value["targets"]["godot"]["bone_names"]["tail"] = "Tail"
    assert codes(value) == [("MANIFEST_INVALID", "a: targets.godot.bone_names")]


def test_the_reader_needs_no_numeric_library() -> None:
    code = (
        "import sys, importer.manifest.folder, importer.manifest.rig;"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'numpy', 'scipy', 'cv2', 'PIL', 'trimesh'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
