"""Time of the export and verify stages: python benchmarks/export.py

A sphere of 100,000 triangles with four levels and maps of 2048 x 2048, for one target and for all five.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.timing import median_seconds
from importer.export.glb import Material, Part, write_glb
from importer.records import Maps
from importer.texture.packing import encode_png
from tests.support.models import TARGETS, asset, ball
from tests.support.published import checked, exported


def bumpy(size: int) -> Maps:
    """Maps with the entropy of a picture; flat ones would compress unfairly fast."""
    noise = np.random.default_rng(0).normal(0, 6, (size, size, 3))
    y, x = np.mgrid[:size, :size] / size
    base = np.stack([120 + 80 * np.sin(9 * x), 110 + 60 * np.cos(7 * y), 90 + 50 * x * y], axis=-1)
    pixels = np.clip(base + noise, 0, 255).astype(np.uint8)
    normal = np.clip(np.array([128, 128, 250]) + noise / 2, 0, 255).astype(np.uint8)
    return Maps(pixels, normal, pixels, pixels[..., 0])


def main() -> None:
    levels = tuple(ball(cuts) for cuts in (91, 64, 45, 32))
    rows: list[tuple[str, float]] = []
    maps = bumpy(2048)
    image = encode_png(maps.base_color)
    rows.append(("encode one 2k PNG", median_seconds(lambda: encode_png(maps.base_color))))
    material = Material("ball", image, image, image)
    parts = [Part(f"ball_LOD{level}", mesh) for level, mesh in enumerate(levels)]
    rows.append(
        ("one GLB of four levels, PNGs ready", median_seconds(lambda: write_glb("ball", parts, material, "ball")))
    )
    for targets in (("gltf",), TARGETS):
        made = asset("ball", levels, export={"targets": targets})
        made = type(made)(**{**vars(made), "maps": maps})
        name = targets[0] if len(targets) == 1 else "all targets"
        rows.append((f"export {name}, PNGs encoded", median_seconds(lambda made=made: exported(made), 1)))
        files = exported(made)
        rows.append((f"verify {name}", median_seconds(lambda made=made, files=files: checked(made, files), 1)))
    print(f"{len(levels[0].faces):,} triangles, {len(levels)} levels, 2048 x 2048 maps")
    for name, seconds in rows:
        print(f"{name:40}{seconds:8.3f} s")


if __name__ == "__main__":
    main()
