"""Textures, materials and their instances."""

from __future__ import annotations

from typing import Any

from tests.bridges.unreal_fake.core import Array, Name, Object, make
from tests.bridges.unreal_fake.meshes import AssetImportData, MaterialInterface
from tests.bridges.unreal_fake.world import world

TextureCompressionSettings, TextureGroup = make("TextureCompressionSettings"), make("TextureGroup")
TextureAddress, MaterialSamplerType = make("TextureAddress"), make("MaterialSamplerType")
MaterialProperty, MaterialUsage = make("MaterialProperty"), make("MaterialUsage")
MaterialFactoryNew, MaterialInstanceConstantFactoryNew = (
    make("MaterialFactoryNew"),
    make("MaterialInstanceConstantFactoryNew"),
)


class Texture(Object):
    def set_force_mip_levels_to_be_resident(self, seconds: float, cinematic_lod_group_mask: int = 0) -> None:
        """Nothing is streamed here."""


class Texture2D(Texture):
    def __init__(self, *_: Any) -> None:
        super().__init__()
        self._size = (0, 0)
        self._values.update(
            srgb=True,
            compression_settings=TextureCompressionSettings.TC_DEFAULT,
            lod_group=TextureGroup.TEXTUREGROUP_WORLD,
            address_x=TextureAddress.TA_WRAP,
            address_y=TextureAddress.TA_WRAP,
            asset_import_data=AssetImportData(),
        )

    def blueprint_get_size_x(self) -> int:
        return self._size[0]

    def blueprint_get_size_y(self) -> int:
        return self._size[1]

    def _changed(self, name: str) -> None:
        if name == "compression_settings" and self._values[name] is TextureCompressionSettings.TC_NORMALMAP:
            self._values["srgb"] = False  # as the editor does


class MaterialExpression(Object):
    pass


class MaterialExpressionTextureSampleParameter2D(Object):
    pass


class Material(MaterialInterface):
    def __init__(self, *_: Any) -> None:
        super().__init__()
        self._nodes: list[Any] = []
        self._inputs: dict[str, tuple[Any, str]] = {}
        self._usages: list[Any] = []
        self._is_compiled = False


class MaterialInstanceConstant(MaterialInterface):
    def __init__(self, *_: Any) -> None:
        super().__init__()
        self._textures: dict[str, Any] = {}


def _names(material: Any) -> list[str]:
    while isinstance(material, MaterialInstanceConstant):
        material = material._values.get("parent")
    nodes = material._nodes if isinstance(material, Material) else []
    return [str(node._values["parameter_name"]) for node in nodes]


class MaterialEditingLibrary(Object):
    @classmethod
    def create_material_expression(
        cls, material: Material, expression_class: type, node_pos_x: int = 0, node_pos_y: int = 0
    ) -> Any:
        material._nodes.append(expression_class())
        return material._nodes[-1]

    @classmethod
    def connect_material_property(cls, from_expression: Any, from_output_name: str, property_: Any) -> bool:
        if from_output_name not in ("", "RGB", "R", "G", "B", "A", "RGBA"):
            return False
        for material in [asset for asset in world.assets.values() if isinstance(asset, Material)]:
            if from_expression in material._nodes:
                material._inputs[str(property_)] = (from_expression, from_output_name)
                return True
        return False

    @classmethod
    def set_material_usage(cls, material: Material, usage: Any) -> bool:
        material._usages.append(usage)
        return True

    @classmethod
    def recompile_material(cls, material: Material) -> None:
        """A sampler must fit its texture, or the material does not compile."""
        fits = {
            "SAMPLERTYPE_COLOR": (True, "TC_DEFAULT"),
            "SAMPLERTYPE_NORMAL": (False, "TC_NORMALMAP"),
            "SAMPLERTYPE_MASKS": (False, "TC_MASKS"),
        }
        for node in material._nodes:
            texture = node._values["texture"]
            srgb, kind = fits[node._values["sampler_type"]._name]
            found = (texture._values["srgb"], texture._values["compression_settings"]._name)
            assert found == (srgb, kind), f"sampler of {node._values['parameter_name']} does not fit {found}"
        material._is_compiled = True

    @classmethod
    def get_texture_parameter_names(cls, material: Any) -> Array:
        return Array(Name(name) for name in _names(material))

    @classmethod
    def set_material_instance_parent(cls, instance: MaterialInstanceConstant, new_parent: Any) -> None:
        instance._values["parent"] = new_parent

    @classmethod
    def set_material_instance_texture_parameter_value(
        cls, instance: MaterialInstanceConstant, parameter_name: str, value: Any, association: Any = None
    ) -> bool:
        if str(parameter_name) not in _names(instance):
            return False
        instance._textures[str(parameter_name)] = value
        return True

    @classmethod
    def get_material_instance_texture_parameter_value(
        cls, instance: MaterialInstanceConstant, parameter_name: str, association: Any = None
    ) -> Any:
        return instance._textures.get(str(parameter_name))

    @classmethod
    def update_material_instance(cls, instance: MaterialInstanceConstant) -> None:
        """Nothing is drawn here."""
