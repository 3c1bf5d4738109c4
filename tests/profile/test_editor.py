"""The JSON Schema agrees with the reader, judged by another validator; the template is complete."""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from importer.errors import ProfileError
from importer.profile import shipped
from importer.profile.editor import json_schema, template
from importer.profile.keys import keys, sections
from importer.profile.resolve import resolve
from importer.profile.schema import Profile


def test_the_schema_is_valid_and_every_key_has_a_description():
    schema = json_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["properties"]["extends"]["description"]
    for key in keys().values():
        section, _, name = key.name.rpartition(".")
        found = schema["$defs"][schema["properties"][section]["$ref"].split("/")[-1]] if section else schema
        assert found["properties"][name]["description"].endswith(".")


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("", True),
        ("lods:\n", True),
        ("extends: web\n", True),
        ("extends: [unity-urp, character, ../my/own.yml]\n", True),
        ("extends: unity\n", False),
        ("extends: 3\n", False),
        ("asset: {name: chair, kind: character}\n", True),
        ("asset: {kind: tree}\n", False),
        ("lods: {count: 9}\n", False),
        ("lods: {count: 2, screen_sizes: [0.5, 0.1]}\n", True),
        ("lods: {screen_sizes: [0.5, 3]}\n", False),
        ("lods: {counts: 2}\n", False),
        ("textures: {size: 512}\n", True),
        ("textures: {size: 500}\n", False),
        ("scale: {height_m: 0}\n", False),
        ("scale: {height_m: '1'}\n", False),
        ("scale: {height_m: null}\n", True),
        ("export: {targets: [gltf, unreal]}\n", True),
        ("export: {targets: gltf}\n", False),
        ("export: {targets: []}\n", False),
        ("reconstruct: {carve: 1}\n", False),
        ("colour: red\n", False),
    ],
)
def test_an_editor_and_the_reader_agree(chair, project, text, valid):
    (project / "my").mkdir()
    (project / "my" / "own.yml").write_text("")
    assert jsonschema.Draft7Validator(json_schema()).is_valid(yaml.safe_load(text)) == valid
    picture = chair(text)
    if valid:
        resolve(picture)
    else:
        with pytest.raises(ProfileError):
            resolve(picture)


def test_the_template_says_nothing_until_it_is_edited(project):
    (project / "profile.yaml").write_text(template(), encoding="utf-8")
    resolved = resolve(project / "drop" / "chair.png")
    assert resolved.profile == Profile()
    assert set(resolved.sources.values()) == {"default"}


def test_the_template_uncommented_holds_every_key_with_its_default(project):
    text = re.sub(r"(?m)^#(?=( {2})?[a-z_]+:)", "", template())
    (project / "profile.yaml").write_text(text, encoding="utf-8")
    resolved = resolve(project / "drop" / "chair.png")
    assert resolved.profile == Profile()
    said = {key for key, source in resolved.sources.items() if source.startswith("profile.yaml:")}
    assert said == set(keys()) - {"asset.name"}


def test_each_key_of_the_template_can_be_uncommented_alone(project):
    for key in set(keys()) - {"asset.name"}:
        section, _, name = key.rpartition(".")
        rows = template().splitlines()
        start = rows.index(f"#{section}:") if section else 0
        rows[start] = rows[start].removeprefix("#") if section else rows[start]
        row = next(i for i in range(start, len(rows)) if re.match(rf"#\s*{name}:", rows[i]))
        rows[row] = rows[row].removeprefix("#")
        (project / "profile.yaml").write_text("\n".join(rows), encoding="utf-8")
        assert resolve(project / "drop" / "chair.png").sources[key].startswith("profile.yaml:")


def test_the_documentation_lists_every_key_default_section_and_shipped_profile():
    text = (Path(__file__).parents[2] / "docs" / "profile.md").read_text(encoding="utf-8")
    for key in keys().values():
        rows = [row for row in text.splitlines() if row.startswith(f"| `{key.name}` |")]
        assert len(rows) == 1, key.name
        assert key.description.rstrip(".") in rows[0], key.name
        assert key.expected in rows[0], key.name
    for name in (*shipped.names(), *sections()):
        assert f"`{name}`" in text or f"`{name}." in text, name
    named = set(re.findall(r"(?m)^\| `([a-z_]+(?:\.[a-z_]+)?)` \|", text))
    assert named - set(keys()) <= {"extends", *shipped.names()}
