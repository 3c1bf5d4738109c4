"""What the checks look at: the levels and hulls of one target folder or one single file, and what they ought to be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import numpy as np

from importer.export.manifest_schema import CollisionNode, LodNode, Texture
from importer.records import F64, I32, Finding
from importer.verify.drawn import Scene, Shape
from importer.verify.pieces import Pieces
from importer.verify.topology import Topology, topology

_HULL = re.compile(r"^(UCX|UBX|USP|UCP)_|[-_](convcolonly|colonly)$|_collision(_\d+)?$", re.IGNORECASE)
_LEVEL = re.compile(r"_LOD(\d)$", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """Where levels, hulls and separate textures are; ``green_down``: what the meshes' own normal map is to be."""

    lods: tuple[LodNode, ...]
    collision: tuple[CollisionNode, ...]
    textures: tuple[Texture, ...] = ()
    green_down: bool = False


@dataclass(frozen=True)
class Expected:
    """What is known of an asset beforehand: LOD0's box and surface centre in metres, and the triangles per level."""

    low: F64
    high: F64
    centroid: F64
    pivot: str
    triangles: tuple[int, ...]

    @property
    def longest(self) -> float:
        """Longest side in metres."""
        return float((self.high - self.low).max())


@dataclass(frozen=True)
class Level:
    """All shapes of one level of detail."""

    number: int
    shapes: tuple[Shape, ...]

    @property
    def where(self) -> str:
        """For messages."""
        return self.shapes[0].where

    @cached_property
    def positions(self) -> F64:
        """(n, 3) vertices of all shapes."""
        return np.concatenate([shape.positions for shape in self.shapes])

    @cached_property
    def faces(self) -> I32:
        """(m, 3) triangles of all shapes, into `positions`."""
        starts = np.cumsum([0, *(len(shape.positions) for shape in self.shapes)])
        return np.concatenate([shape.faces + start for shape, start in zip(self.shapes, starts, strict=False)])

    @cached_property
    def box(self) -> tuple[F64, F64]:
        """Lowest and highest corner of what the triangles use."""
        used = self.positions[self.faces.reshape(-1)]
        return used.min(0), used.max(0)

    @cached_property
    def net(self) -> Topology:
        """Connectivity of all shapes together."""
        return topology(self.positions, self.faces)

    @cached_property
    def pieces(self) -> Pieces:
        """The connected pieces."""
        return Pieces(self.net, self.longest)

    @property
    def longest(self) -> float:
        """Longest side in metres; never 0, so that it can be divided by."""
        return max(float((self.box[1] - self.box[0]).max()), 1e-30)

    @property
    def centroid(self) -> F64:
        """Area-weighted centre of the surface."""
        corners = self.positions[self.faces]
        area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        total = area.sum()
        return (corners.mean(1) * area[:, None]).sum(0) / total if total > 0 else corners.mean((0, 1))


@dataclass(frozen=True)
class Subject:
    """One target's meshes, or a single file's. ``expected`` is None for a file from elsewhere."""

    where: str
    scenes: tuple[Scene, ...]
    levels: tuple[Level, ...]  # by number; not empty
    hulls: tuple[Shape, ...]
    expected: Expected | None

    @property
    def ours(self) -> bool:
        """A fault that may be another tool's habit is an error in an asset of our own, else a warning."""
        return self.expected is not None


def subject(where: str, scenes: Sequence[Scene], expected: Expected | None, layout: Layout | None) -> Subject | Finding:
    """Sort the shapes into levels and hulls: by the layout, and what it does not name by the engines' naming rules."""
    known: dict[tuple[str, str], int | None] = {}
    if layout is not None:
        known = {(entry.file, entry.node): entry.level for entry in layout.lods}
        known |= {(entry.file, entry.node): None for entry in layout.collision}
    levels: dict[int, list[Shape]] = {}
    hulls = []
    for shape in (shape for scene in scenes for shape in scene.shapes):
        role = known.get((shape.file, shape.node), _role(shape)) if known else _role(shape)
        if role is None:
            hulls.append(shape)
        else:
            levels.setdefault(role, []).append(shape)
    if not levels and hulls:
        levels[0] = hulls  # a file of collision alone
    if not levels:
        return Finding("error", "NO_MESH", where, "no triangles are drawn", "Export the mesh with the file.")
    chain = tuple(Level(number, tuple(shapes)) for number, shapes in sorted(levels.items()))
    return Subject(where, tuple(scenes), chain, tuple(hulls), expected)


def missing(scenes: Sequence[Scene], layout: Layout | None) -> Iterator[Finding]:
    """Nodes that the layout names must be there: engine bridges look for them."""
    found = {(shape.file, shape.node) for scene in scenes for shape in scene.shapes}
    read = {scene.file for scene in scenes}
    for entry in (*layout.lods, *layout.collision) if layout else ():
        if entry.file in read and (entry.file, entry.node) not in found:
            what = f"there is no mesh node {entry.node!r}"
            yield Finding("error", "NODE_MISSING", entry.file, what, "Publish the asset again.")


def _role(shape: Shape) -> int | None:
    """Return the level, or None for a hull, by MSFT_lod or the names of node and file."""
    if _HULL.search(shape.node):
        return None
    if shape.level is not None:
        return shape.level
    if shape.level is not None:
        return shape.level
    found = _LEVEL.search(shape.node) or _LEVEL.search(PurePosixPath(shape.file).stem)
    return int(found[1]) if found else 0


def fault(error: bool, code: str, where: str, what: str, fix: str) -> Finding:
    """Return a finding, an error or else a warning."""
    return Finding("error" if error else "warning", code, where, what, fix)
