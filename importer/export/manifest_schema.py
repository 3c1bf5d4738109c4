"""The manifest that stands in every published folder: the one file that engine bridges read."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from importer.profile.schema import Target

SCHEMA_VERSION = "0.1"
Vector = tuple[float, float, float]
Slot = Literal["base_color", "normal", "orm", "mask"]


class Entry(BaseModel):
    """Base of all objects of the manifest: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Generator(Entry):
    """The program that wrote the asset."""

    name: str
    version: str


class AssetEntry(Entry):
    """What the asset is."""

    name: str
    kind: str = Field(description="prop or character")


class Frame(Entry):
    """A coordinate frame."""

    meters_per_unit: float = Field(gt=0, description="Length of one unit in metres.")
    up: str = Field(description="Axis that points up, e.g. +Y.")
    front: str = Field(description="Axis that the object's front looks along, e.g. +Z.")
    handedness: Literal["right", "left"]


class Bounds(Entry):
    """Bounding box of LOD0, and the area-weighted centre of its surface, which shows a mirrored or turned copy."""

    min: Vector
    max: Vector
    centroid: Vector


class LodEntry(Entry):
    """One level of detail, the same for all targets."""

    level: int = Field(ge=0)
    triangles: int = Field(ge=1)
    vertices: int = Field(ge=3)
    error_m: float = Field(ge=0, description="Distance to LOD0 in metres.")
    screen_size: float = Field(
        gt=0, description="Part of the screen's height that the object covers when this level begins to be used."
    )


class CollisionEntry(Entry):
    """Collision shape, the same for all targets."""

    kind: str = Field(description="none, box or hull")
    hulls: int = Field(ge=0)
    vertices: int = Field(ge=0, description="Vertices of all hulls.")


class FileEntry(Entry):
    """One published file."""

    path: str = Field(description="Relative to the manifest, '/' between parts.")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    role: Literal["mesh", "texture", "preview"]


class LodNode(Entry):
    """Where a target keeps one level of detail."""

    level: int = Field(ge=0)
    file: str
    node: str = Field(description="Name of the node, and of its mesh.")
    embedded_textures: bool = Field(
        default=True,
        description="The file carries its textures, in glTF conventions; else its material is a name only.",
    )


class CollisionNode(Entry):
    """Where a target keeps one convex hull."""

    file: str
    node: str


class Texture(Entry):
    """A texture file beside the meshes, packed as the target wants it."""

    file: str
    slot: Slot
    color_space: Literal["srgb", "linear"]
    channels: dict[Literal["r", "g", "b", "a"], str] = Field(description="What each channel means.")
    normal_convention: Literal["opengl", "directx"] | None = Field(
        default=None, description="opengl: green is up in the texture (+Y); directx: green is down (-Y)."
    )

    @model_validator(mode="after")
    def _right_space(self) -> Texture:
        if (self.color_space == "srgb") != (self.slot == "base_color"):
            raise ValueError(f"{self.slot} cannot be {self.color_space}: base_color alone is sRGB")
        if (self.normal_convention is None) == (self.slot == "normal"):
            raise ValueError("a normal map, and nothing else, has a normal_convention")
        return self


class MaterialSlot(Entry):
    """A material of the meshes, and the separate textures that an engine's own material takes for it."""

    name: str
    textures: dict[Slot, str] = Field(description="File of each slot; empty where only embedded textures exist.")


class InEngine(Entry):
    """What the asset must measure after a right import."""

    frame: Frame
    from_gltf: tuple[Vector, Vector, Vector] = Field(
        description="Rows of the matrix that takes a position in the GLB (metres, +Y up) to the engine's own."
    )
    min: Vector
    max: Vector


class TargetEntry(Entry):
    """Everything for one engine."""

    folder: str
    lods: tuple[LodNode, ...]
    collision: tuple[CollisionNode, ...]
    materials: tuple[MaterialSlot, ...]
    textures: tuple[Texture, ...]
    in_engine: InEngine


class Guess(Entry):
    """Something the picture does not tell."""

    what: str = Field(description="Stable name: scale, hidden_side, roughness, metallic.")
    why: str


class FindingEntry(Entry):
    """One finding of the semantic validator."""

    severity: Literal["error", "warning"]
    code: str
    where: str
    what: str
    fix: str = ""


class QualityEntry(Entry):
    """The quality report; docs/manifest.md lists the figures."""

    figures: dict[str, float | int | str | bool]
    findings: tuple[FindingEntry, ...]


class Provenance(Entry):
    """Where the asset comes from."""

    picture: str = Field(description="File name of the picture, without its folder.")
    picture_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    matte: str = Field(description="How the background was removed.")
    model: dict[str, str] = Field(description="Name, version, licence and hash of the neural network.")
    programs: dict[str, str] = Field(description="Versions of the packages that shape the result.")
    parameters: dict[str, Any] = Field(description="The resolved profile.")


class Manifest(Entry):
    """`<asset>.manifest.json`."""

    schema_version: Literal["0.1"] = SCHEMA_VERSION
    generator: Generator
    asset: AssetEntry
    frame: Frame = Field(description="Frame of all GLB files.")
    pivot: Literal["base", "center"]
    bounds: Bounds
    lods: tuple[LodEntry, ...] = Field(min_length=1)
    collision: CollisionEntry
    files: tuple[FileEntry, ...]
    targets: dict[Target, TargetEntry]
    guesses: tuple[Guess, ...]
    quality: QualityEntry
    provenance: Provenance
    warnings: tuple[str, ...]


if __name__ == "__main__":
    import sys

    from importer.export.manifest import json_schema

    sys.stdout.write(json_schema().decode("utf-8"))
