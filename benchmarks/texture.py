"""Time of rasterising and of the bake: python benchmarks/texture.py

Rasterising: spheres that fill most of a picture of 1024 x 1024, with a depth buffer. Bake: maps of 1024 x 1024 for an
LOD0 of 5,120 triangles from a dense sphere of 81,920, about what a volume of 128^3 gives, with a picture of 704 x 704.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.timing import median_seconds
from importer.profile.schema import Textures
from importer.raster import rasterize
from importer.texture.bake import bake
from importer.texture.dense import find_surface, open_dense
from importer.texture.occlusion import bake_occlusion
from importer.texture.packing import encode_png
from importer.texture.texels import map_texels
from tests.texture import shapes


def main() -> None:
    rows: list[tuple[str, float]] = []
    for subdivisions in (4, 5, 6):
        ball = shapes.sphere(subdivisions, 1.0)
        corners, depth = ball.vertices[ball.faces][..., :2] * 450 + 512, ball.vertices[ball.faces][..., 2] + 3
        name = f"rasterise {len(ball.faces):,} triangles"
        rows.append((name, median_seconds(lambda c=corners, d=depth: rasterize(c, (1024, 1024), d, perspective=True))))
    dense, low = shapes.sphere(6), shapes.unwrap(shapes.sphere(4), size=1024)
    picture = np.random.default_rng(0).integers(0, 256, (704, 704, 4), np.uint8)
    picture[..., 3] = 255
    prediction = shapes.prediction_of(picture)
    solid = shapes.solid_of(dense, prediction)
    opened, texels = open_dense(dense), map_texels(low.mesh, 1024)
    rows.append(("texel map", median_seconds(lambda: map_texels(low.mesh, 1024))))
    rows.append(("prepare the dense surface", median_seconds(lambda: open_dense(dense))))
    rows.append(("look-ups", median_seconds(lambda: find_surface(opened, texels.position, texels.unit_normal()))))
    rows.append(("occlusion", median_seconds(lambda: bake_occlusion(opened))))
    rows.append(("bake, all of it", median_seconds(lambda: bake(solid, low, prediction, Textures()))))
    maps = bake(solid, low, prediction, Textures())
    rows.append(("encode the base colour as PNG", median_seconds(lambda: encode_png(maps.base_color))))
    for name, seconds in rows:
        print(f"{name:36s} {seconds:7.3f} s")


if __name__ == "__main__":
    main()
