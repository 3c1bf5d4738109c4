"""One file through Interchange.

Scripts reach all of its manager from 5.6 on. 5.5 has no way to ask whether it works or can read a file; 5.4 has no
imports that go on meanwhile either, so there an import holds the editor for as long as it takes.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TypeVar

import unreal

from ..notes import refuse
from ..slices import FRAME, Steps
from .assets import load, package_of
from .props import put

A = TypeVar("A", bound=unreal.Object)
_PLUGINS = "Enable the plugins Interchange Framework and Interchange Editor."
_FBX = "Set Interchange.FeatureFlags.Import.FBX=1 under [ConsoleVariables] in DefaultEngine.ini, or format to glb."
_LONGEST_S = 600.0  # of one import, where nobody can be asked whether it goes on
_FIX = 'See the log for LogInterchangeEngine, then use "Import again" in the menu.'


def import_file(
    source: Path,
    folder: str,
    name: str,
    kind: type[A],
    pipeline: unreal.InterchangePipelineBase,
    existing: A | None,
    blocking: bool,
) -> Steps[A]:
    """Import a file, or import it again into an asset that exists, which keeps its path and identity.

    Parameters
    ----------
    folder, name : str
        Where the asset goes, e.g. ``/Game/Imported/chair`` and ``SM_chair``.
    existing : optional
        The asset to update, wherever it lies now.
    blocking : bool
        Wait for the result, as a build server does; else the editor goes on meanwhile.

    Raises
    ------
    Refused
        ``FORMAT_UNREADABLE``, ``IMPORT_FAILED``.
    """
    manager = unreal.InterchangeManager.get_interchange_manager_scripted()
    data = unreal.InterchangeManager.create_source_data(str(source))
    if hasattr(manager, "can_translate_source_data") and not manager.can_translate_source_data(data):
        what = f"Interchange has no reader for {source.suffix} files"
        raise refuse("FORMAT_UNREADABLE", what, source.name, _fix_of(source, _PLUGINS))
    parameters = _parameters(pipeline, existing)
    yield FRAME
    if blocking or not hasattr(manager, "scripted_import_asset_async"):
        done = manager.import_asset(folder, data, parameters)
    else:
        done = yield from _import_meanwhile(manager, folder, data, parameters)
    if not done:  # None, False up to 5.4, or no objects
        raise refuse("IMPORT_FAILED", "Interchange imported nothing", source.name, _fix_of(source, _FIX))
    imported = existing or _find(folder, name, kind)
    if imported is None:
        raise refuse("IMPORT_FAILED", f"Interchange made no {kind.__name__} {name}", source.name, _FIX)
    yield FRAME
    return imported


def _fix_of(source: Path, otherwise: str) -> str:
    """Return what to do about a file that Interchange does not read; its FBX reader is off in 5.4, and often later."""
    is_off = not unreal.SystemLibrary.get_console_variable_int_value("Interchange.FeatureFlags.Import.FBX")
    return _FBX if source.suffix == ".fbx" and is_off else otherwise


def _parameters(
    pipeline: unreal.InterchangePipelineBase, existing: unreal.Object | None
) -> unreal.ImportAssetParameters:
    stack = unreal.InterchangePipelineStackOverride()
    stack.add_pipeline(pipeline)
    parameters = unreal.ImportAssetParameters()
    put(
        parameters,
        {
            "is_automated": True,
            "replace_existing": True,
            "override_pipelines": stack.get_editor_property("override_pipelines"),
        },
    )
    if existing is not None:
        put(parameters, {"reimport_asset": existing})
    return parameters


def _import_meanwhile(
    manager: unreal.InterchangeManager,
    folder: str,
    data: unreal.InterchangeSourceData,
    parameters: unreal.ImportAssetParameters,
) -> Steps[object]:
    results: list[object] = []
    done = unreal.OnImportDoneDynamic()
    done.bind_callable(results.append)
    put(parameters, {"on_assets_import_done": done})
    if not manager.scripted_import_asset_async(folder, data, parameters):
        return None
    end, idle = time.monotonic() + _LONGEST_S, 0
    while not results and idle < 3 and time.monotonic() < end:
        yield FRAME
        # Frames in which Interchange has nothing to do, and has not called back.
        idle = idle + 1 if can_be_asked() and not is_working() else 0
    # Whoever did not call back may still have imported: the caller looks for the asset.
    return results[0] if results else True


def can_be_asked() -> bool:
    """Whether scripts see what Interchange is doing: from 5.6 on."""
    return hasattr(unreal.InterchangeManager.get_interchange_manager_scripted(), "is_interchange_active")


def is_working() -> bool:
    """Whether Interchange imports something; False where scripts cannot ask."""
    return can_be_asked() and unreal.InterchangeManager.get_interchange_manager_scripted().is_interchange_active()


def wait_until_idle(blocking: bool) -> Steps[None]:
    """Wait for what Interchange does after a call has come back, e.g. for a level of a skeletal mesh."""
    manager = unreal.InterchangeManager.get_interchange_manager_scripted()
    if blocking and hasattr(manager, "wait_until_all_tasks_done"):
        manager.wait_until_all_tasks_done(False)
    while is_working():
        yield FRAME


def _find(folder: str, name: str, kind: type[A]) -> A | None:
    """Return what was imported; where a version names it otherwise or puts it into a folder of its own, move it."""
    found = load(f"{folder}/{name}", kind)
    if found is not None:
        return found
    paths = [str(path) for path in unreal.EditorAssetLibrary.list_assets(folder, True, False)]
    others = [other for other in (load(path, kind) for path in paths) if other is not None]
    named = [other for other in others if package_of(other).rpartition("/")[2] == name]
    chosen = named or others
    if len(chosen) != 1 or not unreal.EditorAssetLibrary.rename_loaded_asset(chosen[0], f"{folder}/{name}"):
        return None
    return chosen[0]


def remember_source(asset: unreal.Object, data: unreal.AssetImportData | None, source: Path) -> None:
    """Have "Reimport" in the content browser read the published file, and not the copy that is gone."""
    if data is not None and data.get_first_filename() != str(source):
        asset.modify()
        data.scripted_add_filename(str(source), 0, "")
