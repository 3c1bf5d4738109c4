"""The manifest that stands in every published folder: the one file that engine bridges read.

One set of records serves writer and readers. What may grow within 1.x (keys, slots, roles, targets, kinds) is open:
unknown keys are dropped, and such values are plain strings. docs/manifest.md has the rules.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = "1.0"
Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]


class Entry(BaseModel):
    """Base of all objects of the manifest: unknown keys are dropped, values are frozen, numbers are finite."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


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

    @model_validator(mode="after")
    def _not_inside_out(self) -> Bounds:
        if any(low > high for low, high in zip(self.min, self.max, strict=True)):
            raise ValueError("min must not be above max")
        return self


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


class Bone(Entry):
    """One bone of the skeleton."""

    name: str = Field(min_length=1, description="Name, unique in the skeleton.")
    parent: str | None = Field(default=None, description="Name of the parent, which stands earlier; absent: a root.")


class Skeleton(Entry):
    """The rig, the same for all targets apart from names."""

    bones: tuple[Bone, ...] = Field(min_length=1, description="Parents before their children.")
    humanoid: dict[str, str] | None = Field(
        default=None,
        description="Bone by role; roles are named as Unity's enum HumanBodyBones. Absent: not a humanoid.",
    )
    rest_pose: str | None = Field(default=None, description="t_pose or a_pose; absent: another.")


class FileEntry(Entry):
    """One published file."""

    path: str = Field(description="Relative to the manifest, '/' between parts, never out of its folder.")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    role: str = Field(description="mesh, texture or preview")
    requires: tuple[str, ...] | None = Field(
        default=None, description="glTF extensions without which the file cannot be read; absent: none."
    )


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


class Fbx(Entry):
    """The same meshes as one FBX file, in place of the GLB files: import one or the other."""

    file: str
    root: str | None = Field(default=None, description="Name of the LOD group above the levels; absent for one level.")
    lods: tuple[LodNode, ...]
    collision: tuple[CollisionNode, ...] = Field(description="Hulls in this file; those of the GLB files if empty.")


class Texture(Entry):
    """A texture file beside the meshes, packed as the target wants it."""

    file: str
    slot: str = Field(description="base_color, normal, orm or mask")
    color_space: Literal["srgb", "linear"]
    channels: dict[str, str] = Field(description="What each of the channels r, g, b, a means.")
    normal_convention: Literal["opengl", "directx"] | None = Field(
        default=None, description="opengl: green is up in the texture (+Y); directx: green is down (-Y)."
    )
    width: int | None = Field(default=None, ge=1, description="Pixels.")
    height: int | None = Field(default=None, ge=1, description="Pixels.")

    @model_validator(mode="after")
    def _right_space(self) -> Texture:
        if self.slot in ("base_color", "normal", "orm", "mask"):
            if (self.color_space == "srgb") != (self.slot == "base_color"):
                raise ValueError(f"{self.slot} cannot be {self.color_space}: base_color alone is sRGB")
            if (self.normal_convention is None) == (self.slot == "normal"):
                raise ValueError("a normal map, and nothing else, has a normal_convention")
        return self


class MaterialSlot(Entry):
    """A material of the meshes, and the separate textures that an engine's own material takes for it."""

    name: str
    textures: dict[str, str] = Field(description="File by slot; empty where only embedded textures exist.")


class InEngine(Entry):
    """What the asset must measure after a right import."""

    frame: Frame
    from_gltf: Matrix = Field(
        description="Rows of the matrix that takes a position in the GLB (metres, +Y up) to the engine's own."
    )
    min: Vector
    max: Vector
    centroid: Vector = Field(description="Area-weighted centre of LOD0's surface.")


class TargetEntry(Entry):
    """Everything for one engine."""

    folder: str
    lods: tuple[LodNode, ...] = Field(min_length=1)
    collision: tuple[CollisionNode, ...]
    fbx: Fbx | None = None
    materials: tuple[MaterialSlot, ...]
    textures: tuple[Texture, ...]
    bone_names: dict[str, str] | None = Field(
        default=None, description="The bone's name in this target's files, where it differs from the skeleton's."
    )
    in_engine: InEngine


class Guess(Entry):
    """Something the picture does not tell."""

    what: str = Field(description="Stable name: scale, hidden_side, roughness, metallic.")
    why: str


class FindingEntry(Entry):
    """One finding of the semantic validator; said once, with all places where it holds."""

    severity: Literal["error", "warning"]
    code: str
    where: tuple[str, ...] = Field(min_length=1)
    what: str
    fix: str = ""


class QualityEntry(Entry):
    """The quality report; docs/manifest.md lists the figures."""

    figures: dict[str, float | int | str | bool]
    findings: tuple[FindingEntry, ...]


class License(Entry):
    """The licence of something that went into the asset."""

    of: str = Field(description="picture, network or matte")
    name: str
    license: str = Field(description="SPDX identifier; unknown where only the user knows, as for the picture.")


class Provenance(Entry):
    """Where the asset comes from."""

    picture: str = Field(description="File name of the picture, without its folder.")
    picture_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    matte: str = Field(description="How the background was removed.")
    model: dict[str, str] = Field(description="Name, version, licence and hash of the neural network.")
    licenses: tuple[License, ...]
    programs: dict[str, str] = Field(description="Versions of the packages that shape the result.")
    parameters: dict[str, Any] = Field(description="The resolved profile.")


class Manifest(Entry):
    """`<asset>.manifest.json`."""

    schema_version: str = Field(pattern=r"^1\.(0|[1-9][0-9]*)$")
    generator: Generator
    asset: AssetEntry
    frame: Frame = Field(description="Frame of all GLB files.")
    pivot: str = Field(description="base or center")
    bounds: Bounds
    lods: tuple[LodEntry, ...] = Field(min_length=1)
    skeleton: Skeleton | None = None
    collision: CollisionEntry
    files: tuple[FileEntry, ...]
    targets: dict[str, TargetEntry]
    guesses: tuple[Guess, ...]
    quality: QualityEntry
    provenance: Provenance
    warnings: tuple[str, ...]


if __name__ == "__main__":
    import sys

    from importer.export.manifest import json_schema

    sys.stdout.write(json_schema().decode("utf-8"))
