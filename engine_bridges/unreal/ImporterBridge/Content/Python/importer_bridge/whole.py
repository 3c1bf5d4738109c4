"""Whether a folder holds what its manifest lists, and a safe copy of the files to import from."""

from __future__ import annotations

import shutil
from pathlib import Path

from .manifest import LARGEST
from .notes import Refused, refuse, wait
from .paths import below
from .records import FileEntry, Manifest
from .scan import Found
from .slices import Steps, sha256_of

Stamp = tuple[tuple[str, int, int], ...]  # path, size (-1: not there), time


def read_bytes(path: Path) -> bytes:
    """Return the manifest's bytes, at most one more than allowed."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise unreadable(error, path.name) from None


def unreadable(error: OSError, where: str) -> Refused:
    """Return what an error on reading a file means: it is gone for the moment, or nobody may read it."""
    if isinstance(error, FileNotFoundError):
        return wait("FILE_MISSING", "the manifest lists it, but it is not there", where)
    return refuse("FILE_UNREADABLE", error.strerror or str(error), where, "Check the file's permissions.")


def stamp_of(found: Found, manifest: Manifest | None) -> Stamp:
    """Return presence, size and time of the manifest and its files: while it changes, somebody is copying."""
    paths = [found.manifest.name]
    paths += [file.path for file in manifest.named] if manifest else []
    return tuple(_stamp(found.folder, path) for path in paths)


def _stamp(folder: Path, path: str) -> tuple[str, int, int]:
    try:
        stat = (folder / path).stat()
    except OSError:
        return (path, -1, 0)
    return (path, stat.st_size, stat.st_mtime_ns)


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Raise Refused unless every file is there with its listed size; hashes come when it is copied."""
    for entry in manifest.named:
        path = folder / entry.path
        try:
            size = path.stat().st_size
        except OSError as error:
            raise unreadable(error, entry.path) from None
        if not path.resolve().as_posix().startswith(folder.resolve().as_posix() + "/"):
            raise refuse("PATH_UNSAFE", "is a link that leads out of the asset's folder", entry.path)
        if size != entry.size:
            raise wait("FILE_SIZE", f"has {size} bytes, {entry.size} were published", entry.path)


def copy_checked(folder: Path, manifest: Manifest, into: Path) -> Steps[dict[str, Path]]:
    """Copy the files and hash what was copied, since the publisher may exchange the folder at any moment.

    Returns
    -------
    dict
        The copy of each file, by its path in the manifest.
    """
    copies = {}
    for entry in manifest.files:
        copy = into / below(entry.path, manifest.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(folder / entry.path, copy)
        except OSError as error:
            raise unreadable(error, entry.path) from None
        yield None
        yield from _compare(copy, entry)
        copies[entry.path] = copy
    return copies


def _compare(copy: Path, entry: FileEntry) -> Steps[None]:
    digest = yield from sha256_of(copy)
    if digest != entry.sha256:
        raise wait("HASH_MISMATCH", "the content is not what was published", entry.path)
