"""Unreal's side of the bridge: see `importer_bridge.job.Engine`."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field, replace
from typing import Any

import unreal

from ..job import Job, Measured, Outcome
from ..keep import Keeper
from ..notes import Note, refuse
from ..slices import FRAME, Steps
from .assets import KEY_TAG, MANIFEST_TAG, ROLE_TAG, check_out, load, package_of, save, write_tags
from .draw import Camera, why_not
from .editor_access import is_playing
from .instances import set_up_instance
from .interchange import is_working
from .levels import counts
from .master import master_material, parameter_of
from .measure import measure_skeletal, measure_static
from .places import MESH, Place, check_places, find_places, material_role, take_back, texture_role
from .skeletal_mesh import check_unedited_skeletal, import_skeletal_mesh, vertex_counts
from .static_mesh import check_unedited, import_static_mesh
from .textures import import_texture

Parts = dict[str, unreal.Object]


@dataclass(frozen=True)
class UnrealEngine:
    """``blocking``: wait for Unreal, as a build server does; else the editor goes on meanwhile."""

    blocking: bool
    camera: Camera = field(default_factory=Camera)

    def about(self) -> dict[str, Any]:
        """Return name, version, platform, and how it renders if the bridge can draw."""
        version = unreal.SystemLibrary.get_engine_version()
        renderer = None if why_not(self.blocking) else "deferred"
        return {"name": "unreal", "version": version[:100], "platform": platform.system(), "renderer": renderer}

    def is_busy(self) -> bool:
        """Whether the game is played, or Interchange imports something for somebody else."""
        return is_playing() or is_working()

    def check_destination(self, job: Job) -> Steps[None]:
        """Raise Refused before anything is changed: see docs/bridges.md and docs/unreal.md for the codes."""
        places = find_places(job)
        yield None
        yield from check_places(job, places)
        _check_unedited(job, places[MESH])

    def import_asset(self, job: Job) -> Steps[Outcome]:
        """Import textures, materials and mesh in this order, measure, save, draw; take back what a failure made."""
        places = find_places(job)
        try:
            return (yield from self._import(job, places))
        except Exception:
            take_back(places)
            raise

    def _import(self, job: Job, places: dict[str, Place]) -> Steps[Outcome]:
        for place in places.values():
            if place.exists:
                check_out(place.path)
                yield None
        notes = _copy_edited(job, places[MESH])
        keeper = Keeper(job.previous.get("settings", {}), job.replace_edits)
        parts: Parts = {}
        yield from _import_surface(job, places, keeper, parts, self.blocking)
        measured, found = yield from _import_mesh(job, places[MESH], keeper, parts, self.blocking)
        for role, part in parts.items():
            write_tags(part, {KEY_TAG: job.key, ROLE_TAG: role, MANIFEST_TAG: job.manifest.sha256})
            save(part)
            yield FRAME
        objects = {role: package_of(part) for role, part in parts.items()}
        old = job.previous.get("objects", {})
        left_over = {path: role for role, path in old.items() if role not in objects and path not in objects.values()}
        mesh = parts[MESH]
        now = counts(mesh) if isinstance(mesh, unreal.StaticMesh) else _vertex_counts(mesh)
        kept = {"objects": objects, "settings": keeper.wanted, "counts": now}
        drawn = yield from self.camera.draw(job, parts.values(), measured, self.blocking)
        measured = replace(measured, draw_errors=drawn.faults, unknown={**measured.unknown, **drawn.unknown})
        return Outcome(kept, measured, (*notes, *found, *keeper.notes(), *drawn.notes), left_over, drawn.pictures)


def _import_surface(job: Job, places: dict[str, Place], keeper: Keeper, parts: Parts, blocking: bool) -> Steps[None]:
    textures: dict[str, unreal.Texture2D] = {}
    for texture in job.manifest.textures:
        role = texture_role(job, texture.file)
        textures[texture.file] = yield from import_texture(job, texture, places[role].path, keeper, blocking)
        parts[role] = textures[texture.file]
    if not job.manifest.materials:
        return
    master = yield from master_material(blocking)
    for material in job.manifest.materials:
        role = material_role(material.name)
        parts[role] = set_up_instance(job, material, places[role].path, master, textures, keeper)
        yield FRAME


def _import_mesh(
    job: Job, place: Place, keeper: Keeper, parts: Parts, blocking: bool
) -> Steps[tuple[Measured, list[Note]]]:
    name = place.path.rpartition("/")[2]
    instances: dict[str, unreal.MaterialInstanceConstant] = {}
    for material in job.manifest.materials:
        part = parts[material_role(material.name)]
        if isinstance(part, unreal.MaterialInstanceConstant):
            instances[material.name] = part
    notes = [
        _unused(slot) for material in job.manifest.materials for slot in material.textures if not parameter_of(slot)
    ]
    if job.manifest.bones:
        before = load(place.path, unreal.SkeletalMesh)
        mesh, more = yield from import_skeletal_mesh(job, name, before, instances, keeper, blocking)
        parts[MESH] = mesh
        skeleton = mesh.get_editor_property("skeleton")
        if isinstance(skeleton, unreal.Skeleton):
            parts["skeleton"] = skeleton
        return measure_skeletal(job, mesh, keeper), notes + more
    existing = load(place.path, unreal.StaticMesh)
    static, more = yield from import_static_mesh(job, name, existing, instances, keeper, blocking)
    parts[MESH] = static
    measured = yield from measure_static(job, static, keeper)
    return measured, notes + more


def _unused(slot: str) -> Note:
    return Note("ENGINE_WARNING", "the master material has no parameter for this slot", slot, "Update the plugin.")


def _check_unedited(job: Job, place: Place) -> None:
    mesh = load(place.path, place.kind) if place.exists else None
    if isinstance(mesh, unreal.StaticMesh):
        check_unedited(job, mesh)
    elif isinstance(mesh, unreal.SkeletalMesh):
        check_unedited_skeletal(job, mesh)


def _copy_edited(job: Job, place: Place) -> list[Note]:
    """Before edits are replaced on request, keep them as ``<name>_edited_1``."""
    if not job.replace_edits or not place.exists:
        return []
    number = 1
    while unreal.EditorAssetLibrary.does_asset_exist(f"{place.path}_edited_{number}"):
        number += 1
    path = f"{place.path}_edited_{number}"
    copy = unreal.EditorAssetLibrary.duplicate_asset(place.path, path)
    if copy is None:
        raise refuse("IMPORT_FAILED", "Unreal could not copy it before replacing edits", place.path, "See the log.")
    write_tags(copy, {KEY_TAG: "", ROLE_TAG: "", MANIFEST_TAG: ""})
    save(copy)
    return [Note("ENGINE_WARNING", "the mesh as it was before edits were replaced", path, "Delete it if unwanted.")]


def _vertex_counts(mesh: unreal.Object) -> list[int]:
    return vertex_counts(mesh) if isinstance(mesh, unreal.SkeletalMesh) else []
