"""What the bridge says when Unreal does something else than it should: each fault ends in a report, none is silent."""

from __future__ import annotations

import pytest

from tests.bridges.unreal_fake.harness import Project, open_project


@pytest.fixture
def project(tmp_path) -> Project:
    return open_project(tmp_path)


@pytest.mark.parametrize(
    ("case", "fault", "failed"),
    [
        ("good-unreal", "scale_lost", {"size_m", "pivot_m", "facing", "collision_size_m"}),
        ("good-unreal", "mirrored", {"facing"}),
        ("good-unreal", "hull_is_lost", {"collision", "collision_size_m"}),
        ("good-unreal", "texture_is_reduced", {"texture_size_px"}),
        ("good-figure", "bone_is_lost", {"skeleton"}),
        ("good-figure", "root_is_turned", {"root_rotation_deg"}),
        ("good-figure", "scale_lost", {"size_m", "pivot_m"}),
    ],
)
def test_a_wrong_import_fails_just_the_checks_that_it_concerns(project: Project, case, fault, failed) -> None:
    project.world.faults = {fault}
    name = project.publish(case).name
    project.look()
    report = project.report(name)
    assert report["status"] == "failed"
    assert {check["name"] for check in report["checks"] if check["status"] == "failed"} == failed
    assert project.state()[f"Imported/{name}"]["status"] == "failed"


@pytest.mark.parametrize(
    ("case", "fault", "code", "said"),
    [
        ("good-unreal", "import_nothing", "IMPORT_FAILED", "imported nothing"),
        ("good-unreal", "import_nothing SM_cart_LOD1.glb", "IMPORT_FAILED", "imported nothing"),
        ("good-unreal", "import_raises", "IMPORT_FAILED", "RuntimeError: the engine's importer stopped"),
        ("good-unreal", "set_lod_from_static_mesh", "IMPORT_FAILED", "could not set level 1"),
        ("good-unreal", "set_lod_screen_sizes", "IMPORT_FAILED", "did not take the screen sizes"),
        ("good-unreal", "create_asset", "IMPORT_FAILED", "could not make the master material"),
        ("good-unreal", "disk_is_full", "FILE_LOCKED", "could not save"),
        ("good-unreal", "no_interchange", "FORMAT_UNREADABLE", "no reader for .png"),
        ("good-unreal", "no_StaticMeshEditorSubsystem", "IMPORT_FAILED", "no StaticMeshEditorSubsystem"),
        ("good-figure", "no_SkeletalMeshEditorSubsystem", "IMPORT_FAILED", "no SkeletalMeshEditorSubsystem"),
    ],
)
def test_a_failed_import_is_refused_with_a_reason(project: Project, case, fault, code, said) -> None:
    project.world.faults = {fault}
    name = project.publish(case).name
    project.look()
    report = project.report(name)
    problem = report["problems"][0]
    assert (report["status"], problem["code"]) == ("refused", code)
    assert said in problem["what"] and problem["fix"]
    assert not [path for path in project.world.assets if "Temporary" in path]


@pytest.mark.parametrize(
    ("case", "fault"),
    [
        ("good-unreal", "import_nothing T_cart_ORM.png"),
        ("good-unreal", "import_nothing SM_cart.glb"),
        ("good-unreal", "import_nothing SM_cart_LOD1.glb"),
        ("good-unreal", "set_lod_from_static_mesh"),
        ("good-unreal", "set_lod_screen_sizes"),
        ("good-unreal", "disk_is_full"),
        ("good-figure", "import_nothing SM_figure.glb"),
        ("good-figure", "no_SkeletalMeshEditorSubsystem"),
    ],
)
def test_a_failed_first_import_leaves_nothing_in_the_way_of_the_next(project: Project, case: str, fault: str) -> None:
    project.world.faults = {fault}
    name = project.publish(case).name
    project.look()
    assert project.report(name)["status"] == "refused"
    made = [path for path in project.world.assets if path.startswith("/Game/Imported/")]
    assert made in ([], [f"/Game/Imported/{name}/SM_{name}_Skeleton"])
    project.world.faults = set()
    project.session.again[f"Imported/{name}"] = False
    project.look()
    assert project.report(name)["status"] == "passed" and project.report(name)["warnings"] == []


def test_a_failed_update_leaves_what_was_there(project: Project) -> None:
    project.publish("good-unreal")
    project.look()
    before = dict(project.world.assets)
    project.edit_manifest(lambda manifest: manifest["generator"].update(version="9.9"))
    project.world.faults = {"import_nothing SM_cart.glb"}
    project.look()
    assert project.report()["status"] == "refused" and project.world.assets == before


def test_a_failed_import_is_not_tried_at_every_look_but_when_asked_or_changed(project: Project) -> None:
    project.world.faults = {"import_nothing"}
    project.publish("good-unreal")
    project.look()
    calls = len(project.world.calls)
    project.look(100)
    assert len(project.world.calls) == calls
    project.world.faults = set()
    project.session.again["Imported/cart"] = False
    project.look()
    assert project.report()["status"] == "passed" and "refused" not in project.state()["Imported/cart"]


def test_one_bad_asset_stops_no_other(project: Project) -> None:
    project.world.faults = {"import_nothing SM_cart.glb"}
    project.publish("good-unreal")
    project.publish("good-figure")
    project.look()
    assert project.report("cart")["status"] == "refused"
    assert project.report("figure")["status"] == "passed"


def test_somebody_elses_asset_is_not_overwritten(project: Project) -> None:
    import unreal

    theirs = project.world.add("/Game/Imported/cart/T_cart_N", unreal.Texture2D())
    project.publish("good-unreal")
    project.look()
    problem = project.report()["problems"][0]
    assert (problem["code"], problem["where"]) == ("FILE_IN_THE_WAY", "/Game/Imported/cart/T_cart_N")
    assert theirs._size == (0, 0) and not project.world.called("InterchangeManager.import_asset")
    project.world.move("/Game/Imported/cart/T_cart_N", "/Game/Art/T_mine")
    project.world.redirectors.clear()
    project.look(31)
    assert project.report()["status"] == "passed"


def test_another_material_in_the_masters_place_is_told(project: Project) -> None:
    import unreal

    project.world.add("/Game/ImporterBridge/M_ImporterBridge", unreal.Material())
    project.publish("good-unreal")
    project.look()
    problem = project.report()["problems"][0]
    assert problem["code"] == "FILE_IN_THE_WAY" and "BaseColor, Normal, ORM" in problem["what"]


def test_a_slot_that_the_master_does_not_know_is_a_warning(project: Project) -> None:
    project.publish("good-unreal")

    def emissive(manifest: dict) -> None:
        target = manifest["targets"]["unreal"]
        target["textures"].append({**target["textures"][0], "slot": "emissive"})
        target["materials"][0]["textures"]["emissive"] = target["textures"][0]["file"]

    project.edit_manifest(emissive)
    project.look()
    assert [(w["code"], w["where"]) for w in project.report()["warnings"]] == [("ENGINE_WARNING", "emissive")]
    assert project.check("textures")["status"] == "failed"
