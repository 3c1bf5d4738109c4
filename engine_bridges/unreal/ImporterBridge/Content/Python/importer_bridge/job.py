"""What the bridge asks of the engine, and what it gets back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from .notes import Note
from .records import Manifest, Vector
from .slices import Steps


@dataclass(frozen=True)
class Job:
    """One import."""

    key: str
    content: str  # folder in the project's content, e.g. /Game/Imported/chair
    manifest: Manifest
    published: Path  # the asset's folder in out/
    copies: dict[str, Path]  # what to import from, by path in the manifest
    previous: dict[str, Any]  # Outcome.engine of the import before; empty at the first
    replace_edits: bool = False
    views: tuple[str, ...] = ("front",)  # to be drawn


@dataclass(frozen=True)
class TextureFound:
    """A texture as the engine has it."""

    longer_side: int
    srgb: bool
    is_normal_map: bool
    green_flipped: bool


@dataclass(frozen=True)
class Measured:
    """What the engine says of the imported asset; metres along its own axes. None: nothing to measure.

    ``unknown`` says why, by the check's name.
    """

    low: Vector | None = None
    high: Vector | None = None
    centroid: Vector | None = None
    root_rotation_deg: float | None = None
    root_scale: Vector | None = None
    lod_count: int | None = None
    triangles: tuple[int, ...] | None = None
    screen_sizes: tuple[float, ...] | None = None
    materials: tuple[str, ...] = ()
    textures: dict[str, TextureFound] | None = None
    hulls: int | None = None
    collision_low: Vector | None = None
    collision_high: Vector | None = None
    bones: tuple[str, ...] | None = None
    draw_errors: tuple[str, ...] | None = None
    unknown: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """A finished import: ``engine`` is kept in the state, see `Job.previous`."""

    engine: dict[str, Any]
    measured: Measured
    warnings: tuple[Note, ...] = ()
    left_over: dict[str, str] = field(default_factory=dict)  # object paths, with what they were
    pictures: dict[str, bytes] = field(default_factory=dict)  # PNG files by view


class Engine(Protocol):
    """The engine's side."""

    def about(self) -> dict[str, Any]:
        """Return name, version, platform and renderer for the report."""
        ...

    def is_busy(self) -> bool:
        """Whether nothing may be imported now, e.g. while the game is played in the editor."""
        ...

    def check_destination(self, job: Job) -> Steps[None]:
        """Raise Refused if something that is not the bridge's would be overwritten, or cannot be written."""
        ...

    def import_asset(self, job: Job) -> Steps[Outcome]:
        """Import, set up and measure; raise Refused if the engine cannot."""
        ...
