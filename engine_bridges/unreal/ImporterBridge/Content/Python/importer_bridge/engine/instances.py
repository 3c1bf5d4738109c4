"""Material instances: one for each slot of the mesh, over the master material."""

from __future__ import annotations

import unreal

from ..job import Job
from ..keep import Keeper
from ..notes import refuse
from ..records import Material
from .assets import load
from .master import parameter_of
from .props import plain


def instance_name(material: str) -> str:
    """Return the asset's name for a slot.

    Examples
    --------
    >>> [instance_name("M_chair"), instance_name("chair")]
    ['MI_chair', 'MI_chair']
    """
    return f"MI_{material[2:] if material.startswith('M_') else material}"


def set_up_instance(
    job: Job,
    material: Material,
    path: str,
    master: unreal.Material,
    textures: dict[str, unreal.Texture2D],
    keeper: Keeper,
) -> unreal.MaterialInstanceConstant:
    """Make the instance at ``path``, or update it there; parent and textures that an artist changed stay."""
    library = unreal.MaterialEditingLibrary
    instance = load(path, unreal.MaterialInstanceConstant)
    is_new = instance is None
    if instance is None:
        instance = _make(path)
    parent = None if is_new else plain(instance.get_editor_property("parent"))
    if not keeper.is_artists(f"{material.name}: parent", parent, plain(master)) and parent != plain(master):
        library.set_material_instance_parent(instance, master)
    for slot, file in sorted(material.textures.items()):
        parameter, texture = parameter_of(slot), textures[file]
        if parameter is None:
            continue
        name = unreal.Name(parameter)
        now = None if is_new else plain(library.get_material_instance_texture_parameter_value(instance, name))
        if not keeper.is_artists(f"{material.name}: {parameter}", now, plain(texture)) and now != plain(texture):
            library.set_material_instance_texture_parameter_value(instance, name, texture)
    library.update_material_instance(instance)
    return instance


def _make(path: str) -> unreal.MaterialInstanceConstant:
    folder, _, name = path.rpartition("/")
    tools = unreal.AssetToolsHelpers.get_asset_tools()
    made = tools.create_asset(
        *(name, folder, unreal.MaterialInstanceConstant.static_class(), unreal.MaterialInstanceConstantFactoryNew()),
    )
    if not isinstance(made, unreal.MaterialInstanceConstant):
        raise refuse("IMPORT_FAILED", "Unreal could not make the material instance", path, "See the log.")
    return made
