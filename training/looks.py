"""How a picture is lit and drawn beyond the plain light of `training.scenes`: surroundings, occlusion, brush and lines.

Directions are in camera axes. Light from all around is summed over `DIRECTIONS`, each of which stands for the part of
the sphere that is nearest to it; its shadows are the occlusion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from importer.records import F64

Uniforms = dict[str, Any]  # of a shader, by name: tuples of numbers, lists of them for arrays
LOBES = 3
CHANCES = (0.7, 0.65, 0.6, 0.25)  # of shadows, occlusion, surroundings and paint where there are looks


def spread(count: int) -> F64:
    """Return `count` directions (count, 3), evenly spread (a Fibonacci spiral)."""
    at = np.arange(count) + 0.5
    y, turn = 1 - 2 * at / count, np.pi * (1 + 5**0.5) * at
    side = np.sqrt(1 - y * y)
    return np.column_stack([side * np.cos(turn), y, side * np.sin(turn)])


DIRECTIONS = spread(16)
_FINE = spread(2048)
_NEAREST = (_FINE @ DIRECTIONS.T).argmax(1)


@dataclass(frozen=True)
class Surroundings:
    """Light from all around: ground and sky that meet at a soft horizon, and `LOBES` round lights.

    ``up`` (3,); ``sky``, ``ground`` (3,) linear radiance; ``haze``: half width of the horizon, as a sine; ``axes``,
    ``colors`` (LOBES, 3), ``sharpness`` (LOBES,): lights of radiance color * exp(sharpness * (cosine - 1)).
    """

    up: F64
    sky: F64
    ground: F64
    haze: float
    axes: F64
    colors: F64
    sharpness: F64

    def radiance(self, directions: F64) -> F64:
        """Return the light (n, 3) that comes from `directions` (n, 3), as the shader's `surroundings` does."""
        t = np.clip((directions @ self.up / self.haze + 1) / 2, 0, 1)
        t = (t * t * (3 - 2 * t))[:, None]
        lights = np.exp(self.sharpness * (directions @ self.axes.T - 1)) @ self.colors
        return self.ground * (1 - t) + self.sky * t + lights

    def sampled(self) -> F64:
        """Return the mean light (16, 3) of what is nearest to each of `DIRECTIONS`."""
        fine = self.radiance(_FINE)
        count = np.bincount(_NEAREST, minlength=len(DIRECTIONS))
        return np.column_stack([np.bincount(_NEAREST, fine[:, i], len(DIRECTIONS)) / count for i in range(3)])

    def uniforms(self) -> Uniforms:
        """Return what the shader needs to know."""
        return {
            "around": [tuple(c) for c in self.sampled()], "up": tuple(self.up), "haze": (self.haze,),
            "sky": tuple(self.sky), "ground": tuple(self.ground), "lobe_axis": [tuple(a) for a in self.axes],
            "lobe_color": [tuple(c) for c in self.colors], "lobe_sharpness": tuple(self.sharpness),
        }  # fmt: skip


def random_surroundings(rng: np.random.Generator, up: F64) -> Surroundings:
    """Return a made-up place: a hall with lamps, a studio with soft boxes, or the open air with a sun."""
    axes = rng.normal(size=(LOBES, 3)) + 0.8 * up + np.array([0, 0, 0.4])
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    tint = np.exp(rng.normal(0, 0.12, (LOBES, 3)))
    sky, ground = np.exp(rng.normal(0, 0.1, (2, 3)))
    place = rng.integers(3)
    if place == 0:  # lamps: dim all around, warm and cold lights
        sky, ground = 0.35 * sky, 0.2 * ground
        colors, sharpness = rng.uniform(0.5, 3, (LOBES, 1)) * tint**2, np.exp(rng.uniform(0.5, 3, LOBES))
    elif place == 1:  # soft boxes: broad, white
        sky, ground = 0.6 * sky, 0.45 * ground
        colors, sharpness = rng.uniform(0.3, 2, (LOBES, 1)) * tint**0.3, np.exp(rng.uniform(1, 2.5, LOBES))
    else:  # open air: blue above, brown or green below, one sun
        sky, ground = sky * [0.75, 0.9, 1.15], 0.4 * ground * [1.1, 1.0, 0.8]
        colors, sharpness = tint * np.array([[3.0], [0.3], [0.0]]), np.array([20.0, 2.0, 1.0])
    found = Surroundings(up, sky, ground, float(rng.uniform(0.08, 0.9)), axes, colors, sharpness)
    mean = float(found.sampled().mean())
    gain = rng.uniform(0.45, 0.85) / mean
    return Surroundings(up, gain * sky, gain * ground, found.haze, axes, gain * colors, sharpness)


def even_surroundings(up: F64, sky: F64, ground: F64) -> Surroundings:
    """Return the sky and ground of the plain light."""
    nothing = np.zeros((LOBES, 3))
    return Surroundings(up, sky, ground, 1.0, nothing, nothing, np.zeros(LOBES))


def random_looks(rng: np.random.Generator, chance: float, light: Uniforms, up: F64) -> Uniforms:
    """Return uniforms of a picture with looks by `chance`, or nothing at all: a plain picture.

    Parameters
    ----------
    chance : no number is drawn if it is 0.
    light : what `training.scenes.random_light` says; surroundings take the place of its sky, ground and fill light.
    up : (3,) the world's up.
    """
    if chance == 0 or rng.random() >= chance:
        return {}
    shadow, occlusion, around, painted = rng.random(4) < CHANCES
    # The plain light's sky is the camera's, not the world's.
    place = even_surroundings(np.array([0.0, 1, 0]), np.array(light["sky_color"]), np.array(light["ground_color"]))
    looks: Uniforms = {"mirror": (0.0, 0.0), "brush": (0.0, 1.0), "line": (0.0, 1.0)}
    if around:
        place = random_surroundings(rng, up)
        looks["fill_color"] = (0.0, 0.0, 0.0)
        metal = rng.random() < 0.2
        looks["mirror"] = (float(rng.uniform(0.4, 0.9) if metal else rng.uniform(0, 0.5) ** 2), float(metal))
    if painted:
        looks["brush"] = (float(rng.uniform(0.2, 1) * (rng.random() < 0.7)), float(rng.integers(3, 8)))
        looks["line"] = (float(rng.uniform(0.3, 1) * (rng.random() < 0.6)), float(np.exp(rng.uniform(-5.3, -3.7))))
    looks["shadow"] = (float(shadow * rng.uniform(0.7, 1)), float(rng.uniform(0.7, 2.5)))
    looks["occlusion"] = (float(occlusion * rng.uniform(0.6, 1)),)
    return looks | place.uniforms()
