"""The walk over a watched folder: every folder with a manifest is an asset."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .config import Watch
from .notes import Note
from .paths import content_folder
from .slices import Steps

SUFFIX = ".manifest.json"
_DEEPEST = 16


@dataclass(frozen=True)
class Found:
    """An asset's folder; with ``problem`` it cannot be imported, whatever the manifest says."""

    key: str
    folder: Path
    manifest: Path
    problem: Note | None = None


def find_assets(watches: tuple[Watch, ...]) -> Steps[tuple[list[Found], list[Path]]]:
    """Walk over all watched folders; return the assets in order, and the watched folders that are not there.

    Two assets with the same place in the project: the first one wins, the other one has ``problem``.
    """
    assets: list[Found] = []
    missing: list[Path] = []
    for watch in watches:
        if not watch.out.is_dir():
            missing.append(watch.out)
            continue
        here: list[Found] = []
        yield from _walk(watch.out, (), watch.into, here)
        assets += sorted(here, key=lambda found: found.key)
    return _without_clashes(assets), missing


def _walk(folder: Path, parts: tuple[str, ...], into: str, found: list[Found]) -> Steps[None]:
    yield None
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # gone or locked at this moment: the next look finds it
        return
    manifests = [entry.name for entry in entries if entry.name.endswith(SUFFIX) and not entry.name.startswith(".")]
    if manifests:
        found.append(_asset(folder, "/".join((into, *parts)), manifests))
        return
    if len(parts) >= _DEEPEST:
        return
    for entry in entries:
        if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
            yield from _walk(folder / entry.name, (*parts, entry.name), into, found)


def _asset(folder: Path, key: str, manifests: list[str]) -> Found:
    manifest = folder / manifests[0]
    if len(manifests) == 1:
        return Found(key, folder, manifest)
    what = f"there are {len(manifests)} manifests: {', '.join(manifests)}"
    return Found(key, folder, manifest, Note("MANIFEST_INVALID", what, folder.name, "Remove all but one."))


def _without_clashes(assets: list[Found]) -> list[Found]:
    first: dict[str, Found] = {}
    checked = []
    for asset in assets:
        place = content_folder(asset.key).casefold()
        other = first.setdefault(place, asset)
        if other is not asset and asset.problem is None:
            what = f"it would go to {content_folder(asset.key)}, where {other.folder} already goes"
            fix = 'Rename one of them, or give one of the watched folders another "into".'
            asset = Found(asset.key, asset.folder, asset.manifest, Note("NAME_TAKEN", what, str(asset.folder), fix))
        checked.append(asset)
    return checked
