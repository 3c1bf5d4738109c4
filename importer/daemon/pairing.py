"""Which profile files speak about which picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from importer.daemon.scan import FOLDER_PROFILES, PROFILES, Snapshot, Stamp


def sidecars(picture: str, profiles: Mapping[str, Stamp]) -> list[str]:
    """Return the YAML files of the picture's own name beside it; two are an error that resolving reports."""
    stem = picture[: -len(PurePosixPath(picture).suffix)]
    names = (stem + suffix for suffix in PROFILES)
    return [name for name in names if name in profiles and PurePosixPath(name).name not in FOLDER_PROFILES]


def profile_files(picture: str, profiles: Mapping[str, Stamp]) -> list[str]:
    """Return the folder profiles from the project's root down, then the sidecar."""
    folders = [
        "../",
        *(f"{folder}/" if str(folder) != "." else "" for folder in reversed(PurePosixPath(picture).parents)),
    ]
    found = [f"{folder}{name}" for folder in folders for name in FOLDER_PROFILES if f"{folder}{name}" in profiles]
    return found + sidecars(picture, profiles)


def orphans(snapshot: Snapshot, used: Iterable[str]) -> list[str]:
    """Return the sidecars without a picture; ``used`` are files that some profile extends."""
    paired = {name for picture in snapshot.pictures for name in sidecars(picture, snapshot.profiles)}
    known = paired | set(used)
    return [name for name in snapshot.profiles if name not in known and PurePosixPath(name).name not in FOLDER_PROFILES]
