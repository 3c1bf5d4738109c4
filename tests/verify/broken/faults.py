"""Every fault that the validator promises to catch, made from a good model.

``ours``: caught against what is known of the asset; ``elsewhere``: caught in a file of which nothing is known.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from importer.texture.packing import encode_png
from tests.support.models import ball, maps
from tests.verify.broken.model import Model, Part, bumps, good_ball, good_cart, good_figure, hull, textured

Change = Callable[[Model], Model]


@dataclass(frozen=True)
class Fault:
    """One fault: the good model, what is done to it, the code that must name it, and where it can be known."""

    good: Callable[[], Model]
    change: Change
    code: str
    ours: bool = True
    elsewhere: bool = True
    fbx: bool = True
    glb: bool = True


def rows(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Part], Part]:
    """Return a change of one array of a part; parts without it stay."""
    return lambda part: part if getattr(part, name) is None else replace(part, **{name: change(getattr(part, name))})


def moved(matrix: np.ndarray) -> Change:
    """Turn, mirror or scale the vertices, their directions and the bones by a matrix (3, 3)."""
    flipped = np.linalg.det(matrix) < 0
    turn = matrix / np.cbrt(abs(np.linalg.det(matrix)))

    def part(part: Part) -> Part:
        faces = part.faces[:, ::-1] if flipped else part.faces
        tangents = part.tangents
        if tangents is not None:
            tangents = np.column_stack([tangents[:, :3] @ turn.T, tangents[:, 3] * (-1 if flipped else 1)])
        normals = None if part.normals is None else part.normals @ turn.T
        return replace(part, vertices=part.vertices @ matrix.T, faces=faces, normals=normals, tangents=tangents)

    def change(model: Model) -> Model:
        bones = tuple((name, parent, matrix @ head) for name, parent, head in model.bones)
        return replace(model.every(part), bones=bones)

    return change


def every(change: Callable[[Part], Part]) -> Change:
    """Return a change of all parts."""
    return lambda model: model.every(change)


def first(change: Callable[[Part], Part]) -> Change:
    """Return a change of the first part."""
    return lambda model: model.changed(change)


def joined(part: Part, other: Part) -> Part:
    """Return two parts as one."""
    names = ("vertices", "normals", "tangents", "uv")
    arrays = {name: np.concatenate([getattr(part, name), getattr(other, name)]) for name in names}
    return replace(part, **arrays, faces=np.concatenate([part.faces, other.faces + len(part.vertices)]))


def with_ball(radius: float, at: tuple[float, float, float], inward: bool = False) -> Change:
    """Add a ball to the first part."""
    extra = textured("", ball(4, radius))
    extra = replace(extra, vertices=extra.vertices + np.array(at))
    if inward:
        extra = replace(extra, faces=extra.faces[:, ::-1])
    return first(lambda part: joined(part, extra))


def without_face(part: Part) -> Part:
    return replace(part, faces=part.faces[1:])


def inside_out(part: Part) -> Part:
    return replace(part, faces=part.faces[:, ::-1])


def fin(part: Part) -> Part:
    a, b = part.faces[0, :2]
    return replace(part, faces=np.concatenate([part.faces, [[a, b, part.faces[-1, 0]]]]))


def empty_triangles(part: Part) -> Part:
    return replace(part, faces=np.concatenate([part.faces, np.tile(part.faces[:1, [0, 1, 1]], (4, 1))]))


def uneven(part: Part) -> Part:
    """Shrink half of the charts tenfold."""
    uv = part.uv.copy()
    some = uv[:, 1] < 0.5
    uv[some] *= 0.1
    return replace(part, uv=uv)


def swapped_levels(model: Model) -> Model:
    fine, coarse, *rest = model.parts
    return replace(model, parts=(replace(fine, faces=coarse.faces), replace(coarse, faces=fine.faces), *rest))


def image(slot: str, data: bytes) -> Change:
    return lambda model: replace(model, images={**model.images, slot: data})


def pixels(slot: str, rows: np.ndarray) -> Change:
    return image(slot, encode_png(np.ascontiguousarray(rows)))


def swapped_images(model: Model) -> Model:
    base, normal = model.images["base_color"], model.images["normal"]
    return replace(model, images={**model.images, "base_color": normal, "normal": base})


def srgb(values: np.ndarray) -> np.ndarray:
    return np.round((values / 255.0) ** (1 / 2.2) * 255).astype(np.uint8)


def linear_png(values: np.ndarray) -> bytes:
    """Return a PNG that says of itself that its values are linear (gAMA 1.0)."""
    info = PngInfo()
    info.add(b"gAMA", (100_000).to_bytes(4, "big"))
    out = io.BytesIO()
    Image.fromarray(values).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def weights(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    return first(rows("weights", change))


def some_without(values: np.ndarray) -> np.ndarray:
    values = values.copy()
    values[:30] = 0
    return values


def negative(values: np.ndarray) -> np.ndarray:
    values = values.copy()
    values[:30, :2] = (1.5, -0.5)
    return values


def stray(values: np.ndarray) -> np.ndarray:
    values = values.copy()
    values[:30, 0] = 200
    return values


def far_hand(model: Model) -> Model:
    away = np.array([3.0, 0.0, 0.0])
    bones = tuple((name, parent, head + away * (name == "hand_l")) for name, parent, head in model.bones)
    return replace(model, bones=bones)


def collision(change: Callable[[Part], Part]) -> Change:
    return lambda model: model.changed(change, len(model.parts) - 1)


def round_hull(part: Part) -> Part:
    """A ball of 386 vertices round the cart: more than physics engines cook."""
    made = ball(8, 1.25)
    vertices, index = np.unique(np.round(made.vertices, 5), axis=0, return_inverse=True)
    return replace(hull(part.name, made), vertices=vertices - [0, 0.6, 0], faces=index.reshape(-1)[made.faces])


def dented(part: Part) -> Part:
    vertices = part.vertices.copy()
    vertices[0] *= 0.2
    return replace(part, vertices=vertices)


def truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


Z_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
AROUND = np.diag([-1.0, 1, -1])
MIRROR = np.diag([-1.0, 1, 1])
HALF = np.sqrt(0.5)

FAULTS = {
    "scale x100": Fault(good_cart, moved(np.eye(3) * 100), "SCALE_WRONG", elsewhere=False),
    "scale x0.01": Fault(good_cart, moved(np.eye(3) * 0.01), "SCALE_WRONG", elsewhere=False),
    "figure x100": Fault(good_figure, moved(np.eye(3) * 100), "SCALE_IMPLAUSIBLE", ours=False),
    "figure x0.01": Fault(good_figure, moved(np.eye(3) * 0.01), "SCALE_IMPLAUSIBLE", ours=False),
    "tiny": Fault(good_ball, moved(np.eye(3) * 0.001), "SCALE_IMPLAUSIBLE", ours=False),
    "node scaled x100": Fault(good_ball, every(lambda part: replace(part, scale=100.0)), "NODE_SCALE"),
    "node turned": Fault(good_cart, every(lambda p: replace(p, rotation=(-HALF, 0.0, 0.0, HALF))), "NODE_ROTATION"),
    "Z up": Fault(good_cart, moved(Z_UP), "AXES_WRONG", elsewhere=False),
    "figure with Z up": Fault(good_figure, moved(Z_UP), "AXES_WRONG"),
    "facing away": Fault(good_cart, moved(AROUND), "AXES_WRONG", elsewhere=False),
    "figure facing away": Fault(good_figure, moved(AROUND), "FACING_WRONG"),
    "mirrored": Fault(good_cart, moved(MIRROR), "MIRRORED", elsewhere=False),
    "figure mirrored": Fault(good_figure, moved(MIRROR), "MIRRORED"),
    "inverse binds x100": Fault(good_figure, lambda model: replace(model, bind_scale=100.0), "BIND_SCALE"),
    "inverse binds x0.01": Fault(good_figure, lambda model: replace(model, bind_scale=0.01), "BIND_SCALE"),
    "inverse binds x2": Fault(good_figure, lambda model: replace(model, bind_scale=2.0), "BIND_MOVED", elsewhere=False),
    "levels swapped": Fault(good_cart, swapped_levels, "LOD_ORDER"),
    "levels equal": Fault(good_cart, lambda m: m.changed(lambda p: replace(p, faces=m.part(0).faces), 1), "LOD_ORDER"),
    "level numbers with a gap": Fault(
        good_cart, lambda m: m.changed(lambda p: replace(p, name="cart_LOD3"), 1), "LOD_GAP"
    ),
    "level shrunken": Fault(good_cart, lambda m: m.changed(rows("vertices", lambda v: v * 0.7), 1), "LOD_BOUNDS"),
    "base and normal swapped": Fault(good_cart, swapped_images, "TEXTURES_SWAPPED"),
    "green down": Fault(good_cart, pixels("normal", bumps(up=-1)), "NORMAL_MAP_GREEN"),
    "normal map as sRGB": Fault(good_cart, pixels("normal", srgb(bumps())), "NORMAL_MAP_SRGB"),
    "no normals in the normal map": Fault(good_cart, pixels("normal", maps(64).orm), "NORMAL_MAP_IMPLAUSIBLE"),
    "base colour linear": Fault(good_cart, image("base_color", linear_png(maps(64).base_color)), "COLOR_SPACE_WRONG"),
    "image cut off": Fault(
        good_cart, lambda m: image("normal", truncated(m.images["normal"]))(m), "TEXTURE_UNREADABLE"
    ),
    "image of 60 pixels": Fault(good_cart, pixels("base_color", maps(64).base_color[:60]), "TEXTURE_NOT_POWER_OF_TWO"),
    "image of 16384 pixels": Fault(
        good_cart, pixels("base_color", np.zeros((2, 16384, 3), np.uint8)), "TEXTURE_TOO_LARGE"
    ),
    "image missing": Fault(good_cart, lambda m: replace(m, external=True), "TEXTURE_FILE_MISSING", glb=False),
    "UVs in one point": Fault(good_cart, every(rows("uv", lambda uv: uv * 0)), "UV_COLLAPSED"),
    "UVs stacked": Fault(good_cart, every(rows("uv", lambda uv: uv * 4 % 1)), "UV_OVERLAP", elsewhere=False),
    "UVs outside": Fault(good_cart, every(rows("uv", lambda uv: uv * 2)), "UV_OUT_OF_RANGE"),
    "texels uneven": Fault(good_ball, every(uneven), "TEXEL_DENSITY"),
    "inside out": Fault(good_cart, every(inside_out), "WINDING_INWARD"),
    "open and inside out": Fault(good_ball, every(lambda p: inside_out(without_face(p))), "WINDING_INWARD"),
    "one piece inside out": Fault(good_ball, with_ball(0.2, (2, 0, 0), inward=True), "WINDING_INWARD"),
    "normals turned": Fault(good_cart, every(rows("normals", lambda n: -n)), "NORMALS_FLIPPED"),
    "normals too long": Fault(good_cart, every(rows("normals", lambda n: n * 1.5)), "NORMALS_NOT_UNIT"),
    "tangents too short": Fault(
        good_cart, every(rows("tangents", lambda t: t * [0.5, 0.5, 0.5, 1])), "TANGENTS_NOT_UNIT"
    ),
    "handedness flipped": Fault(good_cart, every(rows("tangents", lambda t: t * [1, 1, 1, -1])), "TANGENT_HANDEDNESS"),
    "tangents turned": Fault(good_cart, every(rows("tangents", lambda t: -t)), "TANGENT_DIRECTION"),
    "pivot beside": Fault(good_cart, every(rows("vertices", lambda v: v + np.array([0, 0, 0.7]))), "PIVOT_OFF_BASE"),
    "pivot below": Fault(good_cart, every(rows("vertices", lambda v: v + np.array([0, 0.5, 0]))), "PIVOT_OFF_BASE"),
    "floating crumb": Fault(good_ball, with_ball(0.01, (0.7, 0.8, 0.0)), "DEBRIS"),
    "inner shell": Fault(good_ball, with_ball(0.3, (0.0, 0.2, 0.0)), "INNER_SHELL"),
    "cavity": Fault(good_ball, with_ball(0.3, (0.0, 0.2, 0.0), inward=True), "INNER_SHELL"),
    "edge of three faces": Fault(good_cart, first(fin), "NON_MANIFOLD"),
    "hole": Fault(good_ball, first(without_face), "OPEN_EDGES", elsewhere=False),
    "empty triangles": Fault(good_cart, first(empty_triangles), "DEGENERATE_TRIANGLES"),
    "weights halved": Fault(good_figure, weights(lambda w: w / 2), "WEIGHTS_NOT_NORMALIZED"),
    "vertices without weights": Fault(good_figure, weights(some_without), "WEIGHTS_MISSING"),
    "mesh without weights": Fault(good_figure, first(lambda p: replace(p, weights=None)), "WEIGHTS_MISSING", fbx=False),
    "weights negative": Fault(good_figure, weights(negative), "WEIGHTS_NEGATIVE", fbx=False),
    "joint out of range": Fault(good_figure, first(rows("joints", stray)), "JOINT_RANGE", fbx=False),
    "bone outside the body": Fault(good_figure, far_hand, "BONE_OUTSIDE"),
    "hull too small": Fault(good_cart, collision(rows("vertices", lambda v: v * 0.6)), "COLLISION_TOO_SMALL"),
    "hull too large": Fault(good_cart, collision(rows("vertices", lambda v: v * 1.6)), "COLLISION_TOO_LARGE"),
    "hull aside": Fault(
        good_cart, collision(rows("vertices", lambda v: v + np.array([1.0, 0, 0]))), "COLLISION_TOO_SMALL"
    ),
    "hull open": Fault(good_cart, collision(without_face), "COLLISION_OPEN"),
    "hull dented": Fault(good_cart, collision(dented), "COLLISION_NOT_CONVEX"),
    "hull of too many vertices": Fault(good_cart, collision(round_hull), "COLLISION_VERTICES"),
    "not a number": Fault(
        good_ball, first(rows("vertices", lambda v: v * np.float64([1, np.nan, 1]))), "ACCESSOR_NOT_FINITE"
    ),
    "index past the vertices": Fault(
        good_ball, first(rows("faces", lambda f: f + 10_000)), "INDEX_RANGE", ours=False, fbx=False
    ),
}
