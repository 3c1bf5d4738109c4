"""Materials: classic Phong, which everything reads, and the same as a Maya "Stingray PBS" shader.

Readers find the latter by ``Maya|TypeId`` and the material's Implementation; Unity, the Autodesk SDK and ufbx then know
metallic, roughness and all maps. ``DiffuseColor`` and ``NormalMap`` stay connected for readers that know no shaders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from importer.export.fbx.encode import Record
from importer.export.fbx.graph import Graph, choice, color, flag, integer, number, prop, properties, text
from importer.export.fbx.scene import Material, Texture
from importer.export.rig import Vector

_STINGRAY_TYPE = 1166017
_CLASSIC = {"color": "DiffuseColor", "normal": "NormalMap", "emissive": "EmissiveColor"}


@dataclass
class Materials:
    """Adds materials; a texture that several use is added once."""

    graph: Graph
    uv_set: str
    textures: dict[Texture, np.int64] = field(default_factory=dict)

    def add(self, material: Material) -> np.int64:
        """Add a material with its textures; return its id."""
        maps = {
            "color": material.base_color_map,
            "normal": material.normal_map,
            "metallic": material.metallic_map,
            "roughness": material.roughness_map,
            "emissive": material.emissive_map,
            "ao": material.occlusion_map,
        }
        head = (Record("Version", (102,)), Record("ShadingModel", ("phong",)), Record("MultiLayer", (0,)))
        body = properties(*_phong(material), *_stingray(material, maps))
        number = self.graph.add("Material", material.name, "Material", "", *head, body)
        for slot, texture in maps.items():
            if texture is not None:
                image = self._texture(texture)
                if slot in _CLASSIC:
                    self.graph.connect(image, number, _CLASSIC[slot])
                self.graph.connect(image, number, f"Maya|TEX_{slot}_map")
        self._implementation(material.name, number, list(maps))
        return number

    def _texture(self, texture: Texture) -> np.int64:
        if texture in self.textures:
            return self.textures[texture]
        path = texture.file.replace("/", "\\")  # as the Autodesk SDK writes them, on every system
        wrap = 0 if texture.repeat else 1
        image = self.graph.add(
            "Texture",
            texture.name,
            "Texture",
            "",
            Record("Type", ("TextureVideoClip",)),
            Record("Version", (202,)),
            Record("TextureName", (f"{texture.name}\x00\x01Texture",)),
            properties(
                text("UVSet", self.uv_set),
                choice("WrapModeU", wrap),
                choice("WrapModeV", wrap),
                flag("UseMaterial", True),
                flag("UseMipMap", True),
            ),
            Record("Media", (f"{texture.name}\x00\x01Video",)),
            Record("FileName", (texture.file,)),
            Record("RelativeFilename", (path,)),
            Record("ModelUVTranslation", (0.0, 0.0)),
            Record("ModelUVScaling", (1.0, 1.0)),
            Record("Texture_Alpha_Source", ("None",)),
            Record("Cropping", (0, 0, 0, 0)),
        )
        self.graph.connect(_video(self.graph, texture, path), image)
        self.textures[texture] = image
        return image

    def _implementation(self, name: str, material: np.int64, slots: Sequence[str]) -> None:
        implementation = self.graph.add(
            "Implementation",
            f"{name}_Implementation",
            "Implementation",
            "",
            Record("Version", (100,)),
            properties(
                text("ShaderLanguage", "SFX"),
                text("ShaderLanguageVersion", "28"),
                text("RenderAPI", "SFX_PBS_SHADER"),
                text("RootBindingName", "root"),
            ),
        )
        names = ["base_color", "metallic", "roughness", "emissive", "emissive_intensity"]
        names += [f"use_{slot}_map" for slot in slots] + [f"TEX_{slot}_map" for slot in slots]
        entries = [
            Record("Entry", (f"Maya|{entry}", "FbxPropertyEntry", entry, "FbxSemanticEntry")) for entry in sorted(names)
        ]
        target = properties(text("TargetName", "root"), text("TargetType", "shader"))
        binding = (Record("Version", (100,)), target, *entries)
        table = self.graph.add("BindingTable", "root", "BindingTable", "", *binding, key=name)
        self.graph.connect(material, implementation)  # the other direction is ignored by readers
        self.graph.connect(table, implementation)


def _video(graph: Graph, texture: Texture, path: str) -> np.int64:
    parts = [
        Record("Type", ("Clip",)),
        properties(text("Path", texture.file, "XRefUrl"), text("RelPath", path, "XRefUrl")),
        Record("UseMipMap", (0,)),
        Record("Filename", (texture.file,)),
        Record("RelativeFilename", (path,)),
    ]
    if texture.content is not None:
        parts.append(Record("Content", (texture.content,)))
    return graph.add("Video", texture.name, "Video", "Clip", *parts)


def _phong(material: Material) -> list[Record]:
    shine = (1 - material.roughness) ** 2
    return [
        text("ShadingModel", "Phong"),
        flag("MultiLayer", False),
        color("DiffuseColor", material.base_color),
        number("DiffuseFactor", 1),
        color("EmissiveColor", material.emissive),
        number("EmissiveFactor", 1),
        color("AmbientColor", (0, 0, 0)),
        color("SpecularColor", (1, 1, 1)),
        number("SpecularFactor", 0.25 * shine),
        number("Shininess", 2 + 98 * shine),
        number("ShininessExponent", 2 + 98 * shine),
        number("ReflectionFactor", material.metallic),
        color("TransparentColor", (0, 0, 0)),
        number("TransparencyFactor", 0),
        number("Opacity", 1),
    ]


def _stingray(material: Material, maps: dict[str, Texture | None]) -> list[Record]:
    def value(name: str, amount: float) -> Record:
        return prop(f"Maya|{name}", "float", "", "", np.float32(amount))

    def vector(name: str, amount: Vector) -> Record:
        return prop(f"Maya|{name}", "Vector3D", "Vector", "", *map(float, amount))

    return [
        prop("Maya", "Compound", "", ""),
        integer("Maya|TypeId", _STINGRAY_TYPE),
        vector("base_color", material.base_color),
        value("metallic", material.metallic),
        value("roughness", material.roughness),
        vector("emissive", material.emissive),
        value("emissive_intensity", 1.0),
        *(value(f"use_{slot}_map", float(texture is not None)) for slot, texture in maps.items()),
        *(vector(f"TEX_{slot}_map", (0, 0, 0)) for slot in maps),
    ]
