"""The profile: what a user may ask for, with defaults a technical artist would pick.

Every section is one argument of one or two stages; the stage cache hashes a section's values, so a key belongs where
it is used.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from importer.system.names import asset_name

Target = Literal["unity-urp", "unity-hdrp", "unreal", "godot", "gltf", "web"]
PowerOfTwo = Literal[128, 256, 512, 1024, 2048, 4096]


class Section(BaseModel):
    """Base of all sections: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Asset(Section):
    """What the asset is."""

    name: str | None = Field(
        default=None, min_length=1, max_length=64, description="Asset name; default: the picture's file name."
    )
    kind: Literal["prop", "character"] = Field(
        default="prop", description="What the picture shows; sets names and sensible defaults."
    )

    @field_validator("name")
    @classmethod
    def _plain(cls, name: str | None) -> str | None:
        name = None if name is None else unicodedata.normalize("NFC", name)
        if name is not None and name != asset_name(name):
            raise ValueError("expected a plain file name: no folder, no space, nothing that Windows reserves")
        return name


class Scale(Section):
    """Real size in metres: one key at most. Without any, the longest side is 1 m and the report calls it a guess."""

    height_m: float | None = Field(default=None, gt=0, le=10_000, description="Height (Y) in metres.")
    width_m: float | None = Field(default=None, gt=0, le=10_000, description="Width (X) in metres.")
    depth_m: float | None = Field(default=None, gt=0, le=10_000, description="Depth (Z) in metres.")
    longest_m: float | None = Field(default=None, gt=0, le=10_000, description="Longest side in metres.")

    @model_validator(mode="after")
    def _one_size(self) -> Scale:
        given = [name for name, value in self if value is not None]
        if len(given) > 1:
            raise ValueError(f"give one size only, not {' and '.join(given)}")
        return self


class Facing(Section):
    """Which way the object's front looks."""

    yaw_deg: float = Field(
        default=0.0,
        ge=-180,
        le=180,
        description="Turn about +Y, counter-clockwise from above, applied so that the object's front ends on +Z.",
    )


class Matte(Section):
    """Foreground mask."""

    method: Literal["auto", "alpha", "plain", "rembg", "network"] = Field(
        default="auto",
        description="auto: alpha if the picture has it, else plain background, else rembg if its weights are on this "
        "machine, else the shipped network. rembg fetches missing weights.",
    )
    model: Literal["u2net", "u2netp", "isnet-general-use", "birefnet-general", "birefnet-general-lite"] = Field(
        default="isnet-general-use", description="rembg model; all of these allow commercial use."
    )


class Reconstruct(Section):
    """Picture to shape."""

    model: str = Field(
        default="default", description="Name of an installed model, or path of an ONNX file with an importer contract."
    )
    carve: bool = Field(
        default=True,
        description="Cut the shape to the picture's mask, move its outline onto the mask's, and fill rays that the "
        "mask says must hit.",
    )


class Retopo(Section):
    """Topology of LOD0."""

    faces: int = Field(default=8_000, ge=100, le=200_000, description="Triangles of LOD0, at most.")


class LodLevels(Section):
    """LOD chain."""

    count: int = Field(default=4, ge=1, le=8, description="Levels including LOD0.")
    ratio: float = Field(default=0.5, gt=0.05, lt=1, description="Triangles of each level against the one before.")
    screen_sizes: tuple[Annotated[float, Field(gt=0, le=1)], ...] | None = Field(
        default=None,
        description="Part of the screen's height from which a level is used, falling; default: from measured errors.",
    )


class Textures(Section):
    """Texture maps."""

    size: PowerOfTwo = Field(default=1024, description="Side in pixels.")
    mirror: bool = Field(
        default=True,
        description="Mirror the picture onto the back where the network expects the same colours.",
    )


class CollisionShape(Section):
    """Collision for physics."""

    kind: Literal["none", "box", "hull"] = Field(
        default="hull", description="none, a box along the axes, or one convex hull."
    )
    max_vertices: int = Field(default=64, ge=8, le=255, description="Most vertices of a hull.")


class Export(Section):
    """Files to write."""

    targets: tuple[Target, ...] = Field(
        default=("unity-urp", "unreal", "godot", "gltf"),
        min_length=1,
        description="Engines to write for; one folder each.",
    )
    formats: tuple[Literal["glb", "fbx"], ...] = Field(
        default=("glb",), description="glb, which all else is made from; fbx beside it for Unity and Unreal."
    )
    web_geometry: Literal["plain", "quantized", "meshopt"] = Field(
        default="quantized",
        description="Meshes of the web target: 32-bit floats, 8 to 16 bits, or those compressed by meshoptimizer.",
    )
    web_textures: Literal["png", "webp", "ktx2"] = Field(
        default="webp",
        description="Textures of the web target: webp is a small download, ktx2 stays small on the GPU.",
    )

    @field_validator("formats")
    @classmethod
    def _with_glb(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        if "glb" not in formats:
            raise ValueError("expected glb among them: the checks and the manifest need it")
        return formats


class Profile(Section):
    """A resolved profile."""

    asset: Asset = Asset()
    scale: Scale = Scale()
    pivot: Literal["base", "center"] = Field(
        default="base", description="Where the origin lies: centre of the base, or of the bounding box."
    )
    facing: Facing = Facing()
    matte: Matte = Matte()
    reconstruct: Reconstruct = Reconstruct()
    retopo: Retopo = Retopo()
    lods: LodLevels = LodLevels()
    textures: Textures = Textures()
    collision: CollisionShape = CollisionShape()
    export: Export = Export()
