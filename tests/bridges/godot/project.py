"""A Godot project with the bridge in it, and ways to run it: with the real engine, or with one that a test controls."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine_bridges.godot.headless import result, run
from engine_bridges.godot.install import install

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "support" / "manifests"
SCRIPT_FAULTS = re.compile(r"SCRIPT ERROR|Parse Error|progress bar is not")


@dataclass(frozen=True)
class Godot:
    """One version of Godot, and its program where this machine has it."""

    version: int
    program: str | None

    @property
    def command(self) -> list[str]:
        """The program without a window; skips the test where it is not there."""
        if self.program is None:
            pytest.skip("godot3-server is not on the PATH: on Debian, apt-get install godot3-server")
        return [self.program] if self.version == 3 else [self.program, "--headless"]


THREE, FOUR = Godot(3, shutil.which("godot3-server")), Godot(4, shutil.which("godot4"))


class Project:
    """The project's folder with the bridge installed, watching ``<folder>/../out``."""

    def __init__(self, folder: Path, out: Path, godot: Godot) -> None:
        self.godot, self.folder, self.out = godot, folder, out
        self.command = [*godot.command, "--path", str(folder)]
        self.folder.mkdir(parents=True)
        out.mkdir(parents=True, exist_ok=True)
        (folder / "project.godot").write_text(
            f'config_version={godot.version + 1}\n\n[application]\n\nconfig/name="game"\n'
        )
        install(folder, out.as_posix())

    def run(self) -> dict[str, Any] | None:
        """Let the real editor import everything, and return its verdicts."""
        output = run(self.command[0], self.folder, timeout=150)
        assert not SCRIPT_FAULTS.search(output), output
        return result(output)

    def read(self, folders: list[tuple[Path, list[str]]]) -> list[dict[str, Any]]:
        """Read published folders with the bridge's reader."""
        shutil.copy(HERE / "read.gd", self.folder / "read.gd")
        argument = self.folder / "argument.json"
        argument.write_text(json.dumps([[folder.as_posix(), targets] for folder, targets in folders]))
        command = [*self.command, "--script", "read.gd", str(argument)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100)
        output = done.stdout.decode("utf-8", "replace")
        assert not SCRIPT_FAULTS.search(output), output
        return json.loads((self.folder / "result.json").read_text("utf-8"))

    def state(self) -> dict[str, Any]:
        """Return the entries of the bridge's state."""
        return json.loads((self.folder / "importer_bridge.state.json").read_text("utf-8"))["assets"]

    def report(self, asset: str) -> dict[str, Any]:
        """Return what the bridge reported on an asset."""
        return json.loads((self.out / asset / "reports" / "godot.json").read_text("utf-8"))


class Driver:
    """Bridges in one process of Godot, one after the other, each started anew on what lies in the project."""

    def __init__(self, project: Project) -> None:
        self.project, self.folder = project, project.folder
        shutil.copy(HERE / "drive.gd", self.folder / "drive.gd")
        self.fresh = sorted(path.name for path in self.folder.iterdir())
        self.config = (self.folder / "importer_bridge.json").read_text()
        self.log = self.folder.with_suffix(".log")
        with self.log.open("wb") as log:
            command = [*project.command, "--script", "drive.gd"]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    def reset(self) -> None:
        """Make project and out/ as they were at the start."""
        for path in [*self.folder.iterdir(), *self.project.out.parent.iterdir()]:
            if (path.parent == self.folder and path.name in self.fresh) or path in (self.folder, self.log):
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.project.out.mkdir()
        (self.folder / "importer_bridge.json").write_text(self.config)

    def drive(self, seconds: float = 6.0, **options: Any) -> dict[str, Any]:
        """Run a bridge for so many seconds of its own clock."""
        answer = self.folder / "answer.json"
        self._send({"seconds": seconds, **options})
        end = time.monotonic() + 60
        while not answer.exists():
            assert time.monotonic() < end and self.process.poll() is None, self.log.read_text("utf-8", "replace")
            time.sleep(0.01)
        found = json.loads(answer.read_text("utf-8"))
        answer.unlink()
        output = self.log.read_text("utf-8", "replace")
        assert not SCRIPT_FAULTS.search(output), output
        return found

    def close(self) -> None:
        """End the process."""
        self._send({"quit": True})
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _send(self, command: dict[str, Any]) -> None:
        partial = self.folder / ".command.json"
        partial.write_text(json.dumps(command))
        partial.replace(self.folder / "command.json")


def put(case: str, out: Path) -> Path:
    """Copy the shared set's folder of a case to `out`, and return it."""
    (source,) = (path for path in (SHARED / case).iterdir() if path.is_dir())
    return Path(shutil.copytree(source, out / source.name))


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return bytes and time of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
