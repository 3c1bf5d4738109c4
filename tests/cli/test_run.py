"""``importer run``: one fault keeps back one picture, results and exit codes say so."""

import pytest

STAGES = [
    {"name": "matte", "seconds": 1.25, "cached": False},
    {"name": "export", "seconds": 0.0, "cached": True},
]


def test_an_asset_is_published_and_reported(cli, document, pictures, built, tmp_path):
    pictures("chair.png")
    result = cli("run", "chair.png", "--json")
    assert result.exit_code == 0
    (asset,) = document(result)["assets"]
    assert asset.pop("seconds") >= 0
    assert asset == {
        "name": "chair",
        "picture": "chair.png",
        "status": "published",
        "path": str((tmp_path / "out" / "chair").relative_to(tmp_path)),
        "stages": STAGES,
        "findings": [],
        "figures": {"triangles": 12},
        "warnings": ["scale is a guess"],
    }
    assert (tmp_path / "out" / "chair" / "chair.glb").read_bytes() == b"glb"


def test_progress_goes_to_stderr_and_the_result_to_stdout(cli, pictures, built):
    pictures("[red]chair.png")
    result = cli("run", "[red]chair.png", "--out", "assets")
    assert "[red]chair.png  matte 1.2 s" in result.stderr
    assert "warning: the cache is full" in result.stderr
    first = result.stdout.splitlines()[0]
    assert "assets" in first
    assert "[red]chair" in first


def test_a_fault_keeps_back_its_picture_alone(cli, document, pictures, built, tmp_path):
    pictures("a.png", "bad.png", "c.png")
    result = cli("run", "a.png", "bad.png", "c.png", "--json")
    assert result.exit_code == 1
    assets = document(result)["assets"]
    assert [asset["status"] for asset in assets] == ["published", "failed", "published"]
    assert assets[1]["error"] == {"what": "the file is damaged", "where": "bad.png", "fix": "Export it again."}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a", "c"]


def test_a_faulty_sidecar_keeps_back_its_picture_alone(cli, pictures, built, tmp_path):
    pictures("a.png", "b.png")
    (tmp_path / "a.yaml").write_text("lod: 3\n")
    result = cli("run", "a.png", "b.png")
    assert result.exit_code == 2
    assert "a.yaml:1: lod: unknown key 'lod'. Did you mean 'lods'?" in result.stderr
    assert (tmp_path / "out" / "b").is_dir()


def test_findings_of_severity_error_fail_the_command(cli, document, pictures, built):
    pictures("wrong.png")
    result = cli("run", "wrong.png")
    assert result.exit_code == 1
    assert "error: PIVOT_OFF_BASE godot: the pivot is 1 m off. Set pivot." in result.stdout
    assert document(cli("run", "wrong.png", "--json"))["assets"][0]["findings"][0]["code"] == "PIVOT_OFF_BASE"


def test_sidecar_and_profile_option_reach_the_pipeline(cli, pictures, built, tmp_path):
    pictures("hero.png")
    (tmp_path / "hero.yaml").write_text("asset: {name: Hero}\n")
    assert cli("run", "hero.png", "--profile", "web").exit_code == 0
    ((_, profile),) = built
    assert (profile.asset.name, profile.export.targets) == ("Hero", ("web",))
    assert (tmp_path / "out" / "Hero").is_dir()
    assert cli("run", "hero.png", "--profile", "webb").exit_code == 2


@pytest.mark.parametrize("second", ["b/chair.png", "a/Chair.jpg"])
def test_two_pictures_of_one_name_do_not_overwrite_each_other(cli, pictures, built, tmp_path, second):
    pictures("a/chair.png", second)
    result = cli("run", "a/chair.png", second)
    assert result.exit_code == 1
    assert "same name" in result.stderr
    assert [picture.as_posix() for picture, _ in built] == ["a/chair.png"]


def test_the_same_picture_twice_is_built_once(cli, pictures, built):
    pictures("chair.png")
    assert cli("run", "chair.png", "./chair.png").exit_code == 0
    assert len(built) == 1


def test_wildcards_are_followed_where_the_shell_does_not(cli, pictures, built):
    pictures("b.png", "a.png", "c.jpg")
    assert cli("run", "*.png").exit_code == 0
    assert [picture.name for picture, _ in built] == ["a.png", "b.png"]


@pytest.mark.parametrize("argument", ["nix.png", "nix*.png", "folder"])
def test_what_is_no_picture_is_wrong_usage_before_any_work(cli, pictures, built, tmp_path, argument):
    pictures("a.png")
    (tmp_path / "folder").mkdir()
    assert cli("run", "a.png", argument).exit_code == 2
    assert built == []


def test_an_output_that_cannot_be_written_is_named(cli, pictures, built, tmp_path):
    pictures("a.png")
    (tmp_path / "out").write_text("a file")
    result = cli("run", "a.png")
    assert result.exit_code == 1
    assert "in the way" in result.stderr
