"""One picture of a model in the studio: rays, surface, light, floor and backdrop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from importer.preview import shade
from importer.preview.camera import pixel_rays
from importer.preview.ground import KEY_SPREAD, Floor, cone
from importer.preview.rays import Floats, Hits, Scene
from importer.records import U8, Camera

BACKDROP_TOP, BACKDROP_BOTTOM = 0.50, 0.62  # linear grey
BAND = 64  # rows at once: their arrays fit the processor's cache


@dataclass(frozen=True)
class Model:
    """A mesh and what its surface is made of at given hits."""

    scene: Scene
    surface: Callable[[Hits], shade.Surface]


def backdrop(size: int, top: float = BACKDROP_TOP, bottom: float = BACKDROP_BOTTOM) -> Floats:
    """Return the neutral backdrop (size, size, 3), linear."""
    rows = np.linspace(top, bottom, size, dtype=np.float32)
    return np.broadcast_to(rows[:, None, None], (size, size, 3)).copy()


def render(model: Model, camera: Camera, size: int, floor: Floor | None, samples: int = 2) -> U8:
    """Return the picture (size, size, 3), sRGB, `samples` squared rays a pixel, on the neutral backdrop."""
    color, alpha = layer(model, camera, size, samples)
    behind = backdrop(size)
    if floor is not None:
        behind *= floor_light(floor, camera, size)[..., None]
    return shade.encode(color + (1 - alpha[..., None]) * behind)


def layer(model: Model, camera: Camera, size: int, samples: int = 2) -> tuple[Floats, Floats]:
    """Return the object alone: RGB (size, size, 3), linear, premultiplied by its alpha (size, size)."""
    light = np.zeros((size, size, 3), np.float32)
    count = np.zeros((size, size), np.float32)
    lights = shade.studio(camera)
    spots = cone(lights.key, samples * samples, KEY_SPREAD)
    x0, y0, x1, y1 = _window(model.scene, camera, size)
    eye = camera.position.astype(np.float32)[None]
    for top in range(y0, y1, BAND):
        y, x = np.mgrid[top : min(top + BAND, y1), x0:x1].reshape(2, -1).astype(np.float32)
        for index in range(samples * samples):
            # One spot of the area light for each sub-pixel: a soft shadow without noise and at the price of a hard one.
            dx, dy = (index % samples + 0.5) / samples, (index // samples + 0.5) / samples
            hits = model.scene.cast(eye, pixel_rays(camera, x + dx, y + dy, size))
            row, column = y[hits.ray].astype(np.int32), x[hits.ray].astype(np.int32)
            light[row, column] += shade.tone(_lit(model, hits, lights, spots[index]))
            count[row, column] += 1
    return light / (samples * samples), count / (samples * samples)


def floor_light(floor: Floor, camera: Camera, size: int) -> Floats:
    """Return (size, size): how much light the floor gets at each pixel, against an empty floor; 1 above the horizon."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    d = pixel_rays(camera, x.ravel() + 0.5, y.ravel() + 0.5, size)
    down = np.where(d[:, 1] < -1e-4, d[:, 1], np.float32(-1e-4))
    travel = (floor.height - camera.position[1]) / down
    px, pz = ((camera.position[i] + travel * d[:, i]).reshape(size, size) for i in (0, 2))
    lights = shade.studio(camera)
    key_share = 0.45
    sky, key = floor.sample(floor.sky, px, pz), floor.sample(floor.key(lights.key), px, pz)
    result = (1 - key_share) * sky + key_share * key
    return np.where((d[:, 1] < -1e-4).reshape(size, size), result, 1).astype(np.float32)


def _lit(model: Model, hits: Hits, lights: shade.Lights, spot: Floats) -> Floats:
    """Return the linear RGB (k, 3) of hits, with the shadow of one spot of the key light."""
    surface = model.surface(hits)
    start = hits.point + surface.normal * np.float32(0.004 * model.scene.diagonal)
    seen = np.zeros(len(hits.ray), np.float32)
    facing = np.flatnonzero(surface.normal @ spot > 0)
    seen[facing] = ~model.scene.blocked(start[facing], spot[None])
    return shade.radiance(surface, hits.toward, lights, seen)


def _window(scene: Scene, camera: Camera, size: int) -> tuple[int, int, int, int]:
    """Return the pixels x0, y0, x1, y1 that can show the object."""
    uv, _ = camera.project(scene.vertices)
    low = np.clip(np.floor(uv.min(0) * size) - 1, 0, size).astype(int)
    high = np.clip(np.ceil(uv.max(0) * size) + 1, 0, size).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
