"""The editor's libraries: assets by path, version control, paths, menus."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import Any

from tests.bridges.unreal_fake.core import Array, Object, make
from tests.bridges.unreal_fake.world import world

SourceControlState = make("SourceControlState")
MultiBlockType, ToolMenuStringCommandType = make("MultiBlockType"), make("ToolMenuStringCommandType")
Interface = make("Interface")


def follow(path: str) -> str:
    """Return the package that a path or a redirector leads to."""
    package = str(path).partition(".")[0]
    while package in world.redirectors and package not in world.assets:
        package = world.redirectors[package]
    return package


class EditorAssetLibrary(Object):
    @classmethod
    def does_asset_exist(cls, asset_path: str) -> bool:
        return follow(asset_path) in world.assets

    @classmethod
    def list_assets(cls, directory_path: str, recursive: bool = True, include_folder: bool = False) -> Array:
        found = [path for path in world.assets if path.startswith(f"{directory_path}/")]
        return Array(f"{path}.{path.rpartition('/')[2]}" for path in sorted(found))

    @classmethod
    def rename_loaded_asset(cls, source_asset: Any, destination_asset_path: str) -> bool:
        del world.assets[source_asset._path]
        world.add(destination_asset_path, source_asset)
        return True

    @classmethod
    def delete_loaded_asset(cls, asset_to_delete: Any) -> bool:
        world.delete(asset_to_delete._path)
        return True

    @classmethod
    def duplicate_asset(cls, source_asset_path: str, destination_asset_path: str) -> Any:
        source = world.assets[source_asset_path]
        other = copy.copy(source)
        other.__dict__.update(_tags=dict(source._tags), _values=dict(source._values))
        if hasattr(source, "_levels"):
            other.__dict__["_levels"] = list(source._levels)
        return world.add(destination_asset_path, other)

    @classmethod
    def find_package_referencers_for_asset(cls, asset_path: str, load_assets_to_confirm: bool = False) -> Array:
        return Array(["/Game/Level"] if "is_used" in world.faults else [])

    @classmethod
    def get_metadata_tag(cls, object: Any, tag: str) -> str:
        return object._tags.get(str(tag), "")

    @classmethod
    def set_metadata_tag(cls, object: Any, tag: str, value: str) -> None:
        object._tags[str(tag)] = value

    @classmethod
    def save_loaded_asset(cls, asset_to_save: Any, only_if_is_dirty: bool = True) -> bool:
        file = world.uasset(asset_to_save._path)
        if world.is_playing or "disk_is_full" in world.faults or (file.exists() and not file.stat().st_mode & 0o200):
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(type(asset_to_save).__name__)
        return True


class AssetTools(Object):
    def create_asset(
        self, asset_name: str, package_path: str, asset_class: type, factory: Any, calling_context: str = "None"
    ) -> Any:
        if f"{package_path}/{asset_name}" in world.assets or "create_asset" in world.faults:
            return None  # Unreal would ask whether to replace it
        return world.add(f"{package_path}/{asset_name}", asset_class())


class AssetToolsHelpers(Object):
    @classmethod
    def get_asset_tools(cls) -> AssetTools:
        return AssetTools()


class SourceControl(Object):
    @classmethod
    def is_enabled(cls) -> bool:
        return world.files is not None

    @classmethod
    def is_available(cls) -> bool:
        return world.files is not None

    @classmethod
    def query_file_state(cls, file: str, silent: bool = False) -> Any:
        assert world.files is not None
        known = world.files.get(Path(file).stem)
        if known is None:
            return SourceControlState(filename=file, is_valid=True, can_add=True, is_source_controlled=False)
        return SourceControlState(filename=file, is_valid=True, is_source_controlled=True, **known)

    @classmethod
    def check_out_or_add_file(cls, file: str, silent: bool = False) -> bool:
        if "check_out" in world.faults:
            return False
        os.chmod(file, 0o644)
        return True

    @classmethod
    def mark_file_for_add(cls, file: str, silent: bool = False) -> bool:
        return True

    @classmethod
    def last_error_msg(cls) -> str:
        return "the server does not answer"


class SystemLibrary(Object):
    @classmethod
    def get_engine_version(cls) -> str:
        return world.version

    @classmethod
    def get_command_line(cls) -> str:
        return world.command_line

    @classmethod
    def get_console_variable_int_value(cls, variable_name: str) -> int:
        return world.variables.get(variable_name, 0)

    @classmethod
    def begin_transaction(cls, context: str, description: str, primary_object: Any) -> int:
        world.transactions.append([])
        return len(world.transactions) - 1

    @classmethod
    def end_transaction(cls) -> int:
        steps = world.transactions.pop()
        for step in steps:
            world.undo_step(step)
        return len(world.transactions) + 1

    @classmethod
    def cancel_transaction(cls, index: int) -> None:
        assert index == 0, "Unreal cannot cancel a part of a transaction"
        world.transactions.clear()


class Paths(Object):
    @classmethod
    def project_dir(cls) -> str:
        return f"{world.project}/"

    @classmethod
    def project_content_dir(cls) -> str:
        return f"{world.project}/Content/"

    @classmethod
    def convert_relative_path_to_full(cls, path: str, base_path: str = "") -> str:
        return path


class LevelEditorSubsystem(Object):
    def is_in_play_in_editor(self) -> bool:
        return world.is_playing


class EditorUtilityLibrary(Object):
    @classmethod
    def get_selected_assets(cls) -> Array:
        return Array(world.selection)


class ToolMenuEntry(make("ToolMenuEntry")):  # type: ignore[misc]
    def set_label(self, label: str) -> None:
        self._values["_label"] = label

    def set_tool_tip(self, tool_tip: str) -> None:
        pass

    def set_string_command(self, type: Any, custom_type: str, string: str) -> None:
        self._values["_command"] = string


class ToolMenu(Object):
    def add_section(self, section_name: str, label: str = "", *_: Any) -> None:
        pass

    def add_menu_entry(self, section_name: str, args: ToolMenuEntry) -> None:
        world.menu.append((args._values["_label"], args._values["_command"]))


class ToolMenus(Object):
    @classmethod
    def get(cls) -> ToolMenus:
        return ToolMenus()

    def find_menu(self, name: str) -> Any:
        return None if "no_menus" in world.faults else ToolMenu()

    def refresh_all_widgets(self) -> None:
        pass
