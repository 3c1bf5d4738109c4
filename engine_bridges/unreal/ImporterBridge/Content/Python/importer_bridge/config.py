"""``Config/ImporterBridge.json`` in the project: which folders are watched, and where their assets go."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .paths import is_plain

FILE = "Config/ImporterBridge.json"
OUT_VARIABLE = "IMPORTER_BRIDGE_OUT"
_INTO = "Imported"


class ConfigError(Exception):
    """The configuration cannot be used; the text names file and key."""


@dataclass(frozen=True)
class Watch:
    """One watched folder, and the folder below Content/ for its assets."""

    out: Path
    into: str = _INTO


@dataclass(frozen=True)
class Config:
    """What docs/bridges.md lists under Configuration."""

    watch: tuple[Watch, ...] = ()
    target: str = "unreal"
    format: str = "glb"
    poll_s: float = 2.0
    report: bool = True
    screenshots: bool = True


def read_config(project: Path, environ: Mapping[str, str]) -> tuple[Config, tuple[str, ...]]:
    """Read the configuration of the project in a folder.

    Returns
    -------
    (config, hints)
        ``hints`` are keys that nobody knows. Without a file, and without the environment variable, nothing is watched.

    Raises
    ------
    ConfigError
        The file is no JSON, or a value is wrong.
    """
    path = project / FILE
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return Config(watch=_watches([], project, environ)), ()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{FILE} cannot be read: {error}") from error
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"{FILE} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise ConfigError(f"{FILE} must be a JSON object")
    return _config(value, project, environ), tuple(_unknown(value))


def _config(value: dict[str, Any], project: Path, environ: Mapping[str, str]) -> Config:
    if value.get("config_version") != 1 or isinstance(value["config_version"], bool):
        raise ConfigError(f"{FILE}: config_version must be 1, not {value.get('config_version')!r}")
    target = _text(value, "target", "auto")
    form = _text(value, "format", "auto")
    if form not in ("auto", "glb", "fbx"):
        raise ConfigError(f"{FILE}: format must be auto, glb or fbx, not {form!r}")
    poll = value.get("poll_s", 2)
    if isinstance(poll, bool) or not isinstance(poll, (int, float)) or not 0.5 <= poll <= 3600:
        raise ConfigError(f"{FILE}: poll_s must be a number from 0.5 to 3600, not {poll!r}")
    watch = value.get("watch", [])
    if not isinstance(watch, list) or not all(isinstance(entry, dict) for entry in watch):
        raise ConfigError(f"{FILE}: watch must be a list of objects with out and into")
    return Config(
        watch=_watches(watch, project, environ),
        target="unreal" if target == "auto" else target,
        format="glb" if form == "auto" else form,
        poll_s=float(poll),
        report=_flag(value, "report"),
        screenshots=_flag(value, "screenshots"),
    )


def _watches(entries: list[dict[str, Any]], project: Path, environ: Mapping[str, str]) -> tuple[Watch, ...]:
    given = [part for part in environ.get(OUT_VARIABLE, "").split(os.pathsep) if part]
    found = []
    for i in range(max(len(entries), len(given))):
        where = f"watch[{i}]"
        entry = entries[i] if i < len(entries) else {}
        out = given[i] if i < len(given) else _text(entry, "out", None, f"{where}.out")
        into = _text(entry, "into", _INTO, f"{where}.into").replace("\\", "/").strip("/")
        if not is_plain(into):
            raise ConfigError(f"{FILE}: {where}.into must be a folder below Content, not {into!r}")
        found.append(Watch(_outside_content(out, project, where), into))
    return tuple(found)


def _outside_content(out: str, project: Path, where: str) -> Path:
    # "\" separates folders in the file on every system.
    folder = Path(os.path.normpath(project / re.sub(r"\\", "/", out)))
    content = os.path.realpath(project / "Content")
    if os.path.normcase(os.path.realpath(folder) + os.sep).startswith(os.path.normcase(content + os.sep)):
        raise ConfigError(f"{FILE}: {where}.out lies inside Content/: move {out!r} out of the project's content")
    return folder


def _text(value: dict[str, Any], key: str, default: Any, where: str = "") -> str:
    found = value.get(key, default)
    if not isinstance(found, str) or not found:
        raise ConfigError(f"{FILE}: {where or key} must be a text, not {found!r}")
    return found


def _flag(value: dict[str, Any], key: str) -> bool:
    found = value.get(key, True)
    if not isinstance(found, bool):
        raise ConfigError(f"{FILE}: {key} must be true or false, not {found!r}")
    return found


def _unknown(value: dict[str, Any]) -> list[str]:
    known = {"config_version", "watch", "target", "format", "poll_s", "report", "screenshots"}
    keys = [key for key in value if key not in known]
    for i, entry in enumerate(value.get("watch", [])):
        keys += [f"watch[{i}].{key}" for key in entry if key not in ("out", "into")]
    return [f"{FILE}: nobody knows the key {key}" for key in keys]
