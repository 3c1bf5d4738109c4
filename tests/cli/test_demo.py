"""``importer demo``: the examples that come along, sidecars included, and a table of times."""

import pytest

from importer.cli import demo


@pytest.fixture
def examples(pictures, monkeypatch, tmp_path):
    pictures("examples/chair.png", "examples/hero.jpg")
    (tmp_path / "examples" / "hero.yaml").write_text("extends: character\n")
    found = [tmp_path / "examples" / name for name in ("chair.png", "hero.jpg")]
    monkeypatch.setattr(demo, "examples", lambda: found)


def test_the_examples_become_assets_with_their_sidecars(cli, built, examples, tmp_path):
    result = cli("demo")
    assert result.exit_code == 0
    assert [profile.asset.kind for _, profile in built] == ["prop", "character"]
    assert sorted(path.name for path in (tmp_path / "demo-out").iterdir()) == ["chair", "hero"]
    rows = [row.split() for row in result.stdout.splitlines()]
    assert ["seconds", "chair", "hero"] in rows
    assert ["matte", "1.25", "1.25"] in rows
    assert ["export", "cached", "cached"] in rows


def test_the_examples_are_there():
    """Three at least: a prop, a character, one without alpha."""
    found = demo.examples()
    assert len(found) >= 3
