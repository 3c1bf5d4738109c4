"""Import and test without a window, for build servers: ``python headless.py PROJECT [--godot godot3-server]``.

It runs the editor once, until everything below the watched folders is imported and nothing is being copied, and passes
its output on. Exit code 0: every asset passed; 1: one failed or was refused, or Godot did not come to an end.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

LAST = "importer_bridge: finished "


def main() -> int:
    """Read the command line, run, and return the exit code."""
    parser = argparse.ArgumentParser(description="Import and test without a window.")
    parser.add_argument("project", type=Path, help="folder with project.godot")
    parser.add_argument("--godot", default="godot", help="Godot's program (godot)")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds (600)")
    arguments = parser.parse_args()
    try:
        output = run(arguments.godot, arguments.project, arguments.timeout)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(output)
    found = result(output)
    return 0 if found and found["ok"] else 1


def run(godot: str, project: Path, timeout: float = 600.0) -> str:
    """Run the editor once and return what it printed. Godot 3 is ended by force, so its exit status says nothing."""
    command = [godot, "--headless"] if "server" not in Path(godot).name else [godot]
    done = subprocess.run(
        [*command, "--editor", "--path", str(project)],
        env={**os.environ, "IMPORTER_BRIDGE_ONCE": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False,
    )  # fmt: skip
    return done.stdout.decode("utf-8", "replace")


def result(output: str) -> dict | None:
    """Return ``{"ok", "results"}`` of the last line, or None where the run came to no end."""
    lines = [line for line in output.splitlines() if line.startswith(LAST)]
    return json.loads(lines[-1].removeprefix(LAST)) if lines else None


if __name__ == "__main__":
    raise SystemExit(main())
