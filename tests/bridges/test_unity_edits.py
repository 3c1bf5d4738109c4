"""The bridge for Unity without Unity: what artists changed, moved, renamed or deleted, and what stays of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.bridges.unity.mono import Bridge
from tests.bridges.unity.project import KEY, Project, new_texture

PNG = "Imported/cart/cart_BaseColor.png"


@pytest.fixture
def project(tmp_path: Path, bridge: Bridge) -> Project:
    return Project(tmp_path, bridge)


def test_edited_file_is_kept_until_it_is_moved_away(project: Project) -> None:
    project.imported()
    (project.assets / PNG).write_bytes(b"painted by an artist")
    new = new_texture(project)
    assert project.run()["statuses"] == {KEY: "refused"}
    problem = project.report()["problems"][0]
    assert (problem["code"], problem["where"]) == ("FILE_EDITED", f"Assets/{PNG}")
    assert (project.assets / PNG).read_bytes() == b"painted by an artist"
    assert project.run(advance=5)["calls"] == []
    # Away with its .meta, as Unity moves it: then the bridge writes its own again.
    (project.assets / PNG).rename(project.assets / "mine.png")
    (project.assets / f"{PNG}.meta").unlink()
    assert project.run(advance=5)["statuses"] == {KEY: "passed"}
    assert (project.assets / PNG).read_bytes() == new


def test_import_again_replacing_edits_keeps_a_copy(project: Project) -> None:
    project.imported()
    (project.assets / PNG).write_bytes(b"painted by an artist")
    new = new_texture(project)
    project.run()
    project.bridge("again", key=KEY, replace_edits=True)
    assert project.run()["statuses"] == {KEY: "passed"}
    assert (project.assets / PNG).read_bytes() == new
    assert (project.assets / "Imported/cart/cart_BaseColor.edited-1.png").read_bytes() == b"painted by an artist"


@pytest.mark.parametrize("name", ["cart_BaseColor.png", "cart.prefab", "cart.mat"])
def test_file_of_somebody_else_is_never_replaced(project: Project, name: str) -> None:
    mine = project.write(f"Assets/Imported/cart/{name}", "mine")
    project.write(f"Assets/Imported/cart/{name}.meta", f"fileFormatVersion: 2\nguid: {'a' * 32}\n")
    assert project.imported()["statuses"] == {KEY: "refused"}
    assert [problem["code"] for problem in project.report()["problems"]] == ["FILE_IN_THE_WAY"]
    assert mine.read_text() == "mine"
    assert not (project.assets / "Imported/cart/cart.glb").exists()


def test_artists_import_settings_survive(project: Project) -> None:
    project.imported()
    project.bridge("edit", path=f"Assets/{PNG}", values={"wrapMode": "Repeat", "anisoLevel": 8.0})
    new_texture(project)
    project.run()
    settings = project.bridge("settings", path=f"Assets/{PNG}")
    assert (settings["wrapMode"], settings["anisoLevel"]) == ("Repeat", 8)
    warning = project.report()["warnings"][0]
    assert (warning["code"], warning["where"]) == ("SETTING_KEPT", f"Assets/{PNG}")


def skipped(project: Project) -> list[str]:
    """Return the checks that an artist's setting decides."""
    return [check["name"] for check in project.report()["checks"] if "is kept" in check.get("message", "")]


def test_setting_that_would_make_a_test_fail_is_kept_and_told(project: Project) -> None:
    project.imported()
    mask = "Assets/Imported/cart/cart_MaskMap.png"
    project.bridge("edit", path=mask, values={"sRGBTexture": True})
    new_texture(project)
    assert project.run()["statuses"] == {KEY: "passed"}
    assert skipped(project) == ["texture_color_space"]
    assert [warning["where"] for warning in project.report()["warnings"]] == [mask]
    assert project.bridge("settings", path=mask)["sRGBTexture"] is True


def test_larger_texture_raises_the_limit_unless_an_artist_set_it(project: Project) -> None:
    def larger(manifest: dict[str, Any]) -> None:
        for texture in manifest["targets"]["unity-urp"]["textures"]:
            texture.update(width=4096, height=4096)

    project.imported()
    project.bridge("edit", path="Assets/Imported/cart/cart_Normal.png", values={"maxTextureSize": 512.0})
    project.publish(larger)
    project.run()
    assert project.bridge("settings", path=f"Assets/{PNG}")["maxTextureSize"] == 4096
    assert project.bridge("settings", path="Assets/Imported/cart/cart_Normal.png")["maxTextureSize"] == 512


def test_material_edits_survive(project: Project) -> None:
    project.imported()
    material = "Assets/Imported/cart/cart.mat"
    before = project.bridge("settings", path=material)
    guid, other = before["texture _BumpMap"], before["texture _BaseMap"]
    project.bridge("edit", path=material, values={"float _Smoothness": 0.3, "texture _BumpMap": other})
    new_texture(project)
    project.run()
    settings = project.bridge("settings", path=material)
    assert (settings["float _Smoothness"], settings["texture _BumpMap"]) == (0.3, other)
    fixes = [warning["fix"] for warning in project.report()["warnings"]]
    assert any(guid in fix for fix in fixes)


