"""What lies in the drop folder right now. Events only say when to look; this look alone decides."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
PROFILES = (".yaml", ".yml")
FOLDER_PROFILES = ("profile.yaml", "profile.yml")
_UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".opdownload", ".swp", ".filepart")
_OF_SYSTEMS = ("thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r")

Stamp = tuple[int, int]  # size in bytes, time of last change in ns
MISSING: Stamp = (-1, -1)  # of a file that a profile once extended


@dataclass
class Snapshot:
    """Files by path relative to the drop folder, '/' between parts, in order; the project has ``../profile.yaml``."""

    pictures: dict[str, Stamp] = field(default_factory=dict)
    profiles: dict[str, Stamp] = field(default_factory=dict)
    others: dict[str, Stamp] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)  # folders
    links: list[str] = field(default_factory=list)  # that are not followed: to files elsewhere, and to folders


def scan(drop: Path) -> Snapshot | None:
    """Return what is there; None while the drop folder itself is not, as when a network share is away."""
    if not os.path.isdir(drop):  # Path.is_dir raises where a share does not answer
        return None
    found = Snapshot()
    for name, stamp in sorted(_files(drop, found)):
        kind = classify(name)
        if kind != "ignored":
            {"picture": found.pictures, "profile": found.profiles, "other": found.others}[kind][name] = stamp
    for name in FOLDER_PROFILES:
        stamp = stamp_of(drop.parent / name)
        if stamp:
            found.profiles[f"../{name}"] = stamp
    return found


def classify(name: str) -> Literal["picture", "profile", "other", "ignored"]:
    """Return what a file's name says it is; copies in the making and the litter of systems are ignored."""
    file = name.rpartition("/")[2].lower()
    if file.startswith((".", "~$")) or file.endswith(("~", *_UNFINISHED)) or file in _OF_SYSTEMS:
        return "ignored"
    if file.endswith(PICTURES):
        return "picture"
    return "profile" if file.endswith(PROFILES) else "other"


def stamp_of(path: Path) -> Stamp | None:
    """Return size and time of a file, or None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _files(drop: Path, found: Snapshot) -> Iterator[tuple[str, Stamp]]:
    """Yield the files below `drop`; without recursion, since trees may be deeper than Python's stack."""
    folders = [""]
    while folders:
        prefix = folders.pop()
        try:
            entries = list(os.scandir(f"{drop}/{prefix}"))
        except OSError as error:
            if not prefix or not isinstance(error, FileNotFoundError | NotADirectoryError):
                found.unreadable.append(prefix)
            continue
        for entry in entries:
            name = f"{prefix}{entry.name}"
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith("."):
                        folders.append(f"{name}/")
                elif entry.is_file():
                    if entry.is_symlink() and not is_inside(Path(entry.path), drop):
                        found.links.append(name)
                        continue
                    stat = os.stat(entry.path)  # entry.stat() is stale on Windows while a file grows
                    yield name, (stat.st_size, stat.st_mtime_ns)
                elif entry.is_dir():
                    found.links.append(name)
            except OSError:
                continue  # gone since


def is_inside(path: Path, drop: Path) -> bool:
    """Return whether a file is below `drop` once all links are followed."""
    return path.resolve().is_relative_to(drop.resolve())
