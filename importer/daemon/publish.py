"""Put a finished asset where engines look for it: the folder appears whole, and replaces an older one in one step."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from importer.errors import OutputError
from importer.pipeline.run import Asset
from importer.system.files import exchange_folders, output_error, require_space, sync_folder, write_synced
from importer.system.partial import abandoned, aside, partial_folder

_SPARE = 2**20  # folders and a journal take room too
_PATIENCE = 50  # times as long as a sweep took, until the next: it reads the names of all assets
REPORTS = "reports"
_next_sweep: dict[Path, float] = {}  # of this process, by folder; on a monotonic clock


class Unwanted(Exception):
    """Nobody wants the asset any more."""


def publish(asset: Asset, out_dir: Path, folder: str | None = None, may: Callable[[], bool] = lambda: True) -> Path:
    """Publish `asset` as ``<out_dir>/<asset.name>`` and return that folder.

    An older asset is replaced whole. Kept of it are ``reports/``, what engines said, and every file that the importer
    did not write, such as an engine's ``.meta`` and ``.import`` files. A folder that is right already is not touched.

    Parameters
    ----------
    folder : str, optional
        The folder's name where it is not the asset's.
    may : callable
        Asked at the last moment, when all is written.

    Raises
    ------
    OutputError
        The folder cannot be written: full disk, no permission, something in the way. Nothing is left of the attempt.
    Unwanted
        `may` has said no; nothing was published.
    """
    target = out_dir / (folder or asset.name)
    try:
        _sweep_at_times(out_dir)
        if target.is_dir() and _is_same(target, asset.files):
            return target
        if target.exists() and not target.is_dir():
            fix = "Move it away, or give the asset another name."
            raise OutputError("a file is in the way of the asset's folder", where=str(target), fix=fix)
        with partial_folder(out_dir, note=target.name) as partial:
            require_space(out_dir, sum(map(len, asset.files.values())) + _SPARE)
            _write(partial, asset.files)
            keep = _foreign(target, asset.files)
            _copy(target, partial, keep)
            _sync_tree(partial)
            if not may():
                raise Unwanted
            old = exchange_folders(partial, target, aside(partial))
            if old:
                _copy(old, target, _newer(old, target, _foreign(old, asset.files)))
                if old != partial:
                    shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise output_error(error, target) from error
    return target


def sweep(out_dir: Path) -> None:
    """Remove what publishers that died have left in `out_dir`; an asset that lay aside at that moment comes back."""
    for partial, name in abandoned(out_dir):
        if name and aside(partial).is_dir() and not (out_dir / name).exists():
            os.rename(aside(partial), out_dir / name)


def _sweep_at_times(out_dir: Path) -> None:
    began = time.monotonic()
    if began >= _next_sweep.get(out_dir, began):
        sweep(out_dir)
        ended = time.monotonic()
        _next_sweep[out_dir] = ended + (ended - began) * _PATIENCE


def published_files(folder: Path) -> set[str] | None:
    """Return the files that the manifest in a published folder lists, the manifest too; None where there is none."""
    for path in sorted(folder.glob("*.manifest.json")):
        try:
            listed = {entry["path"] for entry in json.loads(path.read_text("utf-8"))["files"]}
        except (OSError, ValueError, KeyError, TypeError):
            continue
        return listed | {path.name}
    return None


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in sorted(files.items()):
        path = folder / _checked(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_synced(path, data)


def _checked(name: str) -> str:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or ":" in name:
        raise OutputError(f"the asset has a file with the unsafe path {name!r}", fix="Report this.")
    return name


def _is_same(folder: Path, files: dict[str, bytes]) -> bool:
    """Return whether `folder` holds exactly these files, besides foreign ones: an engine would import in vain."""
    listed = published_files(folder)
    if listed is None or listed != set(files):
        return False
    return all((folder / name).is_file() and (folder / name).read_bytes() == data for name, data in files.items())


def _foreign(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Return the files in an older asset that no importer wrote and that the new one does not have."""
    if not folder.is_dir():
        return []
    listed = published_files(folder) or set()
    here = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in here if name not in files and (name not in listed or name.startswith(f"{REPORTS}/")))


def _newer(old: Path, new: Path, names: Iterable[str]) -> list[str]:
    """Return what changed in the old folder after it was copied: an engine may report at any moment."""
    return [name for name in names if not _same_times(old / name, new / name)]


def _same_times(one: Path, other: Path) -> bool:
    return other.exists() and one.stat().st_mtime_ns == other.stat().st_mtime_ns


def _copy(source: Path, target: Path, names: Iterable[str]) -> None:
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, target / name)


def _sync_tree(folder: Path) -> None:
    """Have every name in `folder` on the disk; the files' contents are there already."""
    for parent, _, _ in os.walk(folder):
        sync_folder(Path(parent))
