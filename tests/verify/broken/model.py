"""A small model that can be written with any fault in it, as GLB and as FBX, and two good ones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from importer.texture.packing import encode_png
from tests.support.manifests.figure import ROWS
from tests.support.models import ball, box, box_hull, cart, maps, polygons_mesh

Array = np.ndarray


@dataclass(frozen=True)
class Part:
    """A node with triangles; ``joints``, ``weights`` (n, 4) where it is skinned, ``bare`` is a hull."""

    name: str
    vertices: Array
    faces: Array
    normals: Array | None = None
    tangents: Array | None = None
    uv: Array | None = None
    joints: Array | None = None
    weights: Array | None = None
    scale: float = 1.0
    rotation: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)

    @property
    def bare(self) -> bool:
        return self.uv is None


@dataclass(frozen=True)
class Model:
    """Parts, bones as (name, parent's index or -1, head), a factor on the inverse binds, and encoded images."""

    parts: tuple[Part, ...]
    images: dict[str, bytes]
    bones: tuple[tuple[str, int, Array], ...] = ()
    bind_scale: float = 1.0
    external: bool = False  # images beside the file, not in it (FBX)
    gaps: tuple[str, ...] = field(default=())

    def part(self, index: int = 0) -> Part:
        return self.parts[index]

    def changed(self, change, index: int = 0) -> Model:
        """Return the model with `change(part)` in place of a part."""
        parts = list(self.parts)
        parts[index] = change(parts[index])
        return replace(self, parts=tuple(parts))

    def every(self, change) -> Model:
        """Return the model with every part changed."""
        return replace(self, parts=tuple(change(part) for part in self.parts))


def textured(name: str, mesh) -> Part:
    """Return a part of a TexturedMesh."""
    return Part(name, *(np.array(getattr(mesh, key)) for key in ("vertices", "faces", "normals", "tangents", "uv")))


def hull(name: str, mesh) -> Part:
    """Return a part without normals and texture coordinates."""
    return Part(name, np.array(mesh.vertices), np.array(mesh.faces))


def bumps(size: int = 64, up: float = 1.0) -> Array:
    """Return a normal map of round bumps; ``up`` -1 is DirectX's."""
    y, x = np.mgrid[:size, :size] * (2 * np.pi / 16)
    along = np.cos(x) * np.sin(y) * 0.8
    climb = -np.sin(x) * np.cos(y) * 0.8  # rows run down
    rows = np.dstack([-along, -climb * up, np.ones_like(x)])
    return np.round(rows / np.linalg.norm(rows, axis=2, keepdims=True) * 127.5 + 127.5).astype(np.uint8)


def images() -> dict[str, bytes]:
    """Return base colour, a normal map that was made of heights, and occlusion, roughness, metallic."""
    made = maps(64)
    return {"base_color": encode_png(made.base_color), "normal": encode_png(bumps()), "orm": encode_png(made.orm)}


def good_cart() -> Model:
    """Return the cart with a second level without its lamp, and a box as collision."""
    full = cart()
    coarse = replace(full, faces=np.concatenate([full.faces[:-24], full.faces[-12:]]))
    parts = (textured("cart_LOD0", full), textured("cart_LOD1", coarse), hull("UCX_cart_00", box_hull(full)))
    return Model(parts, images())


def good_ball() -> Model:
    """Return a ball of 1 m: curved, closed, one piece, even in its texels."""
    return Model((textured("ball", ball(8)),), images())


def good_figure() -> Model:
    """Return the figure of boxes, with toes that show which way it looks."""
    toes = [
        (f"ball_{side}", f"foot_{side}", None, None, (x, 0.03, 0.12), (x - 0.05, 0.0, 0.21), (x + 0.05, 0.06, 0.3))
        for side, x in (("l", 0.1), ("r", -0.1))
    ]
    back = [("spine_02", "spine_01", None, None, (0, 1.3, -0.1), (-0.1, 1.1, -0.3), (0.1, 1.4, -0.21))]
    rows = [*ROWS, *toes, *back]
    names = [row[0] for row in rows]
    mesh = polygons_mesh([side for row in rows for side in box(row[5], row[6])])
    joints = np.zeros((24 * len(rows), 4), int)
    joints[:, 0] = np.repeat(np.arange(len(rows)), 24)
    weights = np.zeros((24 * len(rows), 4))
    weights[:, 0] = 1
    body = replace(textured("figure", mesh), joints=joints, weights=weights)
    bones = tuple((row[0], names.index(row[1]) if row[1] else -1, np.array(row[4], float)) for row in rows)
    return Model((body,), images(), bones)
