"""``Config/ImporterBridge.state.json``: what has been imported, in the project's version control like the assets."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from .atomic import write_atomically
from .records import Manifest

FILE = "Config/ImporterBridge.state.json"
RULES = 1  # raised whenever the same files would be imported to another result


class StateError(Exception):
    """The state was written by a newer plugin."""


@dataclass(frozen=True)
class Entry:
    """One asset. Its inputs are empty where nothing of it was ever imported."""

    folder: str  # in the project's content, e.g. /Game/Imported/chair
    manifest_sha256: str = ""
    target: str = ""
    format: str = ""
    rules: int = 0
    status: str = "refused"
    files: dict[str, str] = field(default_factory=dict)
    left_over: dict[str, str] = field(default_factory=dict)
    engine: dict[str, Any] = field(default_factory=dict)
    importing: bool = False
    attempts: int = 0  # that began and did not end: Unreal was closed, or it crashed
    refused: dict[str, str] | None = None

    def is_current(self, manifest: Manifest) -> bool:
        """Whether exactly this was imported, and to the end."""
        mine = (self.manifest_sha256, self.target, self.format, self.rules)
        return not self.importing and mine == (manifest.sha256, manifest.target, manifest.format, RULES)

    def has_refused(self, manifest_sha256: str, code: str) -> bool:
        """Whether this refusal has been reported."""
        return self.refused == {"manifest_sha256": manifest_sha256, "code": code}

    def refusing(self, manifest_sha256: str, code: str) -> Entry:
        """Return the entry with a refusal noted."""
        refused = {"manifest_sha256": manifest_sha256, "code": code}
        return replace(self, refused=refused, importing=False, attempts=0)


def read_state(project: Path) -> dict[str, Entry]:
    """Read the state; a damaged file is set aside, and counts as none.

    Raises
    ------
    StateError
        A newer plugin wrote it.
    """
    path = project / FILE
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    try:
        value = json.loads(text)
        version = value["state_version"]
        if isinstance(version, int) and version > 1:
            raise StateError(f"{FILE} was written by a newer plugin (state_version {version}); update this one")
        return {key: _entry(item) for key, item in value["assets"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        os.replace(path, path.with_name(path.name.replace(".json", ".damaged.json")))
        return {}


def _entry(item: dict[str, Any]) -> Entry:
    known = {name: item[name] for name in Entry.__dataclass_fields__ if name in item}
    entry = Entry(**known)
    if not isinstance(entry.folder, str) or not isinstance(entry.files, dict) or not isinstance(entry.engine, dict):
        raise TypeError("an entry of the state has wrong types")
    return entry


def write_state(project: Path, state: dict[str, Entry]) -> None:
    """Write the state with sorted keys, one value a line; a file with the same content is not touched."""
    assets = {key: _plain(entry) for key, entry in state.items()}
    data = (json.dumps({"state_version": 1, "assets": assets}, indent=1, sort_keys=True) + "\n").encode("utf-8")
    path = project / FILE
    if not path.exists() or path.read_bytes() != data:
        write_atomically(path, data, f".{path.name}.tmp")


def _plain(entry: Entry) -> dict[str, Any]:
    value = asdict(entry)
    for key in ("left_over", "importing", "attempts", "refused"):
        if not value[key]:
            del value[key]
    return value
