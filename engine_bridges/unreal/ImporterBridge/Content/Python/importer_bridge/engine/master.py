"""The master material that all of the bridge's material instances share; made once, and never touched again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import unreal

from ..notes import refuse
from ..slices import Steps
from .assets import load, save
from .interchange import import_file
from .pipelines import texture_pipeline
from .props import put

FOLDER = "/Game/ImporterBridge"
NAME = "M_ImporterBridge"
_RESOURCES = Path(__file__).resolve().parents[4] / "Resources"


@dataclass(frozen=True)
class Parameter:
    """A texture parameter, for one slot of the manifest's materials."""

    slot: str
    name: str
    default: str  # a picture of one colour; a parameter without texture does not compile
    outputs: tuple[tuple[str, str], ...]  # of the sample, and the material's input


PARAMETERS = (
    Parameter("base_color", "BaseColor", "T_ImporterBridge_BC", (("RGB", "MP_BASE_COLOR"),)),
    Parameter("normal", "Normal", "T_ImporterBridge_N", (("RGB", "MP_NORMAL"),)),
    Parameter(
        *("orm", "ORM", "T_ImporterBridge_ORM"),
        (("R", "MP_AMBIENT_OCCLUSION"), ("G", "MP_ROUGHNESS"), ("B", "MP_METALLIC")),
    ),
)


def parameter_of(slot: str) -> str | None:
    """Return the parameter for a slot of a material; None for slots that this bridge does not know."""
    return next((parameter.name for parameter in PARAMETERS if parameter.slot == slot), None)


def master_material(blocking: bool) -> Steps[unreal.Material]:
    """Return the master material; make it where it is missing.

    Raises
    ------
    Refused
        ``FILE_IN_THE_WAY``: there is something else of its name, or one without the parameters.
    """
    path = f"{FOLDER}/{NAME}"
    if unreal.EditorAssetLibrary.does_asset_exist(path):
        return _check(load(path, unreal.Material), path)
    textures = {}
    for parameter in PARAMETERS:
        textures[parameter.name] = yield from _default(parameter, blocking)
    tools = unreal.AssetToolsHelpers.get_asset_tools()
    made = tools.create_asset(NAME, FOLDER, unreal.Material.static_class(), unreal.MaterialFactoryNew())
    if not isinstance(made, unreal.Material):
        raise refuse("IMPORT_FAILED", "Unreal could not make the master material", path, "See the log.")
    _build(made, textures)
    save(made)
    return made


def _check(found: unreal.Material | None, path: str) -> unreal.Material:
    names: set[str] = set()
    if found is not None:
        names = {str(name) for name in unreal.MaterialEditingLibrary.get_texture_parameter_names(found)}
    missing = sorted({parameter.name for parameter in PARAMETERS} - names)
    if found is None or missing:
        what = f"is no material with the texture parameters {', '.join(missing)}"
        raise refuse("FILE_IN_THE_WAY", what, path, "Rename or delete it: the bridge makes it anew.")
    return found


def _default(parameter: Parameter, blocking: bool) -> Steps[unreal.Texture2D]:
    path = f"{FOLDER}/{parameter.default}"
    texture = load(path, unreal.Texture2D)
    if texture is None:
        source = _RESOURCES / f"{parameter.default}.png"
        texture = yield from import_file(
            *(source, FOLDER, parameter.default, unreal.Texture2D, texture_pipeline(), None, blocking),
        )
        kinds = unreal.TextureCompressionSettings
        kind = {"Normal": kinds.TC_NORMALMAP, "ORM": kinds.TC_MASKS}.get(parameter.name, kinds.TC_DEFAULT)
        put(texture, {"compression_settings": kind, "srgb": parameter.name == "BaseColor"})
        save(texture)
    return texture


def _build(material: unreal.Material, textures: dict[str, unreal.Texture2D]) -> None:
    library, types = unreal.MaterialEditingLibrary, unreal.MaterialSamplerType
    samplers = {"Normal": types.SAMPLERTYPE_NORMAL, "ORM": types.SAMPLERTYPE_MASKS}
    kind = unreal.MaterialExpressionTextureSampleParameter2D.static_class()
    for i, parameter in enumerate(PARAMETERS):
        node = library.create_material_expression(material, kind, -500, 300 * i)
        put(
            node,
            {
                "parameter_name": unreal.Name(parameter.name),
                "texture": textures[parameter.name],
                # Must agree with the texture's own settings, or the material does not compile.
                "sampler_type": samplers.get(parameter.name, types.SAMPLERTYPE_COLOR),
            },
        )
        for output, target in parameter.outputs:
            connected = library.connect_material_property(node, output, getattr(unreal.MaterialProperty, target))
            if not connected:
                what = f"{parameter.name}.{output} cannot be connected to {target}"
                raise refuse("IMPORT_FAILED", what, f"{FOLDER}/{NAME}", "See the log.")
    library.set_material_usage(material, unreal.MaterialUsage.MATUSAGE_SKELETAL_MESH)
    library.recompile_material(material)
