"""Which folder below out/ an asset gets: subfolders mirror those of drop/, and no two pictures share one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import count
from pathlib import PurePosixPath

from importer.daemon.ledger import Entry
from importer.system.names import asset_name


def folder_for(picture: str, name: str, entries: Mapping[str, Entry]) -> str:
    """Return the folder for the asset `name` of `picture`, relative to out/.

    The folder that a picture has keeps being its own. ``chair.jpg`` beside ``chair.png`` becomes ``chair_jpg``, as does
    ``Chair.jpg``, because Windows and macOS do not tell the two apart; an asset never lies inside another one.
    """
    own = entries.get(picture)
    if own and own.folder and own.name == name:
        return own.folder
    taken = {_same(e.folder) for other, e in entries.items() if other != picture and e.folder and e.state != "gone"}
    parent = ""
    for part in PurePosixPath(picture).parts[:-1]:
        while _same(parent + part) in taken:
            part += "_folder"
        parent += f"{part}/"
    suffix = PurePosixPath(picture).suffix.lstrip(".").lower()
    for number in count():
        leaf = name if number == 0 else asset_name(f"{name}_{suffix}" + (f"_{number}" if number > 1 else ""))
        if not _clashes(_same(parent + leaf), taken):
            return parent + leaf
    raise AssertionError


def previous_owner(picture: str, folder: str, entries: Mapping[str, Entry]) -> str | None:
    """Return the vanished picture whose asset lies in `folder`."""
    owners = (name for name, e in entries.items() if name != picture and e.state == "gone" and e.folder == folder)
    return next(owners, None)


def _same(folder: str) -> str:
    return unicodedata.normalize("NFC", folder).casefold()


def _clashes(folder: str, taken: set[str]) -> bool:
    return any(other == folder or other.startswith(f"{folder}/") for other in taken)
