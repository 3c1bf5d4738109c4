"""The whole bridge for Unity, its editor part too, on declarations of Unity's API that behave a little.

What Unity itself does with files, importers and prefabs is assumed in tests/bridges/unity/stubs; that the bridge's code
holds together is not.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bridges.unity.mono import Bridge, running
from tests.bridges.unity.project import SHARED, Project

PREFAB = "Assets/Imported/cart/cart.prefab"


@pytest.fixture(scope="module")
def bridge() -> Iterator[Bridge]:
    with running(whole=True) as process:
        yield process


@pytest.fixture
def project(tmp_path: Path, bridge: Bridge) -> Project:
    project = Project(tmp_path, bridge)
    project.open()
    return project


def skipped_or_failed(project: Project, asset: str = "cart") -> dict[str, str]:
    """Return the message of each check that did not pass."""
    return {check["name"]: check["message"] for check in project.report(asset)["checks"] if check["status"] != "passed"}


def child(tree: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in tree["children"] if one["name"] == name)


def publish_other_heights(project: Project) -> None:
    """Publish the cart again: the prefab is opened and saved."""
    project.publish(lambda manifest: manifest["lods"][1].update(screen_size=0.3))


def test_prefab_has_model_levels_material_and_colliders(project: Project) -> None:
    assert project.run()["exit_code"] == 0
    assert skipped_or_failed(project).keys() == {"skeleton", "humanoid", "draws"}  # props, and nothing to draw with
    prefab = project.bridge("prefab", path=PREFAB)
    assert [(level["height"], level["renderers"]) for level in prefab["levels"]] == [
        (0.5, ["cart_LOD0"]),
        (0, ["cart_LOD1"]),
    ]
    assert child(prefab, "cart")["instance_of"] == "Assets/Imported/cart/cart.glb"
    assert child(child(prefab, "cart"), "cart_LOD1")["materials"] == ["Assets/Imported/cart/cart.mat"]
    assert child(prefab, "cart_Collision")["components"] == ["MeshCollider"]


def test_importers_are_set_up_by_their_properties(project: Project) -> None:
    project.run()
    found = {
        name: project.bridge("importer", path=f"Assets/Imported/cart/cart_{name}.png")
        for name in ("BaseColor", "MaskMap", "Normal")
    }
    assert {name: one["sRGBTexture"] for name, one in found.items() if name != "Normal"} == {
        "BaseColor": True,
        "MaskMap": False,
    }
    assert {name: one["textureType"] for name, one in found.items()} == {
        "BaseColor": "Default",
        "MaskMap": "Default",
        "Normal": "NormalMap",
    }
    assert {one["wrapMode"] for one in found.values()} == {"Clamp"}
    assert found["MaskMap"]["alphaSource"] == "FromInput"


def test_additions_to_the_prefab_survive(project: Project) -> None:
    project.run()
    for edit in ("add light", "add renderer to level 0"):
        assert project.bridge(edit, path=PREFAB) is True
    project.bridge("tint", path="Assets/Imported/cart/cart.mat")
    publish_other_heights(project)
    assert project.run()["exit_code"] == 0
    prefab = project.bridge("prefab", path=PREFAB)
    assert {one["name"] for one in prefab["children"]} == {"cart", "cart_Collision", "Light", "Flag"}
    assert [(level["height"], level["renderers"]) for level in prefab["levels"]] == [
        (pytest.approx(0.3), ["cart_LOD0", "Flag"]),
        (0, ["cart_LOD1"]),
    ]
    assert project.bridge("importer", path="Assets/Imported/cart/cart.mat")["float _Smoothness"] == 0.25


def test_halved_heights_survive(project: Project) -> None:
    project.run()
    project.bridge("halve heights", path=PREFAB)
    publish_other_heights(project)
    assert project.run()["exit_code"] == 0
    assert project.bridge("prefab", path=PREFAB)["levels"][0]["height"] == 0.25
    assert [warning["code"] for warning in project.report()["warnings"]] == ["SETTING_KEPT"]


def test_other_material_in_the_prefab_survives(project: Project) -> None:
    project.run()
    project.bridge("own material", path=PREFAB)
    publish_other_heights(project)
    assert project.run()["exit_code"] == 0
    materials = child(child(project.bridge("prefab", path=PREFAB), "cart"), "cart_LOD0")["materials"]
    assert materials == [""]  # made in a test, so it has no path; it is not the bridge's
    assert "another material" in skipped_or_failed(project)["materials"]


def test_wrong_scale_is_found_and_named(project: Project) -> None:
    project.run()
    project.bridge("scale model", path=PREFAB)
    publish_other_heights(project)
    assert project.run()["exit_code"] == 1
    messages = skipped_or_failed(project)
    assert "100 times as large" in messages["size_m"]
    assert "globalScale" in messages["root_scale"]


def test_other_format_replaces_the_model_inside_the_same_prefab(project: Project) -> None:
    project.run()
    project.bridge("add light", path=PREFAB)
    guid = project.guids()["Imported/cart/cart.prefab"]
    project.configure(format="fbx")
    assert project.run()["exit_code"] == 0
    prefab = project.bridge("prefab", path=PREFAB)
    assert child(prefab, "cart")["instance_of"] == "Assets/Imported/cart/cart.fbx"
    assert len(prefab["children"]) == 3 and child(prefab, "Light")
    assert project.guids()["Imported/cart/cart.prefab"] == guid
    settings = project.bridge("importer", path="Assets/Imported/cart/cart.fbx")
    assert (settings["globalScale"], settings["useFileScale"], settings["animationType"]) == (1, True, "None")
    # The GLB file is nobody's now; it stays until somebody removes left-over files.
    assert [warning["where"] for warning in project.report()["warnings"]] == ["Assets/Imported/cart/cart.glb"]


def test_changed_model_file_reaches_the_prefab(project: Project) -> None:
    """Another cart, whose first level is the second of the one before."""
    project.run()
    published = project.out / "cart/unity-urp/cart.glb"
    data = published.read_bytes().replace(b"cart_LOD0", b"cart_LODx").replace(b"cart_LOD1", b"cart_LOD0")
    published.write_bytes(data.replace(b"cart_LODx", b"cart_LOD1"))
    project.publish()
    project.run()
    triangles = next(check for check in project.report()["checks"] if check["name"] == "lod_triangles")
    assert (triangles["status"], triangles["found"]) == ("failed", [30, 42])


def test_humanoid_has_a_valid_avatar_and_all_its_bones(tmp_path: Path, bridge: Bridge) -> None:
    project = Project(tmp_path, bridge, "good-figure", "figure")
    project.open()
    assert project.run()["exit_code"] == 0
    assert skipped_or_failed(project, "figure").keys() == {"lod_screen_sizes", "collision_size_m", "draws"}
    assert "Animator" in project.bridge("prefab", path="Assets/Imported/figure/figure.prefab")["components"]


def test_missing_watched_folder_is_exit_code_2(project: Project) -> None:
    shutil.rmtree(project.out)
    assert project.run()["exit_code"] == 2


def test_refused_folder_is_exit_code_1(project: Project) -> None:
    shutil.copytree(SHARED / "refused-future-version/cart", project.out / "future")
    assert project.run()["exit_code"] == 1


def test_build_servers_method_imports_and_ends_the_editor_with_its_code(project: Project) -> None:
    """What ``-executeMethod Importer.Bridge.Editor.BatchImport.Run`` calls."""
    assert project.bridge("batch") == 0
    assert project.report()["status"] == "passed"
    before = project.snapshot()
    assert project.bridge("batch") == 0
    assert project.snapshot() == before
    shutil.copytree(SHARED / "refused-future-version/cart", project.out / "future")
    assert project.bridge("batch") == 1


@pytest.mark.parametrize("changes", [{"watch": []}, {"watch": 7}, {"config_version": 2}])
def test_build_servers_method_ends_with_2_where_nothing_can_be_imported(project: Project, changes: Any) -> None:
    project.configure(**changes)
    assert project.bridge("batch") == 2
    assert not (project.assets / "Imported").exists()


def test_open_editor_imports_while_it_idles(project: Project) -> None:
    assert project.bridge("idle") == {"problem": None, "statuses": {"Imported/cart": "passed"}}
    assert project.report()["status"] == "passed"


def test_open_editor_says_what_is_wrong_with_the_configuration(project: Project) -> None:
    project.configure(poll_s=0)
    found = project.bridge("idle")
    assert "poll_s" in found["problem"] and found["statuses"] == {}
