"""The README and the pages in docs/ name only what exists, and their examples work."""

import re
import shutil
from pathlib import Path

import pytest

from importer.profile.resolve import resolve

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_exists(page):
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


def test_pictures_are_small():
    for path in (ROOT / "docs" / "images").glob("*"):
        limit = 500_000 if path.suffix == ".png" else 1_500_000
        assert path.stat().st_size < limit, path.name


def test_every_command_exists():
    from importer.cli.app import app

    text = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"(?:^    |`)importer ([a-z]+)", text, flags=re.MULTILINE))
    groups = {group.name for group in app.registered_groups}
    known = {command.name or command.callback.__name__ for command in app.registered_commands} | groups
    assert named
    assert named <= known


def test_every_make_target_exists():
    text = (ROOT / "README.md").read_text("utf-8")
    targets = set(re.findall(r"(?:^    |`)make ([a-z]+)", text, flags=re.MULTILINE))
    rules = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert {"demo", "test"} <= targets <= rules


def test_the_sidecar_in_the_readme_is_valid(tmp_path):
    sidecar = re.search(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.DOTALL)
    assert sidecar
    (tmp_path / "robot.yaml").write_text(sidecar[1], encoding="utf-8")
    shutil.copy(ROOT / "examples" / "robot.png", tmp_path)
    profile = resolve(tmp_path / "robot.png").profile
    assert profile.scale.height_m == 1.8
    assert profile.asset.kind == "character"
    assert profile.export.targets == ("unity-urp",)


def test_the_example_sidecar_is_valid():
    profile = resolve(ROOT / "examples" / "robot.png").profile
    assert (profile.asset.kind, profile.scale.height_m) == ("character", 1.8)
