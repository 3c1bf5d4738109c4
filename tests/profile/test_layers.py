"""Which files count, in which order, and what ``extends`` may reach."""

from pathlib import Path

import pytest

from importer.errors import ProfileError
from importer.profile.layers import expand, folder_profiles, project_root, sidecar
from importer.profile.resolve import resolve


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_project_is_the_nearest_folder_with_profile_and_drop(project):
    inner = project / "drop" / "sub"
    write(inner / "profile.yaml", "")
    assert project_root(inner / "chair.png") == project
    assert project_root(Path("drop/chair.png")) == project


def test_outside_a_project_only_the_pictures_own_folder_counts(tmp_path):
    write(tmp_path / "profile.yaml", "pivot: center")
    write(tmp_path / "a" / "profile.yaml", "lods: {count: 2}")
    profile = resolve(tmp_path / "a" / "chair.png").profile
    assert (profile.pivot, profile.lods.count) == ("base", 2)


def test_folder_profiles_go_from_the_root_down_and_not_above_it(project):
    below = write(project / "drop" / "a" / "b" / "profile.yml", "")
    write(project.parent / "profile.yaml", "")
    found = folder_profiles(project / "drop" / "a" / "b" / "chair.png", project)
    assert found == [project / "profile.yaml", below]


@pytest.mark.parametrize("suffix", [".yaml", ".yml"])
def test_a_sidecar_has_its_pictures_name(project, suffix):
    write(project / "drop" / "chair.v2.yaml", "")
    path = write(project / "drop" / f"chair{suffix}", "")
    assert sidecar(Path("drop/chair.png")) == path
    assert sidecar(Path("drop/table.png")) is None


def test_two_sidecars_and_two_folder_profiles_are_refused(project):
    write(project / "drop" / "chair.yaml", "")
    other = write(project / "drop" / "chair.yml", "")
    with pytest.raises(ProfileError, match=r"both chair\.yaml and chair\.yml"):
        resolve(Path("drop/chair.png"))
    other.unlink()
    write(project / "profile.yml", "")
    with pytest.raises(ProfileError, match=r"both profile\.yaml and profile\.yml"):
        resolve(Path("drop/chair.png"))


def test_a_picture_named_profile_has_the_folders_file_and_no_second_reading(project):
    write(project / "drop" / "profile.yaml", "lods: {count: 2}")
    resolved = resolve(Path("drop/profile.png"))
    assert resolved.profile.lods.count == 2
    assert len(resolved.files) == 2


@pytest.mark.parametrize("path", ["../../x.yaml", "../../../x.yaml", "/etc/x.yaml", "C:\\x.yaml", "..\\..\\x.yaml"])
def test_extends_stays_inside_the_project(chair, project, path):
    write(project.parent / "x.yaml", "")
    with pytest.raises(ProfileError) as caught:
        resolve(chair(f"extends: '{path}'\n"))
    assert "outside the project" in caught.value.what
    assert caught.value.where == "drop/chair.yaml:1: extends"


def test_a_link_does_not_lead_extends_out_of_the_project(chair, project):
    outside = write(project.parent / "outside.yaml", "")
    try:
        (project / "drop" / "link.yaml").symlink_to(outside)
    except OSError:
        pytest.skip("no right to make links here")
    with pytest.raises(ProfileError, match="outside the project"):
        resolve(chair("extends: link.yaml\n"))


def test_links_out_of_a_fence_are_passed_over_and_those_above_it_count(project):
    drop, outside = project / "drop", project.parent / "stranger.yaml"
    picture = drop / "chair.png"
    outside.write_text("lods:\n  count: 2\n")
    (project / "profile.yaml").unlink()
    for link in (drop / "chair.yaml", drop / "profile.yaml", project / "profile.yaml"):
        try:
            link.symlink_to(outside)
        except OSError:
            pytest.skip("no right to make links here")
    assert sidecar(picture) == drop / "chair.yaml"
    assert sidecar(picture, drop) is None
    assert folder_profiles(picture, project, drop) == [project / "profile.yaml"]


@pytest.mark.parametrize("spelling", ["../shared/wood.yaml", "..\\shared\\wood.yaml"])
def test_a_path_starts_at_the_file_that_names_it(chair, project, spelling):
    write(project / "shared" / "wood.yaml", "extends: base.yml\nlods: {count: 2}\n")
    write(project / "shared" / "base.yml", "lods: {count: 7}\npivot: center\n")
    profile = resolve(chair(f"extends: {spelling}\n")).profile
    assert (profile.lods.count, profile.pivot) == (2, "center")


def test_a_circle_is_refused_and_shown(chair, project):
    write(project / "drop" / "a.yaml", "extends: b.yaml\n")
    write(project / "drop" / "b.yaml", "\nextends: [web, a.yaml]\n")
    with pytest.raises(ProfileError) as caught:
        resolve(chair("extends: a.yaml\n"))
    assert "circle" in caught.value.what
    assert caught.value.where.startswith("drop/b.yaml:2")
    with pytest.raises(ProfileError, match="circle"):
        resolve(chair("extends: ./chair.yaml\n"))


def test_a_tree_of_files_that_doubles_at_every_step_ends(project):
    for i in range(12):
        write(project / f"p{i}.yaml", f"extends: [p{i + 1}.yaml, p{i + 1}.yaml]\n")
    write(project / "p12.yaml", "")
    with pytest.raises(ProfileError, match="more than 64 files"):
        expand(project / "p0.yaml", project)


def test_unknown_names_and_missing_files_are_told_apart(chair):
    with pytest.raises(ProfileError) as caught:
        resolve(chair("extends:\n  - web\n  - unreel\n"))
    assert caught.value.where == "drop/chair.yaml:3: extends.1"
    assert "Did you mean 'unreal'?" in caught.value.fix
    with pytest.raises(ProfileError, match=r"no file 'x\.yaml'"):
        resolve(chair("extends: x.yaml\n"))


def test_a_fault_in_an_extended_file_names_that_file(chair, project):
    write(project / "drop" / "base.yaml", "\npivot: top\n")
    with pytest.raises(ProfileError) as caught:
        resolve(chair("extends: base.yaml\npivot: base\n"))
    assert caught.value.where == "drop/base.yaml:2: pivot"
