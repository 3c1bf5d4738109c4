"""What the bridge uses of a manifest, as plain records; docs/manifest.md describes the keys."""

from __future__ import annotations

from dataclasses import dataclass

Vector = tuple[float, float, float]


def scaled(vector: Vector, by: float) -> Vector:
    """Return a multiple of a vector."""
    return (vector[0] * by, vector[1] * by, vector[2] * by)


@dataclass(frozen=True)
class FileEntry:
    """A published file, by its path in the asset's folder."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Level:
    """One level of detail."""

    file: str
    node: str
    triangles: int
    screen_size: float


@dataclass(frozen=True)
class Texture:
    """A separate texture file."""

    file: str
    slot: str
    srgb: bool
    green_down: bool | None  # DirectX convention; None for what is no normal map
    longer_side: int | None


@dataclass(frozen=True)
class Material:
    """A slot of the mesh, with the texture file of each of the material's own slots."""

    name: str
    textures: dict[str, str]


@dataclass(frozen=True)
class Box:
    """What the asset must measure, in metres along Unreal's axes."""

    low: Vector
    high: Vector
    centroid: Vector

    @property
    def size(self) -> Vector:
        """Side lengths."""
        return (self.high[0] - self.low[0], self.high[1] - self.low[1], self.high[2] - self.low[2])

    @property
    def center(self) -> Vector:
        """Middle of the box."""
        low, high = self.low, self.high
        return ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2)


@dataclass(frozen=True)
class Manifest:
    """One asset, as one target and one format of it say."""

    name: str
    kind: str
    version: str
    sha256: str  # of the manifest's bytes
    target: str
    format: str
    folder: str  # the target's
    levels: tuple[Level, ...]
    hulls: int
    materials: tuple[Material, ...]
    textures: tuple[Texture, ...]
    bones: tuple[str, ...]  # empty: no skeleton
    box: Box
    meters_per_unit: float
    named: tuple[FileEntry, ...]  # files of the target
    wanted: frozenset[str]  # those of them that are imported

    @property
    def files(self) -> tuple[FileEntry, ...]:
        """Return the files that are imported."""
        return tuple(entry for entry in self.named if entry.path in self.wanted)

    @property
    def is_newer(self) -> bool:
        """Whether it has a minor version that this bridge does not know."""
        return self.version != "1.0"
