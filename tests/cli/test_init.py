"""A new project is complete, and nothing that is there is ever overwritten."""

from importer.profile.resolve import resolve


def test_a_project_has_folders_and_a_profile_that_resolves(cli, tmp_path):
    result = cli("init", "new/project")
    assert result.exit_code == 0
    project = tmp_path / "new" / "project"
    assert sorted(path.name for path in project.iterdir()) == ["drop", "out", "profile.yaml"]
    assert resolve(project / "drop" / "chair.png").files == (project / "profile.yaml",)


def test_nothing_is_overwritten(cli, tmp_path):
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "chair.png").write_bytes(b"picture")
    (tmp_path / "profile.yml").write_text("pivot: center\n")
    assert cli("init", ".").exit_code == 0
    assert cli("init", ".").exit_code == 0
    assert (tmp_path / "profile.yml").read_text() == "pivot: center\n"
    assert not (tmp_path / "profile.yaml").exists()  # two of them would be refused
    assert (tmp_path / "drop" / "chair.png").read_bytes() == b"picture"


def test_a_file_in_the_way_is_named(cli, tmp_path):
    (tmp_path / "drop").write_text("a file")
    result = cli("init", ".")
    assert result.exit_code == 1
    assert "in the way" in result.stderr
