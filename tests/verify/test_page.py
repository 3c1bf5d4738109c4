"""The HTML report: whole by itself, everything escaped, with pictures of what is really there."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from importer.records import Finding
from importer.system.child import run_in_child
from importer.verify.facts import Facts, facts
from importer.verify.page import page
from tests.support.models import asset
from tests.support.published import publish
from tests.verify.broken import glb
from tests.verify.broken.model import good_figure

VOID = {"meta", "img", "br"}


class Outline(HTMLParser):
    """Collects text, tags and addresses, and whether every tag is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text, self.tags, self.addresses = "", set[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw in this process; one test uses the child."""
    monkeypatch.setattr("importer.verify.picture.run_in_child", lambda draw, shapes, **limits: draw(shapes))


def test_a_page_needs_nothing_else_and_hides_no_markup() -> None:
    hostile = '<script>alert("x")</script>'
    finding = Finding("error", "LOD_ORDER", f"a.glb: node '{hostile}'", f"what {hostile}", f"fix {hostile}")
    shown = Facts(f"name {hostile}", {}, {hostile: hostile}, {hostile: ((hostile,), (hostile,))})
    outline = Outline(page(shown, [finding]))
    assert outline.open == []
    assert "script" not in outline.tags
    assert outline.addresses == []
    assert outline.text.count(hostile) >= 8


def test_findings_are_said_once_with_all_places() -> None:
    same = [Finding("warning", "DEBRIS", f"{target}/a.glb", "crumbs", "Sweep.") for target in ("godot", "unreal")]
    outline = Outline(page(Facts("a"), same))
    assert outline.text.count("Crumbs.") == 1
    assert all(place in outline.text for place in ("godot/a.glb", "unreal/a.glb", "2 warnings"))


@pytest.mark.usefixtures("drawn_here")
def test_a_file_is_drawn_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "figure.glb"
    path.write_bytes(glb.write(good_figure()))
    found = facts(path)
    assert found.figures["size"] == "1.8 x 1.8 x 0.6 m"
    assert found.figures["bones"] == "19"
    assert found.tables["Levels"][1][:2] == ("LOD0", "228")
    assert ("paint", "normal", "64 x 64") in found.tables["Textures"]
    sheet = np.asarray(Image.open(io.BytesIO(found.pictures["turntable"])).convert("RGB")).astype(int)
    assert sheet.shape[1] > 900
    reddish = (sheet[..., 0] - sheet[..., 2] > 60).mean()  # the paint is orange, the studio grey
    assert 0.02 < reddish < 0.5


def test_a_file_is_drawn_in_a_child_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []

    def child(function, *args, **limits):
        names.append(function.__name__)
        return run_in_child(function, *args, **limits)

    monkeypatch.setattr("importer.verify.picture.run_in_child", child)
    path = tmp_path / "figure.glb"
    path.write_bytes(glb.write(good_figure()))
    assert facts(path).pictures["turntable"].startswith(b"\x89PNG")
    assert names == ["_draw"]


def test_a_published_asset_shows_its_manifest_and_previews(tmp_path: Path) -> None:
    folder = publish(asset(export={"targets": ["gltf"]}), tmp_path)
    (folder / "preview").mkdir()
    (folder / "preview" / "turntable.png").write_bytes(b"\x89PNG picture")
    found = facts(folder / "cart.manifest.json")
    assert found.pictures == {"turntable": b"\x89PNG picture"}
    assert found.figures["size"] == "1 x 1.2 x 2 m"
    outline = Outline(page(found, []))
    assert re.match("data:image/png;base64,", outline.addresses[0])
    assert all(text in outline.text for text in ("No findings", "LOD1", "hidden_side", "CC0-1.0", "unknown"))


@pytest.mark.parametrize("name", ["a.glb", "a.manifest.json", "none.glb"])
def test_a_damaged_file_still_has_a_page(name: str, tmp_path: Path) -> None:
    if name != "none.glb":
        (tmp_path / name).write_bytes(b"glTF")
    found = facts(tmp_path / name)
    assert (found.name, found.pictures) == (name, {})
    assert name in Outline(page(found, [])).text
