"""The bridge for Unity without Unity: JSON, paths, configuration, materials, placement, hulls."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

from importer.manifest.humanoid import REQUIRED, ROLES
from importer.manifest.paths import is_safe
from tests.bridges.unity.mono import PACKAGE, Bridge
from tests.bridges.unity.project import SHARED


def parsed(bridge: Bridge, text: bytes) -> Any:
    """Return what the bridge wrote after reading, or its message."""
    return bridge("json", base64=base64.b64encode(text).decode())


@pytest.mark.parametrize(
    "text",
    [
        '{"b": [1, 2.5, -3e-7, 1e300, true, false, null, {}], "a": {"\\u00e9\\n\\"\\\\": "\\ud83d\\ude00 \\u0001"}}',
        "[]",
        '"x"',
        "  -0.001\t\r\n",
        '{"twice": 1, "twice": 2}',
        "123456789012345",
    ],
)
def test_json_is_read_as_python_reads_it_and_written_with_sorted_keys(bridge: Bridge, text: str) -> None:
    written = parsed(bridge, text.encode())
    assert json.loads(written) == json.loads(text)
    assert written == parsed(bridge, written.encode())
    found = json.loads(written)
    assert not isinstance(found, dict) or list(found) == sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"{", b'{"a"}', b'{"a":1,}', b"[1 2]", b"[1,]", b"01", b"+1", b".5", b"1.", b"1e", b"NaN", b"Infinity"),
        *(b"'a'", b'"\n"', b'"\\x"', b'"\\u12g4"', b"truth", b"1 2", b"{1: 2}", b"// no\n1", b"1e999"),
        *(b'"\xff"', b"[" * 100 + b"]" * 100),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(bridge: Bridge, text: bytes) -> None:
    assert " in line 1, column " in parsed(bridge, text)["error"].replace("line 2", "line 1")


def test_byte_order_mark_is_skipped(bridge: Bridge) -> None:
    assert parsed(bridge, b"\xef\xbb\xbf[1]") == "[\n  1\n]\n"


def test_paths_are_judged_as_the_importer_judges_them(bridge: Bridge) -> None:
    paths = [
        *("a.png", "unity-urp/cart.glb", "a b/c.d", "..a", "CONsole.png", "ünï/cödé.png", "a/com10"),
        *("", "/a", "a//b", "a/", ".", "..", "../a", "a/../b", "a\\b", "C:/a", "a:b", "a\nb", "a.", "a ", "a/b /c"),
        *("con", "nul.png", "a/Lpt1", "com²", "conin$", 'a"b', "a?b", "a*b", "a|b", "a<b"),
    ]
    assert bridge("safe", paths=paths) == [is_safe(path) for path in paths]


def config(bridge: Bridge, folder: Path, text: str, **more: Any) -> Any:
    path = folder / "ProjectSettings/ImporterBridge.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return bridge("config", project=str(folder), **more)


def test_configuration_has_the_defaults_of_the_protocol(bridge: Bridge, tmp_path: Path) -> None:
    found = json.loads(config(bridge, tmp_path, '{"config_version": 1, "watch": [{"out": "../out"}], "mine": [1]}'))
    assert found == {
        "config_version": 1,
        "watch": [{"out": "../out", "into": "Imported"}],
        "target": "auto",
        "format": "auto",
        "poll_s": 2,
        "report": True,
        "screenshots": True,
        "mine": [1],  # unknown, but not ours to throw away
    }


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{", ""),
        ("{}", "config_version"),
        ('{"config_version": 2}', "config_version"),
        ('{"config_version": 1, "poll_s": 0.1}', "poll_s"),
        ('{"config_version": 1, "format": "obj"}', "format"),
        ('{"config_version": 1, "report": "yes"}', "report"),
        ('{"config_version": 1, "watch": [{}]}', "watch[0].out"),
        ('{"config_version": 1, "watch": [{"out": "../out", "into": "../x"}]}', "watch[0].into"),
        ('{"config_version": 1, "watch": [{"out": "../out", "into": "Hidden~"}]}', "watch[0].into"),
        ('{"config_version": 1, "watch": [{"out": "Assets/out"}]}', "watch"),
        ('{"config_version": 1, "watch": [{"out": "../x/../Game/Assets"}]}', "watch"),
    ],
)
def test_wrong_configuration_names_file_and_key(bridge: Bridge, tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "Game").mkdir()
    problem = config(bridge, tmp_path / "Game", text)["problem"]
    assert problem["code"] == "CONFIG_INVALID"
    assert problem["where"] == "ProjectSettings/ImporterBridge.json" + (f": {key}" if key else "")


def test_environment_takes_the_place_of_the_folders(bridge: Bridge, tmp_path: Path) -> None:
    text = '{"config_version": 1, "watch": [{"out": "../out", "into": "Props"}]}'
    found = json.loads(config(bridge, tmp_path, text, out=os.pathsep.join(["/one", "/two"])))
    assert found["watch"] == [{"out": "/one", "into": "Props"}, {"out": "/two", "into": "Imported"}]


def test_materials_of_all_pipelines_take_the_packed_mask(bridge: Bridge) -> None:
    """Property names as in Unity's shaders: Standard, Universal Render Pipeline/Lit and HDRP/Lit."""
    found = {name: bridge("material", pipeline=name) for name in ("BuiltIn", "Universal", "HighDefinition")}
    slots = {
        "BuiltIn": {"_MainTex": "a", "_BumpMap": "b", "_MetallicGlossMap": "c", "_OcclusionMap": "c"},
        "Universal": {"_BaseMap": "a", "_BumpMap": "b", "_MetallicGlossMap": "c", "_OcclusionMap": "c"},
        "HighDefinition": {"_BaseColorMap": "a", "_NormalMap": "b", "_MaskMap": "c"},
    }
    for name, textures in slots.items():
        assert {key[8:]: value for key, value in found[name].items() if key.startswith("texture ")} == textures
    assert found["BuiltIn"].keys() >= {"keyword _NORMALMAP", "keyword _METALLICGLOSSMAP"}
    assert found["Universal"].keys() >= {"keyword _METALLICSPECGLOSSMAP", "keyword _OCCLUSIONMAP"}
    assert found["HighDefinition"].keys() >= {"keyword _MASKMAP", "keyword _NORMALMAP_TANGENT_SPACE"}


