"""Compile the bridge for Unity with mono's compiler, and run what needs no Unity as a process that takes commands."""

from __future__ import annotations

import atexit
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[3] / "engine_bridges" / "unity"
HERE = Path(__file__).parent
# Warnings are errors: among them are members that are never set and comparisons that mean nothing.
# 0649 is left out: Unity's stubs declare fields that nobody fills.
_COMPILE = ("mcs", "-langversion:7.2", "-warnaserror", "-nowarn:0649", "-nologo")


def need_mono() -> None:
    """Skip the test where there is no mono."""
    if shutil.which("mcs") is None or shutil.which("mono") is None:
        pytest.skip("mono is needed to compile and run the bridge for Unity: run tests/support/debian-packages")


@cache
def build_folder() -> Path:
    """Return a folder for what is compiled, gone at the end of the process."""
    folder = Path(tempfile.mkdtemp(prefix="unity-bridge-"))
    atexit.register(shutil.rmtree, folder, True)
    return folder


@cache
def program() -> Path:
    """Return the bridge's part without Unity with the runner around it, compiled once a process."""
    return compiled(build_folder() / "runner.exe", *sources(PACKAGE / "Core", HERE / "runner"))


@cache
def assemblies() -> dict[str, Path]:
    """Compile as Unity does: an assembly for each definition, seeing only what it refers to."""
    need_mono()
    out, stubs = build_folder(), HERE / "stubs"
    engine = compiled(out / "UnityEngine.dll", stubs / "UnityEngine.cs")
    editor = compiled(out / "UnityEditor.dll", stubs / "UnityEditor.cs", references=(engine,))
    nunit = compiled(out / "nunit.framework.dll", stubs / "NUnit.cs")
    core = compiled(out / "Importer.Bridge.Core.dll", *sources(PACKAGE / "Core"))
    bridge = compiled(
        out / "Importer.Bridge.Editor.dll", *sources(PACKAGE / "Editor"), references=(core, engine, editor)
    )
    return {"engine": engine, "editor": editor, "nunit": nunit, "core": core, "bridge": bridge}


@cache
def whole_program() -> Path:
    """Return the whole bridge on the stubs' little behaviour, compiled once a process."""
    references = tuple(path for name, path in assemblies().items() if name != "nunit")
    return compiled(build_folder() / "whole.exe", *sources(HERE / "editor"), references=references)


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.cs"))


def compiled(out: Path, *files: Path, references: tuple[Path, ...] = (), defines: tuple[str, ...] = ()) -> Path:
    """Compile to a program (.exe) or a library (.dll); the compiler's complaints fail the test."""
    kind = "exe" if out.suffix == ".exe" else "library"
    options = [f"-target:{kind}", f"-out:{out}", *(f"-reference:{path}" for path in references)]
    options += [f"-define:{name}" for name in defines]
    done = subprocess.run([*_COMPILE, *options, *files], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


class Bridge:
    """A running bridge without Unity."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, do: str, **arguments: Any) -> Any:
        """Give a command and return its answer."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, self._process.stderr.read() if self._process.stderr else "the bridge ended"
        return json.loads(answer)


@contextmanager
def running(whole: bool = False) -> Iterator[Bridge]:
    """Run the bridge until the end of the block: what needs no Unity, or all of it on the stubs."""
    need_mono()
    path = whole_program() if whole else program()
    pipe = subprocess.PIPE
    command = ["mono", "--debug", str(path)]
    with subprocess.Popen(command, text=True, encoding="utf-8", stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield Bridge(process)
        finally:
            process.kill()
