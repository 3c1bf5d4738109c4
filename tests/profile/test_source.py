"""Reading YAML: what is no plain, small, well-formed mapping is refused with its line, and nothing is ever executed."""

import codecs
import os
import sys

import pytest

from importer.errors import ProfileError
from importer.profile.source import MAX_BYTES, read


@pytest.fixture
def load(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def load(content):
        path = tmp_path / "chair.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path)

    return load


def fault(load, content) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        load(content)
    return caught.value


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n", "---\n", "null\n", b"\xef\xbb\xbf"])
def test_nothing_in_the_file_is_an_empty_profile(load, content):
    assert load(content).values == {}


@pytest.mark.parametrize(
    "data",
    [
        b"lods:\r\n  count: 2\r\n",
        codecs.BOM_UTF8 + b"lods:\n  count: 2\n",
        codecs.BOM_UTF16_LE + "lods:\n  count: 2\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "lods:\n  count: 2\n".encode("utf-16-be"),
        b"lods:\r  count: 2\r",
    ],
    ids=["CRLF", "UTF-8 mark", "UTF-16 LE", "UTF-16 BE", "CR"],
)
def test_what_editors_on_other_systems_write_is_read(load, data):
    document = load(data)
    assert document.values == {"lods": {"count": 2}}
    assert document.lines["lods.count"] == 2


def test_every_key_and_list_item_knows_its_line(load):
    document = load("asset:\n  kind: prop\nexport:\n  targets:\n    - unreal\n    - gltf\nscale: {height_m: 1,\n  }\n")
    lines = {"asset": 1, "asset.kind": 2, "export": 3, "export.targets": 4, "scale": 7, "scale.height_m": 7}
    assert {key: document.lines[key] for key in lines} == lines
    assert (document.lines["export.targets.0"], document.lines["export.targets.1"]) == (5, 6)


@pytest.mark.parametrize(
    "text",
    [
        'asset: !!python/object/apply:os.mkdir ["hacked"]\n',
        "asset:\n  name: !!python/name:os.system\n",
        "asset: !!python/object/new:os.mkdir [hacked]\n",
        "asset: {name: !!binary aGk=}\n",
        "asset: !local {name: x}\n",
        "lods: !!set {count}\n",
    ],
)
def test_tags_are_refused_and_never_run(load, tmp_path, text):
    error = fault(load, text)
    assert "tag" in error.what and "not allowed" in error.what
    assert not (tmp_path / "hacked").exists()


def test_a_key_given_twice_is_refused_with_both_lines(load):
    error = fault(load, "lods:\n  count: 2\n  ratio: 0.5\n  count: 3\n")
    assert error.where == "chair.yaml:4: lods.count"
    assert "line 2" in error.what


@pytest.mark.parametrize("text", ["asset:\n\tkind: prop\n", "asset:\n  kind: prop\n\tname: x\n", "\tasset: {}\n"])
def test_a_tab_is_named_as_what_it_is(load, text):
    error = fault(load, text)
    assert "tab" in error.what
    assert error.where == f"chair.yaml:{next(i for i, row in enumerate(text.splitlines(), 1) if row[0] == chr(9))}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("lods: [1, 2\n", 1),
        ("a: 'open\n", 1),
        ("a: 1\nb\n", 2),
        ("a: 1\n  b: 2\n", 2),
        ("a: 1\n---\nb: 1\n", 2),
        ("a: *nowhere\n", 1),
        ("a: @x\n", 1),
    ],
)
def test_bad_syntax_names_its_line(load, text, line):
    error = fault(load, text)
    assert error.where == f"chair.yaml:{line}"
    assert error.fix


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n", "42\n"])
def test_a_file_that_is_no_mapping_is_refused(load, text):
    assert "keys and values" in fault(load, text).what


@pytest.mark.parametrize("text", ["1: x\n", "? [a]\n: b\n", "? {a: b}\n: c\n", '"\\e[31m": 1\n'][1:])
def test_a_key_that_is_no_word_is_refused(load, text):
    assert "plain word" in fault(load, text).what


def test_merge_keys_point_to_extends(load):
    assert "extends" in fault(load, "a: &a {b: 1}\n<<: *a\n").fix


def test_aliases_may_repeat_a_value_but_not_explode(load):
    assert load("a: &a 3\nb: *a\n").values == {"a": 3, "b": 3}
    layers = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9))
    assert "expands" in fault(load, f"a0: &a0 [x]\n{layers}").what


@pytest.mark.parametrize("text", ["a: &a [*a]\n", "a: &a {b: *a}\n", "a: " + "[" * 30_000, "a: " + "[" * 40 + "]" * 40])
def test_endless_and_bottomless_nesting_end_at_once(load, text):
    assert "deeper" in fault(load, text).what


def test_a_large_file_is_not_read(load):
    assert "KiB" in fault(load, "#" * (MAX_BYTES + 1)).what
    assert load("#" * MAX_BYTES).values == {}


@pytest.mark.parametrize(("data", "line"), [(b"a: 1\nb: \xe9\n", 2), (b"\xff\xfel\x00a", 1)])
def test_text_in_another_encoding_is_refused(load, data, line):
    error = fault(load, data)
    assert "UTF-8" in error.fix
    assert error.where == f"chair.yaml:{line}"


@pytest.mark.parametrize("data", [b"a: 1\nb: \x00\n", b"a: 1\nb: \x1b[31m\n", b'a: 1\nb: "\\ud800"\n'])
def test_characters_that_are_none_are_refused_with_their_line(load, data):
    assert fault(load, data).where.startswith("chair.yaml:2")


def test_a_date_is_text_and_a_huge_number_is_a_fault(load):
    assert load("a: 2024-05-01\n").values == {"a": "2024-05-01"}
    assert "number" in fault(load, "a: " + "9" * 5000).what


@pytest.mark.parametrize("value", ["!!int x", "!!float ''", "!!bool maybe", "!!int 0x_", "!!int ''"])
def test_a_value_that_contradicts_its_tag_is_a_fault(load, value):
    assert fault(load, f"a: 1\nb: {value}\n").where == "chair.yaml:2: b"


@pytest.mark.parametrize("text", ["extends: {a: b}\n", "extends: 3\n", "extends: [web, 3]\n", "extends: ['']\n"])
def test_extends_takes_names_only(load, text):
    assert fault(load, text).where == "chair.yaml:1: extends"


def test_a_missing_file_a_folder_and_an_unreadable_file_are_told_apart(tmp_path, load):
    with pytest.raises(ProfileError, match="no such file"):
        read(tmp_path / "nix.yaml")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(ProfileError, match="not a regular file"):
        read(tmp_path / "folder.yaml")
    if sys.platform != "win32" and os.geteuid() != 0:
        load("a: 1")
        (tmp_path / "chair.yaml").chmod(0)
        with pytest.raises(ProfileError, match="cannot be read"):
            read(tmp_path / "chair.yaml")
