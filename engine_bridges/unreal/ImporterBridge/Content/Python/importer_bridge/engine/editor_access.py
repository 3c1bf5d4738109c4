"""The editor's subsystems, which can be missing in a build of the engine without them."""

from __future__ import annotations

import unreal

from ..notes import refuse


def static_meshes() -> unreal.StaticMeshEditorSubsystem:
    """Return the subsystem for static meshes."""
    found = unreal.get_editor_subsystem(unreal.StaticMeshEditorSubsystem)
    if found is None:
        raise refuse("IMPORT_FAILED", "this editor has no StaticMeshEditorSubsystem", "", "Use the full editor.")
    return found


def is_playing() -> bool:
    """Whether the game runs in the editor: assets must not be changed then."""
    found = unreal.get_editor_subsystem(unreal.LevelEditorSubsystem)
    return found is not None and found.is_in_play_in_editor()
