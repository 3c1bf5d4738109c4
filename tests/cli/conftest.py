import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from importer.cli.app import app
from importer.errors import PictureError
from importer.pipeline.events import Event
from importer.pipeline.run import Asset, StageRun
from importer.records import Finding


@pytest.fixture
def cli(tmp_path, monkeypatch):
    """Run a command line in an empty folder with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMPORTER_CACHE", str(tmp_path / ".cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".user"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / ".user"))
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def document():
    """Parse a result's stdout, which must be one JSON document."""
    return lambda result: json.loads(result.stdout)


@pytest.fixture
def pictures(tmp_path):
    """Make files with the given names."""

    def make(*names: str) -> list[Path]:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"picture")
        return [Path(name) for name in names]

    return make


@pytest.fixture
def built(monkeypatch):
    """Stand in for the pipeline at its border: ``bad`` pictures fail, ``wrong`` ones fail verification."""
    calls = []

    def build_asset(picture, profile, cache=None, on_event=lambda event: None):
        calls.append((picture, profile))
        on_event(Event("started", str(picture), "matte"))
        on_event(Event("finished", str(picture), "matte", 1.25))
        on_event(Event("warning", str(picture), message="the cache is full"))
        if "bad" in picture.name:
            raise PictureError("the file is damaged", where=str(picture), fix="Export it again.")
        name = profile.asset.name or picture.stem
        finding = Finding("error", "PIVOT_OFF_BASE", "godot", "the pivot is 1 m off", "Set pivot.")
        return Asset(
            name=name,
            picture_sha256="0",
            files={f"{name}.glb": b"glb"},
            findings=(finding,) if "wrong" in picture.name else (),
            figures={"triangles": 12},
            warnings=("scale is a guess",),
            stages=(StageRun("matte", 1.25, False), StageRun("export", 0.0, True)),
        )

    monkeypatch.setattr("importer.pipeline.run.build_asset", build_asset)
    return calls
