"""A published folder on disk: its manifest, and whether the files are those that it lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from importer.export.manifest_schema import FileEntry, Manifest
from importer.manifest.consistency import named_files
from importer.manifest.fault import Fault, status
from importer.manifest.parse import parse
from importer.manifest.paths import inside

SUFFIX = ".manifest.json"
_LARGEST = 64 * 2**20  # a manifest has some 10 KB
_AGAIN = "Wait until it is copied, or publish the asset again."


@dataclass(frozen=True)
class Reading:
    """What a folder says. Import it only if ``status`` is ok; ``manifest`` is None where its structure is wrong."""

    manifest: Manifest | None
    faults: tuple[Fault, ...]

    @property
    def status(self) -> str:
        """``ok``, ``incomplete`` (look again later) or ``refused``."""
        return status(self.faults)


def read_folder(folder: Path, target: str | None = None) -> Reading:
    """Read the manifest of a published folder and check its files by size and hash.

    Parameters
    ----------
    folder : Path
        The asset's folder.
    target : str, optional
        Check the files that this target names, and no others.
    """
    paths = sorted(path for path in folder.glob(f"*{SUFFIX}") if path.is_file())
    if not paths:
        what = f"there is no *{SUFFIX}; the folder may still be being copied"
        return Reading(None, (Fault("MANIFEST_MISSING", "", what, _AGAIN),))
    if len(paths) > 1:
        names = ", ".join(path.name for path in paths)
        what = f"there are {len(paths)} manifests: {names}"
        return Reading(None, (Fault("MANIFEST_INVALID", "", what, "Remove all but one."),))
    return read_manifest(paths[0], target)


def read_manifest(path: Path, target: str | None = None) -> Reading:
    """Read one manifest and check the files beside it; arguments as for `read_folder`."""
    try:
        if path.stat().st_size > _LARGEST:
            return Reading(None, (Fault("MANIFEST_INVALID", path.name, "is larger than 64 MiB", _AGAIN),))
        text = path.read_bytes()
    except OSError as error:
        what = error.strerror or str(error)
        return Reading(None, (Fault("FILE_UNREADABLE", path.name, what, "Check the file's permissions."),))
    manifest, faults = parse(text, path.name)
    if manifest is not None and not faults:
        entries = listed(manifest, target)
        faults += tuple(fault for entry in entries for fault in check_file(path.parent, entry))
    return Reading(manifest, faults)


def listed(manifest: Manifest, target: str | None = None) -> tuple[FileEntry, ...]:
    """Return the entries of all files, or of those that a target names; empty for a target that is not there."""
    if target is None:
        return manifest.files
    entry = manifest.targets.get(target)
    named = set(named_files(entry)) if entry else set()
    return tuple(file for file in manifest.files if file.path in named)


def check_file(folder: Path, entry: FileEntry) -> Iterator[Fault]:
    """Compare one file with its entry: size first, for it costs nothing."""
    path = inside(folder, entry.path)
    if path is None:
        yield Fault("PATH_UNSAFE", entry.path, "leads out of the asset's folder", "Publish the asset again.")
        return
    try:
        size = path.stat().st_size
        if size != entry.bytes:
            yield Fault("FILE_SIZE", entry.path, f"has {size} bytes, {entry.bytes} were published", _AGAIN)
        elif _sha256(path) != entry.sha256:
            yield Fault("HASH_MISMATCH", entry.path, "the content is not what was published", _AGAIN)
    except FileNotFoundError:
        yield Fault("FILE_MISSING", entry.path, "the manifest lists it, but it is not there", _AGAIN)
    except OSError as error:
        yield Fault("FILE_UNREADABLE", entry.path, error.strerror or str(error), "Check the file's permissions.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
