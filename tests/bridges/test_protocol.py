"""The bridges and the page of their protocol speak of the same things."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "bridges.md").read_text("utf-8")
SOURCES = {
    "godot": [*ROOT.glob("engine_bridges/godot/core/*.gd"), *ROOT.glob("engine_bridges/godot/godot[34]/*.gd")],
    "unity": [*ROOT.glob("engine_bridges/unity/**/*.cs")],
    "unreal": [*ROOT.glob("engine_bridges/unreal/**/*.py")],
}
# A problem's or warning's code, where a bridge's source makes one; Unreal's own names of material inputs are none.
CODE = re.compile(r'"((?!MP_|IMPORTER_)[A-Z]+(?:_[A-Z]+)+)"')


@pytest.mark.parametrize("bridge", SOURCES)
def test_every_code_that_a_bridge_uses_is_explained(bridge):
    used = {code for path in SOURCES[bridge] for code in CODE.findall(path.read_text("utf-8"))}
    assert len(used) > 12
    assert used - set(re.findall(r"`([A-Z_]+)`", PAGE)) == set()


def test_every_status_of_a_check_and_a_report_is_explained():
    for word in ("passed", "failed", "refused", "skipped"):
        assert f"`{word}`" in PAGE
