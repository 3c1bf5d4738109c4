"""The entries of the menu Tools > Importer."""

from __future__ import annotations

from dataclasses import replace

import unreal

from ..config import FILE
from .assets import KEY_TAG, load, read_tag
from .editor import runner
from .start import project_folder, tell

_MENU = "LevelEditor.MainMenu.Tools"
_OWNER = "ImporterBridge"
_ENTRIES = (
    ("look_now", "Look for new assets now", "Do not wait for the next look"),
    ("import_again", "Import selected assets again", "Also what was deleted or is up to date; your settings stay"),
    ("replace_edits", "Import selected assets again, replacing edits", "Keeps a copy of an edited mesh"),
    ("remove_left_over", "Remove left-over assets", "Delete what is no longer part of an asset and nobody uses"),
    ("pause", "Pause or go on", "Stop looking until this is chosen again"),
    ("show_configuration", "Where is the configuration?", "Write its path to the log"),
)


def add_menu() -> None:
    """Add the entries, where the editor has menus."""
    menu = unreal.ToolMenus.get().find_menu(unreal.Name(_MENU))
    if menu is None:
        return
    section = unreal.Name("Importer")
    menu.add_section(section, unreal.Text("Importer"))
    for name, label, hint in _ENTRIES:
        entry = unreal.ToolMenuEntry(unreal.Name(f"{_OWNER}.{name}"), type=unreal.MultiBlockType.MENU_ENTRY)
        entry.set_label(unreal.Text(label))
        entry.set_tool_tip(unreal.Text(hint))
        command = f"from importer_bridge.engine import commands; commands.{name}()"
        entry.set_string_command(unreal.ToolMenuStringCommandType.PYTHON, unreal.Name(""), command)
        menu.add_menu_entry(section, entry)
    unreal.ToolMenus.get().refresh_all_widgets()


def look_now() -> None:
    """Look at the watched folders in the next frame."""
    runner.next_look = 0.0


def import_again(replacing_edits: bool = False) -> None:
    """Import the assets of the selection again, though nothing has changed."""
    if runner.session is None:
        return
    keys = {read_tag(asset, KEY_TAG) for asset in unreal.EditorUtilityLibrary.get_selected_assets()}
    if not unreal.EditorUtilityLibrary.get_selected_assets():  # nothing selected: what was deleted in Unreal
        keys = {key for key, entry in runner.session.state.items() if _is_gone(entry.engine.get("objects", {}))}
    for key in sorted(keys & set(runner.session.state)):
        runner.session.again[key] = replacing_edits
    tell("info", f"to be imported again: {', '.join(sorted(runner.session.again)) or 'nothing; select an asset'}")
    look_now()


def replace_edits() -> None:
    """As `import_again`; an edited mesh and changed settings are replaced."""
    import_again(replacing_edits=True)


def remove_left_over() -> None:
    """Delete assets that are no longer part of theirs, that the bridge made and that nothing refers to."""
    if runner.session is None:
        return
    for key, entry in sorted(runner.session.state.items()):
        stay = {path: role for path, role in entry.left_over.items() if not _remove(path, key)}
        if stay != entry.left_over:
            runner.session.keep(key, replace(entry, left_over=stay))


def pause() -> None:
    """Stop looking, or go on."""
    runner.is_paused = not runner.is_paused
    tell("info", "paused" if runner.is_paused else "goes on")


def show_configuration() -> None:
    """Write the path of the configuration to the log."""
    tell("info", f"{project_folder() / FILE}; see docs/bridges.md, Configuration")


def _is_gone(objects: dict[str, str]) -> bool:
    return bool(objects) and not unreal.EditorAssetLibrary.does_asset_exist(objects.get("mesh", ""))


def _remove(path: str, key: str) -> bool:
    asset = load(path, unreal.Object)
    if asset is None:
        return True
    if read_tag(asset, KEY_TAG) != key or unreal.EditorAssetLibrary.find_package_referencers_for_asset(path):
        tell("warning", f"{path} stays: it is used, or somebody else's")
        return False
    return unreal.EditorAssetLibrary.delete_loaded_asset(asset)
