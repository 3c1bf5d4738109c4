"""Messages about keys and values: line, dotted key, what was expected, what stands there, the nearest valid word."""

import pytest

from importer.errors import ProfileError
from importer.profile.check import nearest
from importer.profile.resolve import resolve


@pytest.mark.parametrize(
    ("text", "where", "what", "fix"),
    [
        ("lod:\n  count: 3\n", ":1: lod", "unknown key 'lod'", "Did you mean 'lods'?"),
        ("lods:\n  counts: 3\n", ":2: lods.counts", "unknown key 'counts'", "Did you mean 'count'?"),
        ("height_m: 3\n", ":1: height_m", "unknown key", "Did you mean 'scale.height_m'?"),
        ("lods.count: 3\n", ":1: lods.count", "unknown key", "below 'lods:'"),
        ("textures:\n  faces: 3\n", ":2: textures.faces", "unknown key", "retopo.faces"),
        ("zzz: 3\n", ":1: zzz", "unknown key 'zzz'", "asset, scale"),
        ("lods:\n\n  count: 30\n", ":3: lods.count", "a whole number from 1 to 8, found '30'", ""),
        ("lods:\n  ratio: 1\n", ":2: lods.ratio", "above 0.05 and below 1", ""),
        ("lods: 4\n", ":1: lods", "a section with keys below it, found '4'", "count, ratio"),
        ("lods: [count]\n", ":1: lods", "a section", "count"),
        ("textures: {size: 1000}\n", ":1: textures.size", "found '1000'", "'1024'"),
        ("textures: {size: big}\n", ":1: textures.size", "one of 128, 256", ""),
        ("pivot: centre\n", ":1: pivot", "one of base, center, found 'centre'", "'center'"),
        ("asset: {kind: Prop}\n", ":1: asset.kind", "one of prop, character", "'prop'"),
        ("matte: {model: bria-rmbg}\n", ":1: matte.model", "one of u2net", ""),
        ("export: {targets: unreal}\n", ":1: export.targets", "a list", "[unreal]"),
        ("export:\n  targets:\n    - gltf\n    - unreal5\n", ":4: export.targets.1", "'unreal5'", "'unreal'"),
        ("export: {targets: []}\n", ":1: export.targets", "a list of at least 1", ""),
        ("export: {targets: }\n", ":1: export.targets", "found nothing", ""),
        ("scale: {height_m: 2 m}\n", ":1: scale.height_m", "a number above 0", "without quotes or unit"),
        ('scale: {height_m: "2"}\n', ":1: scale.height_m", "a number above 0", "without quotes"),
        ("scale: {height_m: true}\n", ":1: scale.height_m", "true or false in YAML", ""),
        ("scale: {height_m: -1}\n", ":1: scale.height_m", "above 0", ""),
        ("scale: {height_m: .inf}\n", ":1: scale.height_m", "at most 10000", ""),
        ("facing: {yaw_deg: .nan}\n", ":1: facing.yaw_deg", "from -180 to 180", ""),
        ("scale:\n  height_m: 3\n  width_m: 2\n", ":1: scale", "one size only", ""),
        ("reconstruct: {carve: 1}\n", ":1: reconstruct.carve", "true or false", ""),
        ("asset: {name: no}\n", ":1: asset.name", "found 'no' (true or false in YAML)", "quotes"),
        ("asset: {name: 007}\n", ":1: asset.name", "found '007'", "quotes"),
        ("lods: {screen_sizes: [0.5, 2]}\n", ":1: lods.screen_sizes.1", "at most 1, found '2'", ""),
    ],
)
def test_a_fault_says_where_what_and_the_nearest_word(chair, text, where, what, fix):
    with pytest.raises(ProfileError) as caught:
        resolve(chair(text))
    error = caught.value
    assert error.where == f"drop/chair.yaml{where}"
    assert what in error.what
    assert fix in error.fix


@pytest.mark.parametrize(
    "name",
    [
        *("../x", "../../etc/passwd", "/x", "C:\\x", "a/b", "a\\b", "..", ".", ".hidden", "NUL", "con.txt", "COM1"),
        *("a:b", "a?", "x ", "x.", "a\x07b", "a\u202eb", "lpt¹"),
    ],
)
def test_a_name_that_leaves_the_folder_or_that_windows_refuses_is_refused(chair, name):
    text = "".join(c if c.isascii() and c.isalnum() else f"\\u{ord(c):04x}" for c in name)
    with pytest.raises(ProfileError) as caught:
        resolve(chair(f'asset:\n  name: "{text}"\n'))
    assert caught.value.where == "drop/chair.yaml:2: asset.name"
    assert "file name" in caught.value.what
    assert caught.value.fix.startswith("Write '")


@pytest.mark.parametrize("name", ["chair", "Stühle_2", "椅子", "a.b-c", "0"])
def test_a_plain_name_in_any_script_is_taken(chair, name):
    assert resolve(chair(f'asset: {{name: "{name}"}}\n')).profile.asset.name == name


def test_a_name_is_kept_in_one_unicode_form(chair):
    assert resolve(chair('asset: {name: "Stu\u0308hle"}\n')).profile.asset.name == "St\u00fchle"


def test_a_name_too_long_is_refused(chair):
    with pytest.raises(ProfileError, match="1 to 64 characters"):
        resolve(chair(f"asset: {{name: {'a' * 65}}}\n"))


def test_the_first_fault_in_the_file_is_told_and_the_others_are_counted(chair):
    with pytest.raises(ProfileError) as caught:
        resolve(chair("lods:\n  ratio: 7\n  count: x\nasset:\n  kind: y\n"))
    assert caught.value.where == "drop/chair.yaml:2: lods.ratio"
    assert "2 more" in caught.value.what


def test_a_message_holds_no_terminal_codes(chair):
    with pytest.raises(ProfileError) as caught:
        resolve(chair('pivot: "\\e[31mred"\n'))
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("word", "choices", "best"),
    [(1000, [512, 1024], 1024), ("centr", ["base", "center"], "center"), ("xyz", ["base"], None)],
)
def test_nearest(word, choices, best):
    assert nearest(word, choices) == best