def test_replaced_shader_is_one_warning_and_all_else_of_the_material_stays(project: Project) -> None:
    project.imported()
    material = "Assets/Imported/cart/cart.mat"
    project.bridge("edit", path=material, values={"shader": "Game/Toon", "float _Smoothness": 0.1})
    new_texture(project)
    project.run()
    assert [warning["code"] for warning in project.report()["warnings"]] == ["SETTING_KEPT"]
    assert project.bridge("settings", path=material)["float _Smoothness"] == 0.1
    assert skipped(project) == ["unity_shader"] and project.failed() == []


def test_heights_and_colliders_that_an_artist_changed_survive(project: Project) -> None:
    project.imported()
    prefab = "Assets/Imported/cart/cart.prefab"
    project.bridge("edit", path=prefab, values={"lod heights": "0.7;0.01", "colliders": 0.0})
    new_texture(project)
    project.run()
    settings = project.bridge("settings", path=prefab)
    assert (settings["lod heights"], settings["colliders"]) == ("0.7;0.01", 0)
    assert skipped(project) == ["lod_screen_sizes", "collision", "collision_size_m"] and project.failed() == []


def test_update_follows_a_folder_moved_in_unity(project: Project) -> None:
    project.imported()
    guids = project.guids()
    shutil.move(project.assets / "Imported/cart", project.assets / "Props/Cart")
    project.write("Assets/Props.meta", f"fileFormatVersion: 2\nguid: {'c' * 32}\n")
    new = new_texture(project)
    assert project.run()["statuses"] == {KEY: "passed"}
    assert (project.assets / "Props/Cart/cart_BaseColor.png").read_bytes() == new
    assert not (project.assets / "Imported/cart").exists()
    assert project.state()["folder"] == "Props/Cart"
    assert project.guids()["Props/Cart/cart.prefab"] == guids["Imported/cart/cart.prefab"]


def test_update_follows_single_files_moved_and_renamed_in_unity(project: Project) -> None:
    project.imported()
    (project.assets / "Textures").mkdir()
    for end in ("", ".meta"):
        (project.assets / f"{PNG}{end}").rename(project.assets / f"Textures/Cart Color.png{end}")
        (project.assets / f"Imported/cart/cart.prefab{end}").rename(project.assets / f"Imported/cart/Wagon.prefab{end}")
    new = new_texture(project)
    assert project.run()["statuses"] == {KEY: "passed"}
    assert (project.assets / "Textures/Cart Color.png").read_bytes() == new
    assert not (project.assets / PNG).exists()
    assert not (project.assets / "Imported/cart/cart.prefab").exists()
    assert project.state()["folder"] == "Imported/cart"


def test_asset_deleted_in_unity_stays_away_until_it_changes(project: Project) -> None:
    project.imported()
    guids = project.guids()
    shutil.rmtree(project.assets / "Imported/cart")
    assert project.imported()["calls"] == []
    new_texture(project)
    assert project.run()["statuses"] == {KEY: "passed"}
    assert project.guids() == guids


def test_asset_deleted_in_out_stays_in_unity(project: Project) -> None:
    project.imported()
    before = {path: path.read_bytes() for path in project.assets.rglob("*") if path.is_file()}
    shutil.move(project.out / "cart", project.root / "away")
    done = project.run(advance=5)
    assert done["calls"] == [] and any("no longer published" in line for line in done["log"])
    assert project.run(advance=5)["log"] == []
    shutil.move(project.root / "away", project.out / "cart")
    assert project.run(advance=5)["calls"] == []
    assert {path: path.read_bytes() for path in project.assets.rglob("*") if path.is_file()} == before


def test_whole_out_folder_that_vanishes_deletes_nothing(project: Project) -> None:
    project.imported()
    project.out.rename(project.root / "away")
    done = project.run(advance=5)
    assert done["calls"] == [] and any("is not there" in line for line in done["log"])
    (project.root / "away").rename(project.out)
    new_texture(project)
    assert project.run(advance=5)["statuses"] == {KEY: "passed"}


def test_asset_renamed_in_out_is_a_new_one(project: Project) -> None:
    project.imported()
    old = project.guids()
    project.manifest().rename(project.out / "cart/wagon.manifest.json")
    (project.out / "cart").rename(project.out / "wagon")
    project.publish(lambda manifest: manifest["asset"].update(name="wagon"), asset="wagon")
    assert project.run(advance=5)["statuses"] == {KEY: "passed", "Imported/wagon": "passed"}
    guids = project.guids()
    assert guids.items() >= old.items() and "Imported/wagon/wagon.prefab" in guids


def test_files_of_an_earlier_version_are_left_over_and_removed_on_demand(project: Project) -> None:
    def one_texture_less(manifest: dict[str, Any]) -> None:
        target = manifest["targets"]["unity-urp"]
        target["textures"] = [texture for texture in target["textures"] if texture["slot"] != "normal"]
        target["materials"][0]["textures"].pop("normal")

    project.imported()
    project.publish(one_texture_less)
    project.run()
    normal = project.assets / "Imported/cart/cart_Normal.png"
    assert normal.exists()
    assert [warning["code"] for warning in project.report()["warnings"]] == ["LEFT_OVER"]
    project.bridge("remove left over", key=KEY)
    assert not normal.exists()
    assert project.state()["left_over"] == {}


def test_left_over_file_that_an_artist_edited_is_not_removed(project: Project) -> None:
    project.imported()
    project.publish(lambda manifest: manifest["targets"]["unity-urp"].update(collision=[]))
    project.run()
    hull = project.assets / "Imported/cart/cart_Collision.glb"
    hull.write_bytes(b"mine")
    project.bridge("remove left over", key=KEY)
    assert hull.read_bytes() == b"mine"
