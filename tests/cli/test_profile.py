"""``importer profile``: what counts, and where it comes from."""

import jsonschema


def test_the_schema_is_json_schema(cli, document):
    result = cli("profile", "schema")
    assert result.exit_code == 0
    jsonschema.Draft7Validator.check_schema(document(result))


def test_show_prints_every_value_with_its_source(cli, tmp_path):
    (tmp_path / "chair.yaml").write_text("extends: web\n\nlods:\n  count: 3\n")
    result = cli("profile", "show", "chair.png")
    rows = {row.split()[0]: row.split() for row in result.stdout.splitlines()}
    assert rows["lods.count"] == ["lods.count", "3", "chair.yaml:4"]
    assert rows["textures.size"] == ["textures.size", "512", "shipped:web"]
    assert rows["pivot"] == ["pivot", "base", "default"]
    assert rows["scale.height_m"] == ["scale.height_m", "-", "default"]


def test_show_as_json(cli, document, tmp_path):
    (tmp_path / "chair.yaml").write_text("lods: {count: 3}\n")
    shown = document(cli("profile", "show", "chair.png", "--json"))
    assert shown["profile"]["lods"]["count"] == 3
    assert shown["sources"]["lods.count"] == "chair.yaml:1"
    assert shown["files"] == [str(tmp_path / "chair.yaml")]


def test_a_faulty_profile_is_exit_code_2(cli, document, tmp_path):
    (tmp_path / "chair.yaml").write_text("lods: {count: 30}\n")
    result = cli("profile", "show", "chair.png", "--json")
    assert result.exit_code == 2
    assert document(result)["error"]["where"] == "chair.yaml:1: lods.count"
