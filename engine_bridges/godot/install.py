"""Put the bridge into a Godot project: ``python install.py PROJECT --out FOLDER``. Needs nothing but Python.

It copies the add-on of the project's version of Godot, switches it on, and writes importer_bridge.json where there is
none. Run again, it brings a newer add-on and changes nothing else.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ADDON = "addons/importer_bridge"
PLUGIN = {3: "importer_bridge", 4: "res://addons/importer_bridge/plugin.cfg"}  # as each version lists it


def main() -> int:
    """Read the command line, install, and return the exit code."""
    parser = argparse.ArgumentParser(description="Put the bridge into a Godot project.")
    parser.add_argument("project", type=Path, help="folder with project.godot")
    parser.add_argument("--out", help="folder that the importer publishes into, absolute or from the project")
    arguments = parser.parse_args()
    try:
        version = install(arguments.project, arguments.out)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"installed for Godot {version}; open the project, or restart its editor")
    return 0


def install(project: Path, out: str | None = None) -> int:
    """Install into `project` and return the version of Godot that it is for.

    Raises
    ------
    ValueError
        There is no project.godot, or it is of neither Godot 3 nor Godot 4.
    """
    settings = project / "project.godot"
    if not settings.is_file():
        raise ValueError(f"{settings} is not there: name the folder of a Godot project")
    text = settings.read_text("utf-8")
    version = {"4": 3, "5": 4}.get((re.search(r"^config_version=(\d+)", text, re.MULTILINE) or [""] * 2)[1])
    if version is None:
        raise ValueError(f"{settings}: config_version is neither 4 (Godot 3) nor 5 (Godot 4)")
    addon = project / ADDON
    if addon.exists():
        shutil.rmtree(addon)
    shutil.copytree(HERE / f"godot{version}", addon)
    shutil.copytree(HERE / "core", addon / "core")
    enabled = enable(text, PLUGIN[version], version)
    if enabled != text:
        settings.write_text(enabled, "utf-8", newline="\n")
    config = project / "importer_bridge.json"
    if not config.exists():
        watch = [{"out": out.replace("\\", "/"), "into": "Imported"}] if out else []
        config.write_text(json.dumps({"config_version": 1, "watch": watch}, indent=2) + "\n", "utf-8", newline="\n")
    return version


def enable(text: str, plugin: str, version: int) -> str:
    """Return the settings with the plugin switched on, beside those that are on already."""
    array = {3: "PoolStringArray( {} )", 4: "PackedStringArray({})"}[version]
    found = re.search(r"^\[editor_plugins\]\s*\nenabled=\w+\((.*?)\)", text, re.MULTILINE | re.DOTALL)
    names = re.findall(r'"([^"]*)"', found[1]) if found else []
    if plugin in names:
        return text
    listed = ", ".join(f'"{name}"' for name in [*names, plugin])
    section = f"[editor_plugins]\n\nenabled={array.format(listed)}"
    if found:
        return text[: found.start()] + section + text[found.end() :]
    if re.search(r"^\[editor_plugins\]", text, re.MULTILINE):
        return re.sub(r"^\[editor_plugins\]", lambda _: section, text, count=1, flags=re.MULTILINE)
    return f"{text.rstrip()}\n\n{section}\n"


if __name__ == "__main__":
    raise SystemExit(main())
