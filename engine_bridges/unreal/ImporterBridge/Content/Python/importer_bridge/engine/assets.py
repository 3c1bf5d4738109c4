"""Assets by path: loading, tagging, saving, and whether they may be changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import unreal

from ..notes import Refused, refuse

KEY_TAG = "Importer.Key"
ROLE_TAG = "Importer.Role"
MANIFEST_TAG = "Importer.Manifest"

A = TypeVar("A", bound=unreal.Object)


def load(path: str, kind: type[A]) -> A | None:
    """Return an asset, or None where there is none of this kind; a moved one is found by its redirector."""
    if not path or not unreal.EditorAssetLibrary.does_asset_exist(path):
        return None
    found = unreal.load_asset(path)
    return found if isinstance(found, kind) else None


def package_of(asset: unreal.Object) -> str:
    """Return the package's path, e.g. ``/Game/Imported/chair/SM_chair``."""
    return asset.get_path_name().partition(".")[0]


def read_tag(asset: unreal.Object, tag: str) -> str:
    """Return a metadata tag; empty where there is none."""
    return str(unreal.EditorAssetLibrary.get_metadata_tag(asset, unreal.Name(tag)))


def write_tags(asset: unreal.Object, tags: dict[str, str]) -> None:
    """Set metadata tags that differ."""
    for tag, value in tags.items():
        if read_tag(asset, tag) != value:
            unreal.EditorAssetLibrary.set_metadata_tag(asset, unreal.Name(tag), value)


def file_of(package: str) -> Path | None:
    """Return the .uasset file of a package in the project's content."""
    if not package.startswith("/Game/"):
        return None
    content = unreal.Paths.convert_relative_path_to_full(unreal.Paths.project_content_dir())
    return Path(content) / f"{package[len('/Game/') :]}.uasset"


def check_writable(package: str) -> None:
    """Raise Refused if the asset's file cannot be saved afterwards: nothing must be changed then."""
    file = file_of(package)
    if file is None or not file.exists():
        return
    if _has_version_control():
        state = unreal.SourceControl.query_file_state(str(file), True)
        if state.is_valid and state.is_checked_out_other:
            raise _locked(
                package, f"{state.checked_out_other} has it checked out", "Ask for it to be checked in, then sync."
            )
        if state.is_valid and state.is_source_controlled and not state.is_current:
            raise _locked(package, "it is not the latest version", "Sync it.")
        if state.is_valid and (state.can_edit or state.can_check_out or state.can_add):
            return
    if not os.access(file, os.W_OK):
        raise _locked(package, "its file is read-only", "Check it out, or make it writable.")


def check_out(package: str) -> None:
    """Check the asset's file out, where there is version control and the file is in it."""
    file = file_of(package)
    if file is None or not file.exists() or not _has_version_control():
        return
    if not unreal.SourceControl.check_out_or_add_file(str(file), True):
        raise _locked(package, f"it cannot be checked out: {unreal.SourceControl.last_error_msg()}", "Check it out.")


def check_out_file(file: Path) -> bool:
    """Check a file out that is no asset."""
    return _has_version_control() and unreal.SourceControl.check_out_or_add_file(str(file), True)


def save(asset: unreal.Object) -> None:
    """Save an asset, and mark a new file for add."""
    package = package_of(asset)
    file = file_of(package)
    is_new = file is None or not file.exists()
    if not unreal.EditorAssetLibrary.save_loaded_asset(asset, False):
        raise _locked(package, "Unreal could not save it", "See the log: the disk may be full, or the file read-only.")
    if is_new and file is not None and _has_version_control():
        unreal.SourceControl.mark_file_for_add(str(file), True)


def _has_version_control() -> bool:
    return unreal.SourceControl.is_enabled() and unreal.SourceControl.is_available()


def _locked(package: str, why: str, fix: str) -> Refused:
    return refuse("FILE_LOCKED", why, package, fix)
