"""The turntable: eight views round the asset beside the picture it came from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from importer.preview.camera import ring
from importer.preview.ground import lay
from importer.preview.material import textured
from importer.preview.render import render
from importer.preview.sheet import fit, grid, label
from importer.records import U8, Maps, TexturedMesh

SIDES = {0: "front", 90: "left", 180: "back", 270: "right"}  # the object's own left and right; it faces +Z


def views(mesh: TexturedMesh, maps: Maps, degrees: list[int], size: int, samples: int = 2) -> list[U8]:
    """Return one picture (size, size, 3) for each camera azimuth in degrees, counter-clockwise seen from above."""
    model = textured(mesh, maps)
    floor = lay(model.scene)
    cameras = ring(mesh.vertices, np.radians(degrees))
    with ThreadPoolExecutor(max_workers=2) as pool:  # Embree and numpy let go of the interpreter's lock
        return list(pool.map(lambda camera: render(model, camera, size, floor, samples), cameras))


def turntable(picture: U8, mesh: TexturedMesh, maps: Maps, size: int = 320) -> U8:
    """Return the sheet: `picture` (h, w, 4) at the left, then two rows of four labelled views."""
    degrees = list(range(0, 360, 45))
    tiles = [label(tile, name(d)) for d, tile in zip(degrees, views(mesh, maps, degrees, size), strict=True)]
    sheet = grid(tiles, columns=4)
    source = label(fit(picture, sheet.shape[0] - 8, sheet.shape[0] - 8), "picture")
    left = np.full((sheet.shape[0], source.shape[1] + 4, 3), sheet[0, 0], np.uint8)
    left[4:-4, 4:] = source
    return np.concatenate([left, sheet], axis=1)


def name(degrees: int) -> str:
    """Return a view's label, e.g. ``90° left``."""
    return f"{degrees}° {SIDES.get(degrees, '')}".strip()
