"""Material slots of meshes."""

from __future__ import annotations

import unreal

from ..job import Job
from ..keep import Keeper
from ..notes import Note
from .editor_access import static_meshes
from .props import get, plain, put

GRID = "/Engine/EngineMaterials/WorldGridMaterial"  # what Unreal draws where a material is missing


def static_slots(mesh: unreal.StaticMesh) -> list[str | None]:
    """Return the path of the material in each slot."""
    return [plain(mesh.get_material(slot)) for slot in range(static_meshes().get_number_materials(mesh))]


def fill_static_slots(
    job: Job,
    mesh: unreal.StaticMesh,
    before: list[str | None] | None,
    instances: dict[str, unreal.MaterialInstanceConstant],
    keeper: Keeper,
) -> list[Note]:
    """Put the instances into the slots; a material that an artist has put there stays.

    Parameters
    ----------
    before : list or None
        `static_slots` before this import; None for a new mesh.
    """
    notes = []
    count = static_meshes().get_number_materials(mesh)
    for number, material in enumerate(job.manifest.materials):
        slot = mesh.get_material_index(unreal.Name(material.name))
        if slot < 0 and count == len(job.manifest.materials):
            slot = number
            notes.append(_renamed(material.name, slot))
        if slot < 0:
            continue  # the check of materials fails, and says which
        old = before[slot] if before is not None and slot < len(before) else None
        instance = instances[material.name]
        if keeper.is_artists(f"slot {material.name}", old, plain(instance)):
            theirs = unreal.load_asset(str(old))
            if isinstance(theirs, unreal.MaterialInterface) and plain(mesh.get_material(slot)) != old:
                mesh.set_material(slot, theirs)
        elif plain(mesh.get_material(slot)) != plain(instance):
            mesh.set_material(slot, instance)
    return notes


def skeletal_slots(mesh: unreal.SkeletalMesh) -> dict[str, str | None]:
    """Return the path of the material in each slot, by the slot's name."""
    return {_name(slot): plain(get(slot, "material_interface")) for slot in _skeletal(mesh)}


def fill_skeletal_slots(
    job: Job,
    mesh: unreal.SkeletalMesh,
    before: dict[str, str | None] | None,
    instances: dict[str, unreal.MaterialInstanceConstant],
    keeper: Keeper,
) -> list[Note]:
    """As `fill_static_slots`; ``before`` are `skeletal_slots`."""
    slots, notes = _skeletal(mesh), []
    names = [_name(slot) for slot in slots]
    for number, material in enumerate(job.manifest.materials):
        index = names.index(material.name) if material.name in names else -1
        if index < 0 and len(slots) == len(job.manifest.materials):
            index = number
            notes.append(_renamed(material.name, index))
        if index < 0:
            continue
        old = None if before is None else before.get(names[index])
        chosen: unreal.MaterialInterface = instances[material.name]
        if keeper.is_artists(f"slot {material.name}", old, plain(chosen)):
            theirs = unreal.load_asset(str(old))
            chosen = theirs if isinstance(theirs, unreal.MaterialInterface) else chosen
        put(slots[index], {"material_interface": chosen})
    # Unreal hands out copies: the whole array has to be set.
    put(mesh, {"materials": unreal.Array.cast(unreal.SkeletalMaterial, slots)})
    return notes


def _skeletal(mesh: unreal.SkeletalMesh) -> list[unreal.SkeletalMaterial]:
    return list(unreal.Array.cast(unreal.SkeletalMaterial, mesh.get_editor_property("materials")))


def _name(slot: unreal.SkeletalMaterial) -> str:
    return str(get(slot, "material_slot_name"))


def _renamed(name: str, slot: int) -> Note:
    return Note("ENGINE_WARNING", f"Unreal calls slot {slot} otherwise; it was taken for {name} by its place", name)
