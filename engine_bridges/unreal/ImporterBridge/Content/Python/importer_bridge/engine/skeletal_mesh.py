"""A skeletal mesh with its skeleton, further levels, materials and sockets."""

from __future__ import annotations

from dataclasses import dataclass

import unreal

from ..job import Job
from ..keep import Keeper
from ..notes import Note, refuse
from ..slices import FRAME, Steps
from .assets import package_of
from .interchange import can_be_asked, import_file, remember_source, wait_until_idle
from .pipelines import mesh_pipeline
from .props import get, put
from .slots import fill_skeletal_slots, skeletal_slots

_LONGEST_FRAMES = 600  # until a level is there
Instances = dict[str, unreal.MaterialInstanceConstant]


@dataclass(frozen=True)
class _Before:
    """The mesh before an import; all None: there was none."""

    slots: dict[str, str | None] | None = None
    screen_sizes: list[float] | None = None
    sockets: tuple[unreal.SkeletalMeshSocket, ...] = ()


def vertex_counts(mesh: unreal.SkeletalMesh) -> list[int]:
    """Return the vertices of each level; scripts cannot see triangles of skeletal meshes."""
    subsystem = _subsystem()
    return [subsystem.get_num_verts(mesh, level) for level in range(subsystem.get_lod_count(mesh))]


def check_unedited_skeletal(job: Job, mesh: unreal.SkeletalMesh) -> None:
    """Raise Refused if somebody has changed level 0 in Unreal."""
    last = job.previous.get("counts")
    if last and vertex_counts(mesh)[:1] != last[:1] and not job.replace_edits:
        fix = 'Move or rename it, or use "Import again, replacing edits" in the menu.'
        raise refuse("FILE_EDITED", "its geometry was changed in Unreal", package_of(mesh), fix)


def import_skeletal_mesh(
    job: Job, name: str, existing: unreal.SkeletalMesh | None, instances: Instances, keeper: Keeper, blocking: bool
) -> Steps[tuple[unreal.SkeletalMesh, list[Note]]]:
    """Import the mesh, or update it where it lies, and set it up; return it with warnings."""
    before = _Before() if existing is None else _snapshot(existing)
    level = job.manifest.levels[0]
    pipeline = mesh_pipeline(job.manifest, job.manifest.format == "fbx")
    mesh = yield from import_file(
        *(job.copies[level.file], job.content, name, unreal.SkeletalMesh, pipeline, existing, blocking),
    )
    notes = fill_skeletal_slots(job, mesh, before.slots, instances, keeper)
    yield FRAME
    if job.manifest.format == "glb":
        yield from _import_levels(job, mesh, blocking)
    _set_screen_sizes(job, mesh, before.screen_sizes, keeper)
    for socket in before.sockets:
        socket_name = socket.get_editor_property("socket_name")
        if socket_name not in [other.get_editor_property("socket_name") for other in _sockets(mesh)]:
            mesh.add_socket(socket)
    data = mesh.get_editor_property("asset_import_data")
    remember_source(mesh, data if isinstance(data, unreal.AssetImportData) else None, job.published / level.file)
    return mesh, notes


def _import_levels(job: Job, mesh: unreal.SkeletalMesh, blocking: bool) -> Steps[None]:
    subsystem = _subsystem()
    # Where nobody can be asked whether a level is still being replaced, it must be seen to appear.
    staying = len(job.manifest.levels) if can_be_asked() else 1
    surplus = list(range(staying, subsystem.get_lod_count(mesh)))
    if surplus:
        _remove_levels(mesh, unreal.Array.cast(int, surplus))
    for number, level in enumerate(job.manifest.levels[1:], start=1):
        if subsystem.import_lod(mesh, number, str(job.copies[level.file])) != number:
            raise refuse("IMPORT_FAILED", f"Unreal could not import level {number}", level.file, "See the log.")
        yield FRAME
        yield from wait_until_idle(blocking)
        for _ in range(_LONGEST_FRAMES):
            if blocking or subsystem.get_lod_count(mesh) > number:
                break
            yield FRAME


def _remove_levels(mesh: unreal.SkeletalMesh, levels: unreal.Array[int]) -> None:
    subsystem = _subsystem()
    if hasattr(subsystem, "remove_lods"):
        subsystem.remove_lods(mesh, levels)
    else:  # up to 5.4
        unreal.EditorSkeletalMeshLibrary.remove_lo_ds(mesh, levels)


def _set_screen_sizes(job: Job, mesh: unreal.SkeletalMesh, before: list[float] | None, keeper: Keeper) -> None:
    wanted = [round(level.screen_size, 4) for level in job.manifest.levels]
    now = None if before is None else [round(size, 4) for size in before]
    sizes = before if keeper.is_artists("lod_screen_sizes", now, wanted) and before else wanted
    levels = list(_lod_info(mesh))
    for info, size in zip(levels, sizes):
        put(info, {"screen_size": unreal.PerPlatformFloat(size)})
    put(mesh, {"lod_info": unreal.Array.cast(unreal.SkeletalMeshLODInfo, levels)})  # Unreal hands out copies


def skeletal_screen_sizes(mesh: unreal.SkeletalMesh) -> list[float]:
    """Return the levels' screen sizes."""
    return [float(get(get(info, "screen_size"), "default")) for info in _lod_info(mesh)]


def _snapshot(mesh: unreal.SkeletalMesh) -> _Before:
    return _Before(skeletal_slots(mesh), skeletal_screen_sizes(mesh), tuple(_sockets(mesh)))


def _sockets(mesh: unreal.SkeletalMesh) -> list[unreal.SkeletalMeshSocket]:
    return [mesh.get_socket_by_index(index) for index in range(mesh.num_sockets())]


def _lod_info(mesh: unreal.SkeletalMesh) -> unreal.Array[unreal.SkeletalMeshLODInfo]:
    return unreal.Array.cast(unreal.SkeletalMeshLODInfo, mesh.get_editor_property("lod_info"))


def _subsystem() -> unreal.SkeletalMeshEditorSubsystem:
    found = unreal.get_editor_subsystem(unreal.SkeletalMeshEditorSubsystem)
    if found is None:
        raise refuse("IMPORT_FAILED", "this editor has no SkeletalMeshEditorSubsystem", "", "Use the full editor.")
    return found
