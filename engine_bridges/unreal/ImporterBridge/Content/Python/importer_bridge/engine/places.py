"""Where the parts of an asset lie in the project: by what the state says, else by the manifest's names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import unreal

from ..job import Job
from ..notes import refuse
from ..paths import below
from .assets import KEY_TAG, check_writable, load, package_of, read_tag
from .instances import instance_name

MESH = "mesh"


@dataclass(frozen=True)
class Place:
    """One part: its role in the state, the package that it has or will have, and what it is."""

    role: str
    path: str
    kind: type[unreal.Object]
    exists: bool


def texture_role(job: Job, file: str) -> str:
    """Return the role of a texture."""
    return f"texture {below(file, job.manifest.folder)}"


def material_role(name: str) -> str:
    """Return the role of a material instance."""
    return f"material {name}"


def find_places(job: Job) -> dict[str, Place]:
    """Return the place of every part, by role. A part that was moved in Unreal is updated where it lies now."""
    mesh_kind = unreal.SkeletalMesh if job.manifest.bones else unreal.StaticMesh
    mesh = _place(job, MESH, f"{job.content}/{job.manifest.levels[0].node}", mesh_kind)
    folder = mesh.path.rpartition("/")[0]
    places = {MESH: mesh}
    for texture in job.manifest.textures:
        name = texture.file.rpartition("/")[2].rpartition(".")[0]
        role = texture_role(job, texture.file)
        places[role] = _place(job, role, f"{folder}/{name}", unreal.Texture2D)
    for material in job.manifest.materials:
        role = material_role(material.name)
        path = f"{folder}/{instance_name(material.name)}"
        places[role] = _place(job, role, path, unreal.MaterialInstanceConstant)
    return places


def _place(job: Job, role: str, default: str, kind: type[unreal.Object]) -> Place:
    for path in (job.previous.get("objects", {}).get(role, ""), default):
        found = load(path, kind)
        if found is not None and read_tag(found, KEY_TAG) == job.key:
            return Place(role, package_of(found), kind, True)
    return Place(role, default, kind, False)


def check_places(job: Job, places: dict[str, Place]) -> Iterator[None]:
    """Raise Refused if something else lies at a place, or a file cannot be written."""
    for place in places.values():
        if place.exists:
            check_writable(place.path)
        elif unreal.EditorAssetLibrary.does_asset_exist(place.path):
            what = "there is an asset of this name that the bridge has not made"
            raise refuse("FILE_IN_THE_WAY", what, place.path, "Rename it or move it away.")
        yield None


def take_back(places: dict[str, Place]) -> None:
    """Delete what a failed import has made where nothing was: the next try must not take it for somebody else's."""
    for place in (places[MESH], *reversed(places.values())):  # users before what they use
        made = None if place.exists else load(place.path, unreal.Object)
        if made is not None:
            unreal.EditorAssetLibrary.delete_loaded_asset(made)
