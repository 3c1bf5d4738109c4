"""Who wins, and that every value knows where it came from."""

from pathlib import Path

import pytest

from importer.errors import ProfileError
from importer.profile import shipped
from importer.profile.keys import keys
from importer.profile.resolve import resolve
from importer.profile.schema import Profile


def test_no_file_at_all_gives_the_defaults(tmp_path):
    resolved = resolve(tmp_path / "chair.png")
    assert resolved.profile == Profile()
    assert set(resolved.sources) == set(keys())
    assert set(resolved.sources.values()) == {"default"}
    assert resolved.files == ()


def test_sidecar_over_folder_over_shipped(chair, project):
    (project / "profile.yaml").write_text("extends: web\nretopo:\n  faces: 5000\nlods:\n  count: 3\n")
    (project / "drop" / "profile.yaml").write_text("lods:\n  count: 5\n  ratio: 0.4\n")
    resolved = resolve(chair("lods:\n  ratio: 0.3\n"))
    profile = resolved.profile
    assert profile.export.targets == ("web",)  # web
    assert (profile.retopo.faces, profile.lods.count, profile.lods.ratio) == (5000, 5, 0.3)
    expected = {
        "export.targets": "shipped:web",
        "textures.size": "shipped:web",
        "retopo.faces": "profile.yaml:3",
        "lods.count": "drop/profile.yaml:2",
        "lods.ratio": "drop/chair.yaml:2",
        "pivot": "default",
    }
    assert {key: resolved.sources[key] for key in expected} == expected
    files = [project / "profile.yaml", project / "drop" / "profile.yaml", project / "drop" / "chair.yaml"]
    assert resolved.files == (shipped.path("web"), *files)


def test_later_names_in_extends_win(chair):
    assert resolve(chair("extends: [web, unreal]\n")).profile.textures.size == 2048
    assert resolve(chair("extends: [unreal, web]\n")).profile.textures.size == 512


def test_what_a_sidecar_extends_wins_over_the_folder(chair, project):
    (project / "profile.yaml").write_text("asset: {kind: prop}\n")
    assert resolve(chair("extends: character\n")).profile.asset.kind == "character"


def test_a_size_replaces_another_size_from_below(chair, project):
    (project / "profile.yaml").write_text("scale: {width_m: 3}\n")
    resolved = resolve(chair("extends: character\nscale: {longest_m: 2}\n"))
    scale = resolved.profile.scale
    assert (scale.longest_m, scale.height_m, scale.width_m) == (2, None, None)
    assert resolved.sources["scale.height_m"] == "default"


def test_a_section_with_nothing_below_it_changes_nothing(chair, project):
    (project / "profile.yaml").write_text("lods: {count: 2}\n")
    assert resolve(chair("lods:\nscale:\n")).profile.lods.count == 2


def test_null_takes_a_value_back_where_there_may_be_none(chair, project):
    (project / "profile.yaml").write_text("scale: {height_m: 2}\n")
    assert resolve(chair("scale: {height_m: null}\n")).profile.scale.height_m is None


def test_lists_replace_lists(chair, project):
    (project / "profile.yaml").write_text("export: {targets: [unreal, godot]}\n")
    assert resolve(chair("export: {targets: [gltf]}\n")).profile.export.targets == ("gltf",)


def test_a_folder_cannot_name_all_its_pictures(chair, project):
    (project / "profile.yaml").write_text("asset:\n  name: thing\n")
    with pytest.raises(ProfileError) as caught:
        resolve(chair(""))
    assert caught.value.where == "profile.yaml:2: asset.name"


def test_a_named_profile_stands_for_the_folders_and_yields_to_the_sidecar(chair, project):
    (project / "profile.yaml").write_text("pivot: center\nlods: {count: 2}\n")
    (project / "small.yaml").write_text("lods: {count: 3, ratio: 0.3}\n")
    profile = resolve(chair("lods: {ratio: 0.4}\n"), profile=Path("small.yaml")).profile
    assert (profile.pivot, profile.lods.count, profile.lods.ratio) == ("base", 3, 0.4)


def test_a_named_profile_may_be_a_shipped_one_or_lie_outside(chair, project, tmp_path_factory):
    assert resolve(chair(""), profile=Path("web")).profile.export.targets == ("web",)
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.yaml").write_text("extends: b.yaml\n")
    (outside / "b.yaml").write_text("pivot: center\n")
    assert resolve(chair(""), profile=outside / "a.yaml").profile.pivot == "center"
    with pytest.raises(ProfileError, match="Did you mean 'web'"):
        resolve(chair(""), profile=Path("webb"))
    with pytest.raises(ProfileError, match="no such file"):
        resolve(chair(""), profile=Path("nix.yaml"))


def test_a_network_file_is_found_from_the_file_that_names_it(chair, project):
    (project / "profile.yaml").write_text("reconstruct: {model: nets/my.onnx}\n")
    assert Path(resolve(chair("")).profile.reconstruct.model) == project / "nets" / "my.onnx"
    assert resolve(chair("reconstruct: {model: default}")).profile.reconstruct.model == "default"


@pytest.mark.parametrize(("sizes", "what"), [("[0.5, 0.2]", "2 screen sizes for 3"), ("[0.2, 0.5, 0.1]", "must fall")])
def test_screen_sizes_fit_the_levels_even_across_files(chair, project, sizes, what):
    (project / "profile.yaml").write_text("lods: {count: 3}\n")
    with pytest.raises(ProfileError, match=what) as caught:
        resolve(chair(f"lods: {{screen_sizes: {sizes}}}\n"))
    assert caught.value.where == "drop/chair.yaml:1: lods.screen_sizes"
    assert resolve(chair("lods: {screen_sizes: [0.5, 0.2, 0.1]}\n")).profile.lods.screen_sizes == (0.5, 0.2, 0.1)


def test_sources_do_not_depend_on_where_the_project_lies_or_who_looks(chair, project, monkeypatch, tmp_path_factory):
    (project / "profile.yaml").write_text("pivot: center\n")
    before = resolve(chair("lods: {count: 2}\n"))
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert resolve(project / "drop" / "chair.png").sources == before.sources


def test_unicode_names_of_folders_and_pictures_work(project):
    folder = project / "drop" / "Möbel 椅子"
    folder.mkdir()
    (folder / "Stühle.yaml").write_text("pivot: center\n")
    assert resolve(folder / "Stühle.png").sources["pivot"] == "drop/Möbel 椅子/Stühle.yaml:1"
