"""Checks of what lies on disk: published folders against their manifest, and files from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import trimesh

from importer.errors import ImporterError
from importer.verify.images import measure_all, measure_untrusted
from importer.verify.path import verify_path
from tests.support.models import asset
from tests.support.published import publish


@pytest.fixture(autouse=True)
def decode_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode in this process; one test below uses the child."""
    monkeypatch.setattr("importer.verify.path.measure_untrusted", measure_all)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return publish(asset(export={"targets": ["unreal", "godot"]}), tmp_path)


def codes(path: Path) -> list[tuple[str, str]]:
    ((_, findings),) = verify_path(path)
    return [(finding.code, finding.where) for finding in findings]


def test_a_published_folder_is_clean(folder: Path) -> None:
    assert verify_path(folder) == [(str(folder / "cart.manifest.json"), [])]


def test_a_relative_path_will_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert [findings for _, findings in verify_path(Path("cart"))] == [[]]
    (folder / "godot" / "old.glb").write_bytes(b"")
    assert [code for code, _ in codes(Path("cart"))] == ["FILE_UNLISTED"]


def test_images_are_decoded_in_a_child_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importer.verify.path.measure_untrusted", measure_untrusted)
    (folder / "unreal" / "T_cart_BC.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    assert ("TEXTURE_UNREADABLE", "unreal/T_cart_BC.png") in codes(folder)


def test_all_assets_below_a_folder_are_checked(folder: Path) -> None:
    publish(asset("wagon", export={"targets": ["gltf"]}), folder.parent)
    assert [Path(name).name for name, _ in verify_path(folder.parent)] == [
        "cart.manifest.json",
        "wagon.manifest.json",
    ]


def test_a_changed_file_is_caught_by_its_hash(folder: Path) -> None:
    path = folder / "unreal" / "T_cart_BC.png"
    path.write_bytes(path.read_bytes() + b"\0")
    assert codes(folder) == [("HASH_MISMATCH", "unreal/T_cart_BC.png")]


def test_a_lost_file_is_caught(folder: Path) -> None:
    (folder / "godot" / "cart.glb").unlink()
    assert codes(folder) == [("FILE_MISSING", "godot/cart.glb")]


def test_an_exchanged_mesh_is_caught_by_hash_and_by_what_is_in_it(folder: Path) -> None:
    trimesh.creation.box((1, 100, 1)).export(folder / "godot" / "cart.glb")
    found = {code for code, _ in codes(folder)}
    assert {"HASH_MISMATCH", "SCALE_WRONG", "LOD_TRIANGLES"} <= found


def test_a_stray_mesh_is_warned_of_but_an_engine_s_own_files_are_not(folder: Path) -> None:
    (folder / "godot" / "cart.glb.import").write_text("[remap]")
    (folder / "godot" / "old.glb").write_bytes(b"")
    assert codes(folder) == [("FILE_UNLISTED", "godot/old.glb")]


def unlisted(manifest: dict) -> None:
    manifest["files"] = [entry for entry in manifest["files"] if entry["path"] != "unreal/T_cart_N.png"]


def outside(manifest: dict) -> None:
    manifest["files"][0]["path"] = "../../secret.png"


def outside_windows(manifest: dict) -> None:
    manifest["files"][0]["path"] = "C:\\secret.png"


def newer(manifest: dict) -> None:
    manifest["schema_version"] = "9.0"


def colour_normals(manifest: dict) -> None:
    manifest["targets"]["unreal"]["textures"][1]["color_space"] = "srgb"


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (colour_normals, "MANIFEST_INVALID", "cart.manifest.json: targets.unreal.textures.1"),
        (unlisted, "FILE_UNLISTED", "unreal/T_cart_N.png"),
        (outside, "PATH_UNSAFE", "cart.manifest.json"),
        (outside_windows, "PATH_UNSAFE", "cart.manifest.json"),
        (newer, "SCHEMA_VERSION", "cart.manifest.json: schema_version"),
    ],
)
def test_a_broken_manifest_is_caught(folder: Path, change: Callable[[dict], None], code: str, where: str) -> None:
    path = folder / "cart.manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), "utf-8")
    assert (code, where) in codes(folder)


def test_a_manifest_that_is_no_json_is_caught(folder: Path) -> None:
    (folder / "cart.manifest.json").write_bytes(b"{")
    assert codes(folder)[0][0] == "MANIFEST_NOT_JSON"


@pytest.mark.parametrize("shape", ["box", "icosphere", "capsule", "torus"])
def test_files_from_another_program_have_no_errors(shape: str, tmp_path: Path) -> None:
    make = {
        "box": trimesh.creation.box,
        "icosphere": trimesh.creation.icosphere,
        "capsule": trimesh.creation.capsule,
        "torus": lambda: trimesh.creation.torus(0.5, 0.2),
    }[shape]
    make().export(tmp_path / "a.glb")
    assert [finding for finding in verify_path(tmp_path / "a.glb")[0][1] if finding.severity == "error"] == []


def test_an_inside_out_file_from_another_program_is_caught(tmp_path: Path) -> None:
    ball = trimesh.creation.icosphere()
    ball.invert()
    ball.export(tmp_path / "a.glb")
    assert "WINDING_INWARD" in {code for code, _ in codes(tmp_path / "a.glb")}


@pytest.mark.parametrize("name", ["none.glb", "a.obj", "empty"])
def test_what_cannot_be_checked_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.obj").write_bytes(b"v 0 0 0")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImporterError) as caught:
        verify_path(tmp_path / name)
    assert name in caught.value.where
