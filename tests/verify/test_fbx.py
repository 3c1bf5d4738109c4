"""The FBX reader: the same shapes as from a GLB file, whatever the file's units and axes; nothing in it can raise."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from importer.export.fbx import document
from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import FileFrame, Scene
from importer.system.child import run_in_child
from importer.verify import fbx as reader
from importer.verify.drawn import Scene as Drawn
from importer.verify.drawn import Shape
from importer.verify.fbx import read_fbx
from importer.verify.images import measure_all
from importer.verify.inspect import inspect
from importer.verify.path import verify_path
from importer.verify.scene import read_scene
from tests.support.models import asset
from tests.support.published import publish
from tests.verify.broken import fbx, glb
from tests.verify.broken.faults import moved
from tests.verify.broken.model import Model, good_cart, good_figure
from tests.verify.fbx_batch import load_all

FRAMES = [FileFrame(), FileFrame("y", 100.0), FileFrame("z"), FileFrame("z", 2.54)]


def read(data: bytes, opener: Callable[[str], bytes | None] = lambda name: None) -> Drawn:
    scene, findings = read_fbx(data, "a.fbx", opener)
    assert findings == []
    assert scene is not None
    return scene


def in_frame(model: Model, frame: FileFrame, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Write a model in other units and axes."""
    monkeypatch.setattr(document, "write_fbx", lambda scene: write_fbx(replace_frame(scene, frame)))
    return fbx.write(model)


def replace_frame(scene: Scene, frame: FileFrame) -> Scene:
    return replace(scene, frame=frame)


def corners(shape: Shape) -> np.ndarray:
    """Return all corners with what belongs to them, in an order that does not depend on the format."""
    assert shape.normals is not None and shape.tangents is not None and shape.uv is not None
    table = np.column_stack([shape.positions, shape.normals, shape.tangents, shape.uv])[shape.faces.reshape(-1)]
    return table[np.lexsort(np.round(table, 4).T)]


@pytest.mark.parametrize("frame", FRAMES, ids=str)
def test_the_cart_is_the_one_of_the_glb_file_in_every_frame(frame: FileFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    model = good_cart()
    wanted, _ = read_scene(glb.write(model), "a.glb")
    assert wanted is not None
    scene = read(in_frame(model, frame, monkeypatch))
    shapes = {shape.node: shape for shape in scene.shapes}
    for shape in wanted.shapes[:2]:
        np.testing.assert_allclose(corners(shapes[shape.node]), corners(shape), atol=1e-4)
    assert len(shapes["UCX_cart_00"].faces) == 12
    (surface,) = scene.surfaces
    assert {slot: scene.images[i] for slot, i in surface.images.items()} == {
        slot: model.images[slot] for slot in ("base_color", "normal")
    }


@pytest.mark.parametrize("frame", FRAMES[::3], ids=str)
def test_the_figure_and_its_bones_are_those_of_the_glb_file(frame: FileFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    model = good_figure()
    (shape,) = read(in_frame(model, frame, monkeypatch)).shapes
    wanted, _ = read_scene(glb.write(model), "a.glb")
    assert wanted is not None
    np.testing.assert_allclose(corners(shape), corners(wanted.shapes[0]), atol=1e-4)
    skin, other = shape.skin, wanted.shapes[0].skin
    assert skin is not None and other is not None
    heads, others = (dict(zip(s.names, s.heads, strict=True)) for s in (skin, other))
    assert heads.keys() == others.keys()
    for name, head in heads.items():
        np.testing.assert_allclose(head, others[name], atol=1e-4)
    above = [skin.names[i] if i >= 0 else None for i in skin.parents]
    assert dict(zip(skin.names, above, strict=True))["hand_l"] == "lowerarm_l"
    np.testing.assert_allclose(skin.weights.sum(1), 1, atol=1e-4)
    np.testing.assert_allclose(skin.drifts, np.tile(np.eye(4), (len(skin.names), 1, 1)), atol=1e-4)


def test_a_texture_beside_the_file_is_found_and_one_outside_is_not(tmp_path: Path) -> None:
    model = replace(good_cart(), external=True)
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "cart.fbx"
    path.write_bytes(fbx.write(model))
    (tmp_path / "base_color.png").write_bytes(model.images["base_color"])
    (tmp_path / "in" / "normal.png").write_bytes(model.images["normal"])
    ((_, findings),) = verify_path(path)
    assert [f.code for f in findings] == ["TEXTURE_FILE_MISSING"]
    assert "base_color" in findings[0].what


def test_the_fbx_file_of_a_published_folder_is_checked(tmp_path: Path) -> None:
    folder = publish(asset(export={"targets": ["unity-urp"], "formats": ["glb", "fbx"]}), tmp_path)
    assert verify_path(folder)[0][1] == []
    path = folder / "unity-urp" / "cart.fbx"
    path.write_bytes(fbx.write(moved(np.eye(3) * 100)(good_cart())))
    found = {f.code for f in verify_path(folder)[0][1] if "cart.fbx" in f.where}
    assert {"HASH_MISMATCH", "SCALE_WRONG"} <= found
    value = json.loads((folder / "cart.manifest.json").read_text("utf-8"))
    assert value["targets"]["unity-urp"]["fbx"]["file"] == "unity-urp/cart.fbx"


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "FBX_NOT_FBX"), (b"glTF", "FBX_NOT_FBX"), (b"Kaydara FBX Binary  \0", "FBX_UNREADABLE")]
)
def test_what_is_no_fbx_is_told(data: bytes, code: str) -> None:
    scene, findings = read_fbx(data, "a.fbx", lambda name: None)
    assert (scene, [f.code for f in findings]) == (None, [code])


def test_without_ufbx_a_file_is_told_as_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "available", lambda: False)
    (finding,) = read_fbx(b"Kaydara FBX Binary  \0", "a.fbx", lambda name: None)[1]
    assert (finding.severity, finding.code) == ("warning", "FBX_UNCHECKED")
    assert "asset-drop[fbx]" in finding.fix


def test_hostile_files_never_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    good = fbx.write(good_figure())
    files = []
    for number in range(300):
        data = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        files.append(bytes(data[: rng.randrange(len(data))] if number % 7 == 0 else data))
    plain = dict(zip(files, run_in_child(load_all, files, timeout_s=120, memory_mb=4096), strict=True))
    monkeypatch.setattr(reader, "run_in_child", lambda function, data, **limits: plain[data])
    read_at_all = 0
    for data in files:
        findings = inspect("a.fbx", {"a.fbx": data}, measure_all)
        read_at_all += "FBX_UNREADABLE" not in {finding.code for finding in findings}
    assert read_at_all > 20
