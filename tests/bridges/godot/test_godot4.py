"""The scripts for Godot 4, without it: they are GDScript 2, use what Godot 4 has, and offer what those for 3 offer."""

import json
import re
from dataclasses import replace

import pytest
from gdtoolkit.parser import parser

from engine_bridges.godot.install import HERE
from tests.bridges.godot.api4 import GLOBALS, TABLE, uses

FOUR = sorted((HERE / "godot4").glob("*.gd"))
CORE = sorted((HERE / "core").glob("*.gd"))
# Names of Godot 3 that Godot 4 gave others. Those in core/ must do without either.
OLD = (
    r"\bFile\.new\(|\bDirectory\.new\(|\bPool\w+Array|\byield\b|\bSpatial\b|\bMeshInstance\b|\bCollisionShape\b|"
    r"\bConvexPolygonShape\b|\bSkeleton\b|\bSpatialMaterial\b|\.instance\(|\.xform\(|rad2deg|deg2rad|JSON\.print|"
    r"\.plus_file\(|\.rstrip\(|\bReference\b|\bVisualServer\b|\bTransform\(|\bQuat\b|get_rotation_quat\(|\bViewport\.new|"
    r"\bCamera\.new|\bDirectionalLight\.new|\bOS\.get_unix_time|\bget_ticks_msec\(\)|\.empty\(\)|\.invert\(\)"
)
NEW = (
    r"\bFileAccess\b|\bDirAccess\b|\bPacked\w+Array|\bawait\b|\b\w+3D\b|\.instantiate\(|JSON\.stringify|\.is_empty\(\)"
)


def code(path):
    return re.sub(r'"(\\.|[^"\\\n])*"|#[^\n]*', '""', path.read_text("utf-8"))


def functions(path):
    """Return name and number of arguments of every function that other scripts may call."""
    found = re.findall(r"^(?:static )?func ([a-z]\w*)\(([^)]*)\)", path.read_text("utf-8"), re.MULTILINE)
    return {(name, arguments.count(":") or len(arguments.split(",")) * bool(arguments)) for name, arguments in found}


@pytest.mark.parametrize("path", [*FOUR, *CORE], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_script_is_gdscript_2(path):
    parser.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", FOUR, ids=lambda path: path.stem)
def test_no_name_of_godot_3_is_left(path):
    text = code(path).replace("Time.get_ticks_msec()", "")
    assert re.findall(OLD, text) == []
    assert text.startswith("@tool\n")


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_what_both_share_uses_names_of_neither(path):
    assert re.findall(f"{OLD}|{NEW}", code(path)) == []
    static = re.findall(r"^(static )?func", path.read_text("utf-8"), re.MULTILINE)
    assert all(static), "without @tool only static functions run in the editor"


@pytest.mark.parametrize("path", FOUR, ids=lambda path: path.stem)
def test_it_offers_what_the_scripts_that_run_in_godot_3_offer(path):
    assert functions(path) == functions(path.parents[1] / "godot3" / path.name)


CLASSES = json.loads(TABLE.read_text("utf-8"))["classes"]
PRELOADS = re.compile(r'^const (\w+) = preload\("([^"]+)"\)', re.MULTILINE)


def arities(path):
    """Return least and largest number of arguments of every function of a script, and of its constructor."""
    found = re.findall(r"^(?:static )?func (\w+)\(([^)]*)\)", path.read_text("utf-8"), re.MULTILINE)
    lists = {name: [one for one in arguments.split(",") if one.strip()] for name, arguments in found}
    counts = {name: [sum("=" not in one for one in each), len(each)] for name, each in lists.items()}
    return {**counts, "new": counts.get("_init", [0, 0])}


def has(functions, use):
    """Whether functions, by name with their numbers of arguments, hold what is called."""
    least, most = functions.get(use.name, (1, 0))
    return least <= use.arguments and (most is None or use.arguments <= most)


def of_class(owner, use):
    """Whether a class of Godot or an ancestor has what is used."""
    while owner:
        one, owner = CLASSES[owner], CLASSES[owner]["inherits"]
        if use.name in one["names"] if use.arguments is None else has({"new": [0, 0], **one["methods"]}, use):
            return True
    return False


def is_there(use, path):
    """Whether what a script uses is its own, the add-on's or Godot 4's; of values without a type, of any class."""
    text = path.read_text("utf-8")
    preloads = dict(PRELOADS.findall(text))
    is_call = use.arguments is not None
    if use.owner in preloads:
        script = next(
            folder / preloads[use.owner] for folder in (path.parent, HERE) if (folder / preloads[use.owner]).exists()
        )
        constants = re.findall(r"^const (\w+)", script.read_text("utf-8"), re.MULTILINE)
        return has(arities(script), use) if is_call else use.name in constants
    if use.owner[:1].isupper() and f"\nconst {use.owner} = " not in text:
        return use.owner in CLASSES and of_class(use.owner, use)
    if use.name in CLASSES:  # a type, or its constructor
        return not is_call or of_class(use.name, replace(use, name="new"))
    if any(of_class(one, use) for one in CLASSES):
        return True
    scripts = [path, *FOUR, *CORE]
    if is_call:
        return any(has(arities(script), use) for script in scripts)
    return any(re.search(rf"^var {use.name}\b", script.read_text("utf-8"), re.MULTILINE) for script in scripts)


@pytest.mark.parametrize("path", [*FOUR, *CORE], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_script_uses_is_there_in_godot_4(path):
    found = list(uses(path.read_text("utf-8")))
    wrong = [
        f"{path.name}:{use.line}: {use.owner}.{use.name}({use.arguments})" for use in found if not is_there(use, path)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "line",
    [
        "FileAccess.get_md6(path)", "FileAccess.get_md5()", "Image.FORMAT_RG9", "File.new()", "node.transfrom",
        "rad2deg(1)", "node.instance()", "Checks.no_such(1)", "is Spatial", "image.resize(1, 2, 3, 4)",
    ],
)  # fmt: skip
def test_what_godot_4_has_not_is_found(line):
    text = f"extends Node\nfunc f(path, node, image):\n\treturn {'node ' * line.startswith('is ')}{line}\n"
    assert not all(is_there(use, HERE / "godot4" / "measure.gd") for use in uses(text))


def test_the_table_is_of_godot_4():
    assert json.loads(TABLE.read_text("utf-8"))["version"].startswith("4.")
    assert set(GLOBALS) <= set(CLASSES)
