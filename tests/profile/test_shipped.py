"""The shipped profiles: valid, commented, composable."""

from itertools import product

import pytest

from importer.profile import shipped
from importer.profile.keys import keys
from importer.profile.resolve import resolve
from importer.profile.source import read

ENGINES = {
    "unity-urp": "unity-urp",
    "unity-hdrp": "unity-hdrp",
    "unreal": "unreal",
    "godot": "godot",
    "web": "web",
}
KINDS = ("prop", "character")


def test_all_are_there():
    assert set(shipped.names()) == {*ENGINES, *KINDS}


@pytest.mark.parametrize("name", [*ENGINES, *KINDS])
def test_each_says_what_it_is_for(name):
    assert shipped.path(name).read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(("engine", "kind"), list(product(ENGINES, KINDS)))
def test_an_engine_and_a_kind_compose_in_either_order(chair, engine, kind):
    one = resolve(chair(f"extends: [{engine}, {kind}]\n")).profile
    assert one == resolve(chair(f"extends: [{kind}, {engine}]\n")).profile
    assert one.export.targets == (ENGINES[engine],)
    assert one.asset.kind == kind
    assert one.scale.height_m == (1.8 if kind == "character" else None)


def test_web_is_light(chair):
    web, default = resolve(chair("extends: web\n")).profile, resolve(chair("")).profile
    assert web.textures.size < default.textures.size
    assert web.retopo.faces < default.retopo.faces


@pytest.mark.parametrize("name", [*ENGINES, *KINDS])
def test_none_names_an_asset(name):
    flat = read(shipped.path(name)).lines
    assert "asset.name" not in flat
    assert set(flat) - {"extends"} <= {*keys(), *(key.split(".")[0] for key in keys()), "export.targets.0"}
