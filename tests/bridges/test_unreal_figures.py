"""Importing a figure again into Unreal: the skeletal mesh and its skeleton stay, and so does what an artist did."""

from __future__ import annotations

import pytest

from tests.bridges.unreal_fake.figures import publish_with_levels
from tests.bridges.unreal_fake.harness import Project, open_project

MESH = "/Game/Imported/figure/SM_figure"


def again(project: Project, version: str = "9.9") -> None:
    """Publish a new version: the same files under another manifest."""
    project.edit_manifest(lambda manifest: manifest["generator"].update(version=version), "figure")
    project.look()


def warnings(project: Project) -> list[tuple[str, str]]:
    return [(note["code"], note["where"]) for note in project.report("figure")["warnings"]]


@pytest.fixture
def project(tmp_path) -> Project:
    project = open_project(tmp_path)
    publish_with_levels(project, 2)
    project.look()
    assert project.report("figure")["status"] == "passed"
    return project


def test_a_new_version_updates_mesh_and_skeleton_in_place(project: Project) -> None:
    before = dict(project.world.assets)
    again(project)
    assert {path: asset is before.get(path) for path, asset in project.world.assets.items()} == dict.fromkeys(
        before, True
    )
    assert f"{MESH}_Skeleton" in before and project.report("figure")["status"] == "passed"
    assert warnings(project) == []
    skeleton = project.world.assets[f"{MESH}_Skeleton"]
    assert skeleton._tags["Importer.Role"] == "skeleton"


def test_the_skeletons_pose_follows_the_published_one(project: Project) -> None:
    for fault, status in (("root_is_turned", "failed"), ("", "passed")):
        project.world.faults = {fault}
        again(project, fault)
        assert project.check("root_rotation_deg", "figure")["status"] == status


def test_an_artists_material_screen_sizes_and_sockets_stay(project: Project) -> None:
    import unreal

    mesh = project.asset("figure/SM_figure")
    theirs = project.world.add("/Game/Art/M_skin", unreal.Material())
    mesh._values["materials"][0]._values["material_interface"] = theirs
    mesh._values["lod_info"][1]._values["screen_size"] = unreal.PerPlatformFloat(0.2)
    socket = unreal.SkeletalMeshSocket()
    socket._values["socket_name"] = "hand_grip"
    mesh.add_socket(socket)
    project.world.faults = {"reimport_resets"}
    for version in ("second", "third"):
        again(project, version)
        assert mesh.materials[0].material_interface is theirs
        assert mesh.lod_info[1].screen_size.default == pytest.approx(0.2)
        assert mesh._sockets == [socket]
        assert warnings(project) == [("SETTING_KEPT", "lod_screen_sizes"), ("SETTING_KEPT", "slot M_figure")]
        assert project.report("figure")["status"] == "passed"


def test_what_unreal_resets_itself_is_put_right(project: Project) -> None:
    project.world.faults = {"reimport_resets"}
    again(project)
    mesh = project.asset("figure/SM_figure")
    assert mesh.materials[0].material_interface is project.asset("figure/MI_figure")
    assert [info.screen_size.default for info in mesh.lod_info] == [1.0, 0.6]
    assert warnings(project) == []


def test_edited_geometry_is_not_overwritten_until_told_to(project: Project) -> None:
    mesh = project.asset("figure/SM_figure")
    whole = len(mesh._levels[0].vertices)
    mesh._levels[0].vertices = mesh._levels[0].vertices[:-3]
    again(project)
    problem = project.report("figure")["problems"][0]
    assert (problem["code"], problem["where"]) == ("FILE_EDITED", MESH)
    assert len(mesh._levels[0].vertices) == whole - 3
    project.session.again["Imported/figure"] = True
    project.look()
    assert len(mesh._levels[0].vertices) == whole and f"{MESH}_edited_1" in project.world.assets


@pytest.mark.parametrize("version", ["5.4", "5.6"])
def test_fewer_levels_remove_the_old_ones(project: Project, version: str) -> None:
    if version == "5.4":
        project.world.as_5_4()
    publish_with_levels(project, 1)
    project.look()
    assert len(project.asset("figure/SM_figure")._levels) == 1
    assert project.report("figure")["status"] == "passed"


def test_a_deleted_figure_comes_back_only_when_it_changes(project: Project) -> None:
    project.world.delete(MESH)
    project.look(100)
    assert MESH not in project.world.assets
    again(project)
    assert MESH in project.world.assets and project.report("figure")["status"] == "passed"
