"""Compile the bridge for Unity with mono's C# compiler, and run its part without Unity as a process that answers commands."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[3] / "engine_bridges" / "unity"
HERE = Path(__file__).parent
# Warnings are errors: among them are members that are never set and comparisons that mean nothing.
# 0649 is left out: Unity's stubs declare fields that nobody fills.
_COMPILE = ("mcs", "-langversion:7.2", "-warnaserror", "-nowarn:0649", "-nologo")


def missing() -> str:
    """Return what to install, or an empty string."""
    programs = [name for name in ("mcs", "mono") if shutil.which(name) is None]
    return f"{' and '.join(programs)} missing: run tests/support/debian-packages" if programs else ""


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
def running(program: Path) -> Iterator[Bridge]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(["mono", str(program)], text=True, encoding="utf-8", **pipes) as process:
        try:
            yield Bridge(process)
        finally:
            process.kill()
