"""Levels of detail of a static mesh, and their screen sizes."""

from __future__ import annotations

from typing import Any

import unreal

from ..job import Job
from ..keep import Keeper
from ..notes import refuse
from ..slices import FRAME, Steps
from .assets import package_of
from .editor_access import static_meshes
from .interchange import import_file
from .pipelines import mesh_pipeline

TEMPORARY = "ImporterBridge_Temporary"  # folder below the asset's; empty but for the moment of an import


def counts(mesh: unreal.StaticMesh) -> list[list[int]]:
    """Return triangles and vertices of each level's own geometry; zeros for a level that Unreal has reduced itself."""
    found = []
    for level in range(mesh.get_num_lods()):
        description = mesh.get_static_mesh_description(level)
        if description is None or description.is_empty():
            found.append([0, 0])
        else:
            found.append([description.get_triangle_count(), description.get_vertex_count()])
    return found


def set_levels(
    job: Job, mesh: unreal.StaticMesh, before: list[list[int]] | None, keeper: Keeper, last: Any, blocking: bool
) -> Steps[None]:
    """Import the further levels and put them into the mesh, unless an artist has made others.

    Parameters
    ----------
    before : list or None
        `counts` before this import; None for a new mesh.
    last : list or None
        `counts` after the import before.
    """
    further = job.manifest.levels[1:]
    if before is not None and last is not None and before[1:] != last[1:] and not job.replace_edits:
        wanted = [level.triangles for level in further]
        keeper.wanted["levels"], keeper.kept["levels"] = wanted, [count[0] for count in before[1:]]
        return
    editor = static_meshes()
    if job.manifest.format == "glb":
        if mesh.get_num_lods() > len(job.manifest.levels) and not editor.remove_lods(mesh):
            raise refuse("IMPORT_FAILED", "Unreal could not remove the old levels", package_of(mesh), "See the log.")
        for number, level in enumerate(further, start=1):
            yield from _set_level(job, mesh, number, level.file, level.node, blocking)
    yield FRAME


def _set_level(job: Job, mesh: unreal.StaticMesh, number: int, file: str, node: str, blocking: bool) -> Steps[None]:
    folder = f"{package_of(mesh).rpartition('/')[0]}/{TEMPORARY}"
    pipeline = mesh_pipeline(job.manifest, False)
    other = yield from import_file(job.copies[file], folder, node, unreal.StaticMesh, pipeline, None, blocking)
    try:
        # Slots are matched by the material in them.
        for slot in range(static_meshes().get_number_materials(mesh)):
            other.set_material(slot, mesh.get_material(slot))
        if static_meshes().set_lod_from_static_mesh(mesh, number, other, 0, True) != number:
            raise refuse("IMPORT_FAILED", f"Unreal could not set level {number}", file, "See the log.")
    finally:
        unreal.EditorAssetLibrary.delete_loaded_asset(other)  # the bridge's own, made a moment ago
    yield FRAME


def set_screen_sizes(job: Job, mesh: unreal.StaticMesh, before: list[float] | None, keeper: Keeper) -> None:
    """Set the levels' screen sizes; those that an artist has set stay."""
    wanted = [level.screen_size for level in job.manifest.levels]
    now = None if before is None else _rounded(before)
    editor = static_meshes()
    if keeper.is_artists("lod_screen_sizes", now, _rounded(wanted)):
        editor.set_lod_screen_sizes(mesh, unreal.Array.cast(float, before))
        return
    is_set = _rounded(screen_sizes(mesh)) == _rounded(wanted) and not mesh.is_lod_screen_size_auto_computed()
    if not is_set and not editor.set_lod_screen_sizes(mesh, unreal.Array.cast(float, wanted)):
        raise refuse("IMPORT_FAILED", "Unreal did not take the screen sizes", package_of(mesh), "See the log.")


def screen_sizes(mesh: unreal.StaticMesh) -> list[float]:
    """Return the levels' screen sizes."""
    return [float(size) for size in static_meshes().get_lod_screen_sizes(mesh)]


def _rounded(sizes: list[float]) -> list[float]:
    return [round(size, 4) for size in sizes]  # Unreal holds 32 bits
