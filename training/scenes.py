"""Seeded views: how a shape stands, seen by which camera, under which light.

A view's world is that of `importer.reconstruct.frustum.orbit_camera`: the square view has side 1 at the origin, the
object's own depth range is centred there, and its projected box is centred in the view.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from importer.reconstruct.frustum import orbit_camera
from importer.records import F64
from training.looks import Uniforms, random_looks

DEPTH_RANGE = 0.7


@dataclass(frozen=True)
class Scene:
    """One view.

    ``shape``: its index; ``model`` (3, 4): shape to world; ``elevation`` in radians, ``tan_half_fov``: the camera;
    ``upright``: whether the elevation means anything (not so for a tilted object); ``recolor`` (3, 4): affine map of
    sRGB base colours; ``light``: uniforms of the shader by name; ``looks``: more of them, or none: a plain picture.
    """

    shape: int
    model: F64
    elevation: float
    tan_half_fov: float
    upright: bool
    recolor: F64
    light: dict[str, tuple[float, ...]]
    looks: Uniforms


@dataclass(frozen=True)
class Variety:
    """How far training views stray from a plain view: probabilities and strengths."""

    tilt: float = 0.03
    stretch: float = 0.12  # standard deviation of the logarithm of each axis' scale
    stretched: float = 0.35
    recolor: float = 0.3
    noise: float = 0.3
    off_centre: float = 0.25
    looks: float = 0.3  # shadows, occlusion, surroundings, paint: they take more than twice the time of a plain picture


PLAIN = Variety(*[0.0] * len(fields(Variety)))  # evaluation


def rotation_about(axis: int, angle: float) -> F64:
    """Return the right-handed rotation by `angle` about a coordinate axis."""
    c, s = np.cos(angle), np.sin(angle)
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix


def random_rotation(rng: np.random.Generator) -> F64:
    """Return a uniformly random rotation."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q * np.linalg.det(q)


def support_points(vertices: NDArray[np.float32], directions: int = 192) -> NDArray[np.float32]:
    """Return the vertices farthest in many directions: enough of the convex hull to frame a view."""
    rng = np.random.default_rng(7)
    d = rng.normal(size=(directions, 3)).astype(np.float32)
    return vertices[np.unique((d @ vertices.T).argmax(1))]


def frame(
    points: F64, elevation: float, tan_half: float, fill: float, middle: F64 | None = None
) -> tuple[float, F64, float]:
    """Return scale, offset (3,) and half depth that let `points` (n, 3) fill `fill` of the view, around `middle` (2,).

    The middle is that of the view if there is none; x goes right, y up, in sides of the view.
    """
    middle = np.zeros(2) if middle is None else middle
    camera = orbit_camera(elevation, tan_half)
    local = points @ camera.rotation.T
    low, high = local.min(0), local.max(0)
    local = local - (low + high) / 2
    scale, shift = fill / max(float((high - low)[:2].max()), 1e-6), np.zeros(2)
    for _ in range(12):
        depth = np.maximum(camera.distance - scale * local[:, 2], 0.1)
        seen = (scale * local[:, :2] + shift) * (camera.distance / depth)[:, None]
        extent = seen.max(0) - seen.min(0)
        shift = shift + middle - (seen.max(0) + seen.min(0)) / 2
        scale *= (fill / max(float(extent.max()), 1e-6)) ** 0.8
    offset = np.array([shift[0], shift[1], 0.0]) - scale * (low + high) / 2
    return scale, offset @ camera.rotation, float(scale * (high - low)[2] / 2)


def linear_part(rng: np.random.Generator, variety: Variety, tilt: bool) -> F64:
    """Return a random turn about Y, with a stretch and a tilt by chance."""
    matrix = np.eye(3)
    if rng.random() < variety.stretched:
        matrix = np.diag(np.exp(rng.normal(0, variety.stretch, 3)))
        if rng.random() < 0.5:
            matrix = matrix @ np.diag([-1.0, 1.0, 1.0])
    if tilt:
        matrix = random_rotation(rng) @ matrix
    return rotation_about(1, rng.uniform(0, 2 * np.pi)) @ matrix


