"""Which folder below out/ an asset gets: subfolders mirror those of drop/, and no two pictures share one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from itertools import count
from pathlib import PurePosixPath

from importer.daemon.ledger import Entry
from importer.system.names import asset_name


class Places:
    """The folders of all pictures, so that finding a new one does not take longer the more there are.

    Parameters
    ----------
    entries : mapping of str to Entry
        The ledger's; folders of pictures that are gone may be taken over.
    """

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = entries
        self._owners: dict[str, str] = {}
        self._above: Counter[str] = Counter()  # folders that have an asset somewhere inside
        self._gone: dict[str, tuple[str, str]] = {}
        for picture, entry in entries.items():
            if entry.folder and entry.state == "gone":
                self._gone[_same(entry.folder)] = picture, entry.folder
            elif entry.folder:
                self._take(picture, entry.folder)

    def assign(self, picture: str, name: str) -> str:
        """Return the folder for the asset `name` of `picture`, relative to out/; it is the picture's from now on.

        The folder that a picture has keeps being its own. ``chair.jpg`` beside ``chair.png`` becomes ``chair_jpg``, as
        does ``Chair.jpg``, because Windows and macOS do not tell the two apart; an asset never lies inside another one.
        """
        own = self.entries.get(picture)
        if own and own.folder and own.name == name and self._owners.get(_same(own.folder), picture) == picture:
            if self._gone.pop(_same(own.folder), None):  # it is back
                self._take(picture, own.folder)
            return own.folder
        if own and own.folder:
            self._leave(picture, own.folder)
        parent = ""
        for part in PurePosixPath(picture).parts[:-1]:
            while _same(parent + part) in self._owners:
                part += "_folder"
            parent += f"{part}/"
        suffix = PurePosixPath(picture).suffix.lstrip(".").lower()
        for number in count():
            leaf = name if number == 0 else asset_name(f"{name}_{suffix}" + (f"_{number}" if number > 1 else ""))
            folder = _same(parent + leaf)
            if folder not in self._owners and not self._above[folder]:
                _, chosen = self._gone.get(folder, ("", parent + leaf))  # spelled as it is: chair.png was Chair.png
                self._take(picture, chosen)
                return chosen
        raise AssertionError

    def previous_owner(self, picture: str, folder: str) -> str | None:
        """Return the vanished picture whose asset lies in `folder`."""
        owner, _ = self._gone.get(_same(folder), (None, ""))
        return owner if owner != picture else None

    def _take(self, picture: str, folder: str) -> None:
        self._owners[_same(folder)] = picture
        self._above.update(_parents(folder))

    def _leave(self, picture: str, folder: str) -> None:
        if self._owners.get(_same(folder)) == picture:
            del self._owners[_same(folder)]
            self._above.subtract(_parents(folder))


def _parents(folder: str) -> list[str]:
    return [str(parent) for parent in PurePosixPath(_same(folder)).parents][:-1]


def _same(folder: str) -> str:
    return unicodedata.normalize("NFC", folder).casefold()
