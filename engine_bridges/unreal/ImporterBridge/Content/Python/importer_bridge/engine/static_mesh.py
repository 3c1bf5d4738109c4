"""A static mesh: level 0 with its hulls, further levels, materials, sockets."""

from __future__ import annotations

from dataclasses import dataclass

import unreal

from ..job import Job
from ..keep import Keeper
from ..notes import Note, refuse
from ..slices import FRAME, Steps
from .assets import package_of
from .collision import settle_collision, shapes_of
from .editor_access import static_meshes
from .interchange import import_file, remember_source
from .levels import counts, screen_sizes, set_levels, set_screen_sizes
from .pipelines import mesh_pipeline
from .props import get
from .slots import fill_static_slots, static_slots

Instances = dict[str, unreal.MaterialInstanceConstant]


@dataclass(frozen=True)
class _Before:
    """The mesh before an import; all None: there was none."""

    slots: list[str | None] | None = None
    counts: list[list[int]] | None = None
    screen_sizes: list[float] | None = None
    shapes: unreal.KAggregateGeom | None = None
    sockets: tuple[unreal.StaticMeshSocket, ...] = ()


def check_unedited(job: Job, mesh: unreal.StaticMesh) -> None:
    """Raise Refused if somebody has changed the geometry of level 0 in Unreal: an update would lose that."""
    last = job.previous.get("counts")
    now = counts(mesh)[:1]
    is_ours = not last or now == last[:1] or (now and now[0][0] == job.manifest.levels[0].triangles)
    if not is_ours and not job.replace_edits:
        fix = 'Move or rename it, or use "Import again, replacing edits" in the menu.'
        raise refuse("FILE_EDITED", "its geometry was changed in Unreal", package_of(mesh), fix)


def import_static_mesh(
    job: Job, name: str, existing: unreal.StaticMesh | None, instances: Instances, keeper: Keeper, blocking: bool
) -> Steps[tuple[unreal.StaticMesh, list[Note]]]:
    """Import the mesh, or update it where it lies, and set it up; return it with warnings."""
    before = _Before() if existing is None else _snapshot(existing)
    level = job.manifest.levels[0]
    pipeline = mesh_pipeline(job.manifest, job.manifest.format == "fbx")
    mesh = yield from import_file(
        *(job.copies[level.file], job.content, name, unreal.StaticMesh, pipeline, existing, blocking),
    )
    notes = fill_static_slots(job, mesh, before.slots, instances, keeper)
    yield FRAME
    yield from set_levels(job, mesh, before.counts, keeper, job.previous.get("counts"), blocking)
    set_screen_sizes(job, mesh, before.screen_sizes, keeper)
    settle_collision(mesh, before.shapes, keeper)
    yield FRAME
    for socket in before.sockets:
        if mesh.find_socket(socket.get_editor_property("socket_name")) is None:
            mesh.add_socket(socket)
    notes += _nanite_note(mesh)
    data = mesh.get_editor_property("asset_import_data")
    remember_source(mesh, data if isinstance(data, unreal.AssetImportData) else None, job.published / level.file)
    return mesh, notes


def _snapshot(mesh: unreal.StaticMesh) -> _Before:
    return _Before(static_slots(mesh), counts(mesh), screen_sizes(mesh), shapes_of(mesh), _sockets(mesh))


def _sockets(mesh: unreal.StaticMesh) -> tuple[unreal.StaticMeshSocket, ...]:
    """Return all sockets. A mesh lists those of one tag only; a component knows the names of all."""
    component = unreal.StaticMeshComponent()
    component.set_static_mesh(mesh)
    return tuple(mesh.find_socket(name) for name in component.get_all_socket_names())


def _nanite_note(mesh: unreal.StaticMesh) -> list[Note]:
    if not get(static_meshes().get_nanite_settings(mesh), "enabled"):
        return []
    what = "Nanite is on: Unreal draws its own levels, and counts the triangles of Nanite's fallback mesh"
    return [Note("ENGINE_WARNING", what, package_of(mesh), "Turn Nanite off to have the asset's own levels.")]