def make_scene(rng: np.random.Generator, index: int, support: F64, variety: Variety) -> Scene:
    """Draw one view of the shape `index` whose support points (n, 3) are `support`."""
    tilt = rng.random() < variety.tilt
    best = None
    for _ in range(12):  # a long object seen along its axis leaves the depth range: look again
        elevation = float(np.clip(rng.normal(np.radians(14), np.radians(14)), np.radians(-12), np.radians(50)))
        tan_half = float(np.tan(np.radians(rng.uniform(12, 50)) / 2))
        linear = linear_part(rng, variety, tilt)
        fill = rng.uniform(0.78, 0.95) if variety is not PLAIN else 0.87
        # A crop goes by the mask's box: where a part is missing there or too much, the object is beside the middle.
        off = variety.off_centre > 0 and rng.random() < variety.off_centre
        middle = np.clip(rng.normal(0, 0.03, 2), -0.49 + fill / 2, 0.49 - fill / 2) if off else None
        scale, offset, half = frame(support @ linear.T, elevation, tan_half, fill, middle)
        if best is None or half < best[0]:
            best = half, elevation, tan_half, np.column_stack([scale * linear, offset])
        if half < 0.66:
            break
    assert best is not None
    _, elevation, tan_half, model = best
    recolor, light = random_recolor(rng, variety), random_light(rng, variety)
    looks = random_looks(rng, variety.looks, light, orbit_camera(elevation, tan_half).rotation[:, 1])
    return Scene(index, model, elevation, tan_half, not tilt, recolor, light, looks)


def random_recolor(rng: np.random.Generator, variety: Variety) -> F64:
    """Return an affine map (3, 4) of colours: most often the identity, else a turn of the hue and a tint."""
    if rng.random() >= variety.recolor:
        return np.eye(3, 4)
    grey = np.full((3, 3), 1 / 3)
    angle = rng.uniform(0, 2 * np.pi)
    axis = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    turn = np.cos(angle) * np.eye(3) + np.sin(angle) * axis + (1 - np.cos(angle)) * grey
    turn = grey + rng.uniform(0.3, 1.2) * (turn - grey @ turn)
    turn = np.diag(rng.uniform(0.75, 1.2, 3)) @ turn * rng.uniform(0.7, 1.1)
    return np.column_stack([turn, rng.uniform(-0.05, 0.1) * np.ones(3)])


def random_light(rng: np.random.Generator, variety: Variety) -> dict[str, tuple[float, ...]]:
    """Return shader uniforms: a key light from above, a fill light, sky and ground, gloss, and surface noise."""
    key = np.array([rng.normal(0, 0.8), abs(rng.normal(0.7, 0.5)) + 0.05, abs(rng.normal(0.7, 0.5))])
    fill = np.array([rng.normal(0, 1), rng.normal(0.2, 0.6), rng.normal(0.4, 0.7)])
    warmth = rng.normal(0, 0.08)
    sky = rng.uniform(0.15, 0.6)
    ground = sky * rng.uniform(0.3, 1.0)
    strength = rng.uniform(0.3, 1.1)
    flat = rng.random() < 0.1
    noisy = rng.random() < variety.noise
    return {
        "key_direction": tuple(key / np.linalg.norm(key)),
        "fill_direction": tuple(fill / np.linalg.norm(fill)),
        "key_color": tuple(strength * np.array([1 + warmth, 1, 1 - warmth]) * (0.15 if flat else 1)),
        "fill_color": tuple(rng.uniform(0, 0.4) * (1 + rng.normal(0, 0.1, 3))),
        "sky_color": tuple((1.0 if flat else sky) * (1 + rng.normal(0, 0.06, 3))),
        "ground_color": tuple((0.95 if flat else ground) * (1 + rng.normal(0, 0.06, 3))),
        "gloss": (float(rng.uniform(0, 0.5) ** 2 * 2), float(np.exp(rng.uniform(1.5, 4.5)))),
        "toon": (float(rng.random() < 0.08),),
        "noise": (
            float(noisy * rng.uniform(0.05, 0.5)),
            float(np.exp(rng.uniform(1.2, 3.7))),
            float(noisy * rng.uniform(0, 0.5)),
        ),
    }