def test_finger_roles_have_the_spaces_of_human_trait(bridge: Bridge) -> None:
    assert bridge("trait", role="LeftThumbProximal") == "Left Thumb Proximal"
    spaced = {role: bridge("trait", role=role) for role in sorted(ROLES)}
    assert {role for role, name in spaced.items() if name != role} == {
        role for role in ROLES if role.endswith(("Proximal", "Intermediate", "Distal"))
    }
    assert all(spaced[role] == role for role in REQUIRED)


CENTROID = (0.1, 0.4, 0.2)
BOX = ((-0.5, 0.0, -0.8), (0.5, 1.2, 1.0))


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (np.diag([100.0, 100, 100]), "100 times as large"),
        (np.diag([0.01, 0.01, 0.01]), "0.01 times as large"),
        (np.diag([-1.0, 1, 1]), "mirrored left to right"),
        (np.diag([-1.0, 1, -1]), "turned by 180 degrees about Y"),
        (np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]]), "turned by 90 degrees about Y"),
        (np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), "turned by -90 degrees about X"),
        (np.array([[-0.01, 0, 0], [0, 0.01, 0], [0, 0, -0.01]]), "180 degrees"),
    ],
)
def test_wrong_placement_is_named(bridge: Bridge, matrix: np.ndarray, said: str) -> None:
    ends = np.array(BOX) @ matrix.T
    found = bridge(
        "explain", min=BOX[0], max=BOX[1], centroid=CENTROID, found_min=ends.min(0).tolist(),
        found_max=ends.max(0).tolist(), found_centroid=(matrix @ CENTROID).tolist(),
    )  # fmt: skip
    assert said in found


def test_placement_that_no_turn_explains_is_not_guessed(bridge: Bridge) -> None:
    at = {"min": BOX[0], "max": BOX[1], "centroid": CENTROID}
    assert bridge("explain", **at, found_min=[-0.5, 0, -0.8], found_max=[0.5, 2, 1], found_centroid=CENTROID) is None


def test_hull_is_the_one_that_trimesh_reads_mirrored_and_clockwise(bridge: Bridge) -> None:
    path = SHARED / "good-unity-urp/cart/unity-urp/cart_Collision.glb"
    found = bridge("hull", file=str(path), node="cart_Collision_00")
    positions, indices = np.reshape(found["positions"], (-1, 3)), np.reshape(found["indices"], (-1, 3))
    scene = trimesh.load_scene(path)
    mesh = next(iter(scene.geometry.values()))
    assert np.allclose(positions, mesh.vertices * [-1, 1, 1], atol=1e-6)
    corners = positions[indices]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    # Mirrored and turned over: what a left-handed frame calls the outside is outside.
    assert mesh.volume > 0 and volume == pytest.approx(mesh.volume)


@pytest.mark.parametrize("cut", [0, 11, 40, 200])
def test_damaged_hull_is_a_problem_and_no_crash(bridge: Bridge, tmp_path: Path, cut: int) -> None:
    whole = (SHARED / "good-unity-urp/cart/unity-urp/cart_Collision.glb").read_bytes()
    (tmp_path / "x.glb").write_bytes(whole[:cut])
    assert bridge("hull", file=str(tmp_path / "x.glb"), node="cart_Collision_00")["problem"]["code"] == "IMPORT_FAILED"


def test_core_uses_nothing_of_unity() -> None:
    definition = json.loads((PACKAGE / "Core/Importer.Bridge.Core.asmdef").read_bytes())
    assert definition["noEngineReferences"] is True and definition["references"] == []
    for path in (PACKAGE / "Core").rglob("*.cs"):
        assert "using Unity" not in path.read_text("utf-8"), path
