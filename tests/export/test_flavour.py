"""Names and layout per engine, by the engines' own conventions."""

from __future__ import annotations

import numpy as np
import pytest

from importer.errors import ImporterError
from importer.export.flavour import flavour
from tests.support.models import TARGETS


def test_unity_groups_levels_in_one_file_and_keeps_hulls_apart() -> None:
    layout = flavour("unity-urp", "chair", 3, 1)
    assert [(lod.file, lod.node) for lod in layout.lods] == [
        ("unity-urp/chair.glb", f"chair_LOD{level}") for level in range(3)
    ]
    assert layout.root == "chair"
    assert [hull.file for hull in layout.collision] == ["unity-urp/chair_Collision.glb"]
    assert [texture.file for texture in layout.textures] == [
        f"unity-urp/chair_{what}.png" for what in ("BaseColor", "Normal", "MaskMap")
    ]


def test_unreal_writes_one_file_a_level_and_hulls_beside_level_0() -> None:
    layout = flavour("unreal", "chair", 2, 2)
    assert [(lod.file, lod.node) for lod in layout.lods] == [
        ("unreal/SM_chair.glb", "SM_chair"),
        ("unreal/SM_chair_LOD1.glb", "SM_chair_LOD1"),
    ]
    assert [(hull.file, hull.node) for hull in layout.collision] == [
        ("unreal/SM_chair.glb", f"UCX_SM_chair_{number:02d}") for number in range(2)
    ]
    assert [texture.file for texture in layout.textures] == [f"unreal/T_chair_{x}.png" for x in ("BC", "N", "ORM")]
    assert layout.bare == ("unreal/SM_chair_LOD1.glb",)


def test_unreal_object_names_have_no_forbidden_characters() -> None:
    layout = flavour("unreal", "my old-chair (2)", 1, 1)
    assert layout.lods[0].node == "SM_my_old_chair__2_"
    assert layout.collision[0].node == "UCX_SM_my_old_chair__2__00"


def test_godot_gets_level_0_only_and_hulls_by_suffix() -> None:
    layout = flavour("godot", "chair", 4, 1)
    assert [(lod.level, lod.node) for lod in layout.lods] == [(0, "chair_mesh")]
    assert layout.collision[0].node == "chair_collision_00-convcolonly"
    assert layout.textures == ()


@pytest.mark.parametrize("name", ["steel-col", "fence_COL", "bike-wheel", "wall-noimp", "cash$col"])
def test_godot_import_hints_in_a_name_do_not_act(name: str) -> None:
    # Godot would turn such a node into a body or leave it out: it looks for "$hint" anywhere, "-hint" and "_hint" last.
    node = flavour("godot", name, 1, 0).lods[0].node
    assert "$" not in node
    assert node.endswith("_mesh")


def test_gltf_keeps_levels_in_files_of_their_own() -> None:
    # Viewers draw all meshes of a file at once.
    layout = flavour("gltf", "chair", 2, 1)
    assert layout.meshes == ("gltf/chair.glb", "gltf/chair_LOD1.glb", "gltf/chair_collision.glb")


@pytest.mark.parametrize("target", TARGETS)
def test_no_hulls_no_collision_file(target: str) -> None:
    layout = flavour(target, "chair", 2, 0)  # type: ignore[arg-type]
    assert layout.collision == ()
    assert not any("ollision" in path for path in layout.meshes)


@pytest.mark.parametrize(
    ("target", "front", "up", "left"),
    [
        ("gltf", (0, 0, 1), (0, 1, 0), (1, 0, 0)),
        ("godot", (0, 0, 1), (0, 1, 0), (1, 0, 0)),
        ("unity-urp", (0, 0, 1), (0, 1, 0), (-1, 0, 0)),  # left-handed: a character facing +Z has -X on its left
        ("unreal", (0, 100, 0), (0, 0, 100), (100, 0, 0)),  # left-handed: a character facing +Y has +X on its left
    ],
)
def test_frame_in_engine(target: str, front: tuple, up: tuple, left: tuple) -> None:
    turn = np.array(flavour(target, "a", 1, 0).from_gltf)  # type: ignore[arg-type]
    np.testing.assert_array_equal(turn @ [0, 0, 1], front)
    np.testing.assert_array_equal(turn @ [0, 1, 0], up)
    np.testing.assert_array_equal(turn @ [1, 0, 0], left)


@pytest.mark.parametrize("target", TARGETS)
def test_frame_in_engine_never_mirrors_what_is_seen(target: str) -> None:
    layout = flavour(target, "a", 1, 0)  # type: ignore[arg-type]
    left_handed = layout.frame.handedness == "left"
    # Going to a left-handed frame must flip the determinant: otherwise the object itself is mirrored.
    assert (np.linalg.det(np.array(layout.from_gltf)) < 0) == left_handed


@pytest.mark.parametrize("name", ["", "../evil", "a/b", "a\\b", "a:b", "con", "NUL.x", " a", "a.", "a\nb", 'a"b'])
def test_names_that_are_no_file_names_are_refused(name: str) -> None:
    with pytest.raises(ImporterError, match=r"asset\.name"):
        flavour("gltf", name, 1, 0)
