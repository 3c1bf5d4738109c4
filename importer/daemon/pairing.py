"""Which profile files speak about which picture. Plain text functions: they run for every picture at every look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from importer.daemon.scan import FOLDER_PROFILES, PROFILES, Snapshot, Stamp


def sidecars(picture: str, profiles: Mapping[str, Stamp]) -> list[str]:
    """Return the YAML files of the picture's own name beside it; two are an error that resolving reports."""
    stem = picture.rpartition(".")[0]
    return [stem + suffix for suffix in PROFILES if stem + suffix in profiles and not _is_of_folder(stem + suffix)]


def profile_files(picture: str, profiles: Mapping[str, Stamp]) -> list[str]:
    """Return the folder profiles from the project's root down, then the sidecar."""
    found = [name for name in _of_folders(picture.rpartition("/")[0]) if name in profiles]
    return found + sidecars(picture, profiles)


def orphans(snapshot: Snapshot, used: Iterable[str]) -> list[str]:
    """Return the sidecars without a picture; ``used`` are files that some profile extends."""
    known = {name for picture in snapshot.pictures for name in sidecars(picture, snapshot.profiles)}
    known.update(used)
    return [name for name in snapshot.profiles if name not in known and not _is_of_folder(name)]


def _is_of_folder(name: str) -> bool:
    return name.rpartition("/")[2] in FOLDER_PROFILES


@lru_cache(maxsize=1024)
def _of_folders(folder: str) -> tuple[str, ...]:
    """Return the names that folder profiles would have, from the project's root down to `folder`."""
    folders = ["../", ""]
    for part in folder.split("/") if folder else ():
        folders.append(f"{folders[-1]}{part}/")
    return tuple(f"{place}{name}" for place in folders for name in FOLDER_PROFILES)
