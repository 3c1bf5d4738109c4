"""What a file draws, whatever its format: shapes in world space, in metres, +Y up, with material, images and skin."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from importer.records import F64, I32


@dataclass(frozen=True)
class Surface:
    """A material: image index of each slot that has one, and whether a texture repeats outside 0..1.

    ``color`` is the base colour, linear RGB.
    """

    name: str
    images: dict[str, int]
    repeats: bool
    double_sided: bool
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Skin:
    """Weights of a shape, and its joints at rest.

    ``names`` and ``parents`` (the index of the joint above, or -1) of j joints; ``worlds`` (j, 4, 4) their places in
    the world; ``inverses`` (j, 4, 4) the inverse bind matrices; ``indices``, ``weights`` (n, k). ``stray`` counts the
    indices that name no joint: they and their weights are 0 here. ``rest`` (4, 4) is where the mesh would lie without
    the skin, and ``extent`` its longest side there.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    worlds: F64
    inverses: F64
    indices: I32
    weights: F64
    rest: F64 = field(default_factory=lambda: np.eye(4))
    extent: float = 0.0
    stray: int = 0

    @property
    def matrices(self) -> F64:
        """(j, 4, 4): where each joint at rest takes what is bound to it."""
        return self.worlds @ self.inverses

    @property
    def drifts(self) -> F64:
        """(j, 4, 4): how far that is from where the mesh would lie without the skin; identity where they agree."""
        return self.matrices @ np.linalg.pinv(self.rest)

    @property
    def heads(self) -> F64:
        """(j, 3) places of the joints."""
        return self.worlds[:, :3, 3]


@dataclass(frozen=True)
class Shape:
    """One set of triangles as one node draws it, at rest.

    ``positions``, ``normals`` (n, 3), ``tangents`` (n, 4), ``uv`` (n, 2) with its origin at the top left; what the file
    lacks is None. ``matrix`` (4, 4) is the node's world transform in the file's own units, already applied.
    ``coarse``: stored in few bits, so that the node's transform carries a scale and unit vectors are not quite so.
    ``level`` is what the file itself says, apart from names.
    """

    file: str
    node: str
    positions: F64
    normals: F64 | None
    tangents: F64 | None
    uv: F64 | None
    faces: I32
    surface: Surface | None
    matrix: F64
    skin: Skin | None = None
    coarse: bool = False
    level: int | None = None

    @cached_property
    def used(self) -> NDArray[np.int64]:
        """Vertices that a triangle uses, rising."""
        return np.flatnonzero(np.bincount(self.faces.reshape(-1), minlength=len(self.positions)))

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.file}: node {self.node!r}"


@dataclass(frozen=True)
class Scene:
    """A file as drawn; ``unbound`` are skinned nodes whose mesh has no weights."""

    file: str
    shapes: tuple[Shape, ...]
    surfaces: tuple[Surface, ...]
    images: tuple[bytes, ...]  # encoded; empty where it could not be read
    unbound: tuple[str, ...] = ()


def placed(shape: Shape, matrix: F64) -> Shape:
    """Return the shape moved by a node's matrix."""
    if np.array_equal(matrix, np.eye(4)):
        return shape
    linear: F64 = matrix[:3, :3]
    determinant = np.linalg.det(linear)
    normals, tangents, faces = shape.normals, shape.tangents, shape.faces
    if normals is not None and abs(determinant) > 1e-30:
        normals = _turned(np.asarray(np.linalg.inv(linear).T[None], np.float64), normals)
    if tangents is not None:
        hand = tangents[:, 3:] * (np.sign(determinant) or 1)
        tangents = np.column_stack([_turned(linear[None], tangents[:, :3]), hand])
    if determinant < 0:
        faces = faces[:, ::-1]  # glTF 2.0, 3.7.4: a mirrored node turns the winding
    positions = shape.positions @ linear.T + matrix[:3, 3]
    return replace(shape, positions=positions, normals=normals, tangents=tangents, faces=faces, matrix=matrix)


def posed(shape: Shape) -> Shape:
    """Return the shape as its skin holds it at rest; vertices without weights stay where they are."""
    skin = shape.skin
    if skin is None or not len(shape.positions):
        return shape
    there = shape.positions @ skin.rest[:3, :3].T
    skin = replace(skin, extent=float(np.ptp(there, axis=0).max()))
    total = skin.weights.sum(1)
    blend = np.einsum("nk,nkij->nij", skin.weights, skin.matrices[skin.indices])
    blend /= np.where(total > 0, total, 1)[:, None, None]
    blend[total <= 0] = skin.rest
    linear = blend[:, :3, :3]
    positions = np.einsum("nij,nj->ni", linear, shape.positions) + blend[:, :3, 3]
    normals = shape.normals
    if normals is not None:
        normals = _turned(linear, normals)
    tangents = shape.tangents
    if tangents is not None:
        tangents = np.column_stack([_turned(linear, tangents[:, :3]), tangents[:, 3]])
    return replace(shape, positions=positions, normals=normals, tangents=tangents, skin=skin)


def _turned(linear: F64, rows: F64) -> F64:
    """Return turned directions of their old length, which is checked as stored: turning must not repair it."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return unit(np.einsum("nij,nj->ni", np.broadcast_to(linear, (len(rows), 3, 3)), rows)) * length


def unit(rows: F64) -> F64:
    """Return rows of length 1; those of length 0 stay."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1)
