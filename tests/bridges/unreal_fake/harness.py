"""A project of the fake editor with the bridge's plugin in it, and folders to publish into."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from importer.verify.report_schema import Report
from tests.bridges.unreal_fake import stub

if stub.path() is None:
    pytest.skip("unreal-stub is not installed", allow_module_level=True)

from tests.bridges.unreal_fake.module import new_world, unreal_module
from tests.bridges.unreal_fake.world import World, world

ROOT = Path(__file__).resolve().parents[3]
PLUGIN = ROOT / "engine_bridges/unreal/ImporterBridge"
SHARED = ROOT / "tests/support/manifests"
CONFIG = {"config_version": 1, "watch": [{"out": "../out", "into": "Imported"}]}

sys.modules.setdefault("unreal", unreal_module())
sys.path.insert(0, str(PLUGIN / "Content/Python"))


@dataclass
class Project:
    """One project; time stands still unless a test moves it."""

    folder: Path
    out: Path
    world: World = field(default_factory=lambda: world)
    time: float = 1_800_000_000.0
    session: Any = None
    told: list[tuple[str, str]] = field(default_factory=list)

    def configure(self, **changes: Any) -> None:
        """Write the configuration."""
        path = self.folder / "Config/ImporterBridge.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({**CONFIG, **changes}))

    def publish(self, case: str, name: str = "") -> Path:
        """Copy a folder of the shared set into the watched folder, as a whole, over an older one."""
        source = next(path for path in (SHARED / case).iterdir() if path.is_dir())
        target = self.out / (name or source.name)
        shutil.rmtree(target, ignore_errors=True)
        return Path(shutil.copytree(source, target))

    def open(self, blocking: bool = True) -> Any:
        """Begin a session, as a newly started editor does."""
        from importer_bridge.engine.start import make_session

        self.session = make_session(blocking)
        self.session.clock = self.session.now = lambda: self.time
        self.session.tell = lambda level, text: self.told.append((level, text))
        return self.session

    def look(self, seconds: float = 2.0) -> None:
        """Look at the watched folders once, some time after the last look."""
        from importer_bridge.bridge import look
        from importer_bridge.slices import finish

        self.time += seconds
        finish(look(self.session or self.open()))

    def report(self, name: str = "cart") -> dict[str, Any]:
        """Return the report of an asset, checked against the published schema."""
        text = (self.out / name / "reports/unreal.json").read_text("utf-8")
        Report.model_validate_json(text)
        return json.loads(text)

    def check(self, check: str, name: str = "cart") -> dict[str, Any]:
        """Return one check of the report."""
        return next(entry for entry in self.report(name)["checks"] if entry["name"] == check)

    def asset(self, path: str) -> Any:
        """Return an asset below /Game/Imported."""
        return world.assets[f"/Game/Imported/{path}"]

    def state(self) -> dict[str, Any]:
        """Return the state as it lies on the disk."""
        return json.loads((self.folder / "Config/ImporterBridge.state.json").read_text("utf-8"))["assets"]

    def edit_manifest(self, change: Callable[[dict[str, Any]], None], name: str = "cart") -> None:
        """Change the manifest in place."""
        path = next((self.out / name).glob("*.manifest.json"))
        value = json.loads(path.read_text("utf-8"))
        change(value)
        path.write_text(json.dumps(value))


def open_project(tmp_path: Path) -> Project:
    """Return an empty project with its configuration."""
    new_world(tmp_path / "game")
    project = Project(tmp_path / "game", tmp_path / "out")
    project.out.mkdir()
    project.configure()
    return project


def imported_project(tmp_path: Path) -> Project:
    """Open a project in which the good asset has been imported and has passed."""
    project = open_project(tmp_path)
    project.publish("good-unreal")
    project.look()
    assert project.report()["status"] == "passed"
    return project
