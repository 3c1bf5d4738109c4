"""Godot 4 cannot be run here: its scripts are parsed as GDScript 2, and offer what those that do run offer."""

import re

import pytest
from gdtoolkit.parser import parser

from engine_bridges.godot.install import HERE

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
