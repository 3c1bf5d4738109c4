"""What artists do to parts of an asset in Unreal: it stays, and the checks that it decides are skipped."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.bridges.unreal_fake.harness import ROOT, Project, imported_project

CART = "/Game/Imported/cart"


@pytest.fixture
def project(tmp_path) -> Project:
    return imported_project(tmp_path)


def change(project: Project, version: str = "9.9") -> None:
    """Publish a new version: the same files under another manifest."""
    project.edit_manifest(lambda manifest: manifest["generator"].update(version=version))
    project.look()


def warnings(project: Project) -> list[tuple[str, str]]:
    return [(note["code"], note["where"]) for note in project.report()["warnings"]]


def entry(enum: str, name: str) -> Any:
    import unreal

    return getattr(getattr(unreal, enum), name)


@pytest.mark.parametrize(
    ("texture", "setting", "value", "skipped"),
    [
        ("BC", "srgb", lambda: False, "texture_color_space"),
        ("ORM", "srgb", lambda: True, "texture_color_space"),
        ("N", "compression_settings", lambda: entry("TextureCompressionSettings", "TC_BC7"), "texture_normal_map"),
        ("N", "flip_green_channel", lambda: True, "texture_normal_map"),
        ("BC", "lod_group", lambda: entry("TextureGroup", "TEXTUREGROUP_UI"), None),
        ("BC", "address_x", lambda: entry("TextureAddress", "TA_WRAP"), None),
        ("ORM", "address_y", lambda: entry("TextureAddress", "TA_MIRROR"), None),
    ],
)
def test_a_textures_setting_stays(project: Project, texture: str, setting: str, value: Any, skipped: str) -> None:
    asset, theirs = project.asset(f"cart/T_cart_{texture}"), value()
    asset.set_editor_property(setting, theirs)
    for version in ("second", "third"):
        change(project, version)
        assert asset.get_editor_property(setting) == theirs
        assert warnings(project) == [("SETTING_KEPT", f"T_cart_{texture}.png: {setting}")]
        assert project.report()["status"] == "passed"
        if skipped:
            assert "was kept" in project.check(skipped)["message"]


def test_the_parent_of_an_instance_stays(project: Project) -> None:
    import unreal

    theirs = project.world.add("/Game/Art/M_toon", unreal.Material())
    project.asset("cart/MI_cart")._values["parent"] = theirs
    change(project)
    assert project.asset("cart/MI_cart").parent is theirs
    assert ("SETTING_KEPT", "M_cart: parent") in warnings(project)


def test_the_master_material_is_theirs_once_it_is_there_and_comes_back_when_deleted(project: Project) -> None:
    path = "/Game/ImporterBridge/M_ImporterBridge"
    master = project.world.assets[path]
    master._inputs.clear()  # an artist wires it otherwise
    nodes = list(master._nodes)
    change(project)
    assert project.world.assets[path] is master and master._inputs == {} and master._nodes == nodes
    assert len(project.world.called("MaterialEditingLibrary.recompile_material")) == 1
    project.world.delete(path)
    change(project, "third")
    assert len(project.world.assets[path]._inputs) == 5 and project.report()["status"] == "passed"


def test_sockets_with_a_tag_are_put_back_too(project: Project) -> None:
    import unreal

    mesh = project.asset("cart/SM_cart")
    sockets = []
    for name, tag in (("Grip", ""), ("Lamp", "light")):
        sockets.append(unreal.StaticMeshSocket())
        sockets[-1].set_editor_property("socket_name", name)
        sockets[-1].set_editor_property("tag", tag)
        mesh.add_socket(sockets[-1])
    project.world.faults = {"reimport_resets"}
    change(project)
    assert mesh._sockets == sockets


def test_a_deleted_texture_stays_deleted_until_the_asset_changes(project: Project) -> None:
    path = f"{CART}/T_cart_N"
    project.world.delete(path)
    for seconds in (2, 100):
        project.look(seconds)
        assert path not in project.world.assets
    change(project)
    texture = project.world.assets[path]
    assert project.asset("cart/MI_cart")._textures["Normal"] is texture
    assert project.report()["status"] == "passed" and warnings(project) == []


def test_tags_of_others_stay_and_ours_follow_the_version(project: Project) -> None:
    mesh = project.asset("cart/SM_cart")
    mesh._tags["Studio.Approved"] = "Ann"
    old = mesh._tags["Importer.Manifest"]
    change(project)
    assert mesh._tags["Studio.Approved"] == "Ann"
    assert old != mesh._tags["Importer.Manifest"] == project.report()["manifest_sha256"]


def test_the_report_has_the_protocols_checks_with_their_units_in_their_order(project: Project) -> None:
    page = (ROOT / "docs/bridges.md").read_text("utf-8")
    table = page[page.index("| name | unit |") : page.index("A report must hold all of these names")]
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", table, re.MULTILINE))
    checks = project.report()["checks"]
    assert [check["name"] for check in checks] == list(rows) and len(rows) == 18
    assert all(check["unit"] == rows[check["name"]] for check in checks if check["status"] != "skipped")
