"""The bridge's reader agrees with the importer's on the shared set of published folders."""

import json

import pytest

from tests.bridges.godot.project import SHARED, Project

CASES = sorted(path.parent for path in SHARED.glob("*/expected.json"))


@pytest.fixture(scope="module")
def read(godot, tmp_path_factory):
    """What the reader found in every case, by the case's name."""
    project = Project(tmp_path_factory.mktemp("godot") / "project", tmp_path_factory.mktemp("out"), godot)
    folders = []
    for case in CASES:
        (folder,) = (path for path in case.iterdir() if path.is_dir())
        folders.append((folder, sorted(json.loads((case / "expected.json").read_text()).get("targets", ()))))
    return dict(zip((case.name for case in CASES), project.read(folders), strict=True))


@pytest.mark.parametrize("case", [case.name for case in CASES])
def test_status_and_codes(read, case):
    expected = json.loads((SHARED / case / "expected.json").read_text())
    found = read[case]
    status = "ok" if not found["codes"] else "incomplete" if found["passing"] else "refused"
    assert status == expected["status"], found
    assert set(found["codes"]) == {code for code, _ in expected["faults"]}


@pytest.mark.parametrize("case", [case.name for case in CASES if case.name.startswith("good")])
def test_what_it_finds_in_good_folders(read, case):
    expected = json.loads((SHARED / case / "expected.json").read_text())
    manifest = read[case]["manifest"]
    assert manifest["asset"]["name"] == expected["asset"]
    assert [level["triangles"] for level in manifest["lods"]] == expected["levels"]
    for name, wanted in expected["targets"].items():
        target = manifest["targets"][name]
        assert [[x["level"], x["file"], x["node"]] for x in target["lods"]] == wanted["lods"]
        assert [[x["file"], x["node"]] for x in target["collision"]] == wanted["collision"]
        textures = sorted([x["slot"], x["file"], x["color_space"]] for x in target["textures"])
        assert textures == [list(texture) for texture in wanted["textures"]]
        for end in ("min", "max"):  # Godot 3 prints six digits
            assert target["in_engine"][end] == pytest.approx(wanted["in_engine"][end], abs=1e-5)
        bones = sorted(bone for bone, _ in wanted["skeleton"]["bones"]) if "skeleton" in wanted else None
        assert read[case]["bones"].get(name) == bones
