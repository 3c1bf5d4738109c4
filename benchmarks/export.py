"""Time of the mesh writers against Blender's exporters: python -m benchmarks.export [--stages]

A sphere of 100,000 triangles with four levels of detail and a hull; its three 2048 x 2048 maps are PNG files already.
Blender, where it is on the PATH, writes the same meshes without textures, measured inside Blender in the same run.
With --stages the export and verify stages too, which encode the PNG files.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from importer.export.fbx.asset import asset_scene
from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import Material as FbxMaterial
from importer.export.fbx.scene import Texture
from importer.export.glb import Material, Part, write_glb
from importer.export.gltf.scene import Geometry
from importer.records import Maps, TexturedMesh
from importer.texture.packing import encode_png
from tests.support.models import TARGETS, asset, ball, box_hull
from tests.support.published import checked, exported

_REPEATS = 7
_BLENDER = """
import bpy, json, numpy, sys, time
if not hasattr(numpy, "bool"):
    numpy.bool = bool
file, out = sys.argv[-2:]
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.fbx(filepath=file)
found = {}
for name, write in (
    ("fbx", lambda: bpy.ops.export_scene.fbx(filepath=out + ".fbx", use_tspace=True, path_mode="STRIP")),
    ("glb", lambda: bpy.ops.export_scene.gltf(filepath=out + ".glb", export_tangents=True, export_image_format="NONE")),
):
    times = []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        write()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls = sorted(wall for wall, _ in times)
    found[name] = [walls[1], walls[0], sorted(cpu for _, cpu in times)[1]]
print("SECONDS", json.dumps(found))
"""


def main() -> None:
    levels = tuple(ball(cuts) for cuts in (91, 64, 45, 32))
    maps = bumpy(2048)
    triangles = sum(len(mesh.faces) for mesh in levels)
    print(f"{len(levels[0].faces):,} triangles in level 0, {triangles:,} in {len(levels)} levels")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n" if hasattr(os, "getloadavg") else "")
    print("| what | seconds, median | fastest | CPU seconds | MB |\n|---|---:|---:|---:|---:|")
    image = encode_png(maps.base_color)
    writers(levels, image)
    if shutil.which("blender"):
        for name, (median, fastest, cpu, size) in blender(fbx(levels, None)).items():
            row(f"Blender, {name.upper()}, no textures", median, fastest, cpu, size)
    row("encode one 2k PNG", *timed(lambda: encode_png(maps.base_color)), len(image))
    if "--stages" in sys.argv:
        stages(levels, maps)


def writers(levels: tuple[TexturedMesh, ...], image: bytes) -> None:
    glb_maps, fbx_maps = len(glb(levels, image)), len(fbx(levels, image))
    row("GLB and FBX, textures embedded", *timed(lambda: (glb(levels, image), fbx(levels, image))), glb_maps + fbx_maps)
    row("GLB, textures embedded", *timed(lambda: glb(levels, image)), glb_maps)
    row("FBX, base colour embedded", *timed(lambda: fbx(levels, image)), fbx_maps)
    geometries: tuple[Geometry, ...] = ("plain", "quantized", "meshopt")
    for geometry in geometries:
        size = len(glb(levels, None, geometry))
        row(f"GLB, {geometry}, no textures", *timed(lambda g=geometry: glb(levels, None, g)), size)
    row("FBX, no textures", *timed(lambda: fbx(levels, None)), len(fbx(levels, None)))


def glb(levels: tuple[TexturedMesh, ...], image: bytes | None, geometry: Geometry = "plain") -> bytes:
    parts = [Part(f"ball_LOD{level}", mesh) for level, mesh in enumerate(levels)]
    return write_glb("ball", parts, Material("ball", image, image, image), "ball", geometry)


def fbx(levels: tuple[TexturedMesh, ...], image: bytes | None) -> bytes:
    texture = Texture("base", "base.png", image)
    named = [(f"ball_LOD{i}", mesh, 0.5**i) for i, mesh in enumerate(levels)]
    hulls = [("UCX_ball_00", box_hull(levels[0]))]
    return write_fbx(asset_scene("ball", named, hulls, FbxMaterial("ball", base_color_map=texture)))


def stages(levels: tuple[TexturedMesh, ...], maps: Maps) -> None:
    for targets in (("gltf",), TARGETS):
        made = asset("ball", levels, export={"targets": targets})
        made = type(made)(**{**vars(made), "maps": maps})
        name = targets[0] if len(targets) == 1 else f"{len(targets)} targets"
        files = exported(made)
        size = sum(map(len, files.files.values()))
        row(f"export stage, {name}, PNGs encoded", *timed(lambda made=made: exported(made), 1), size)
        row(f"verify stage, {name}", *timed(lambda made=made, files=files: checked(made, files), 1), size)


def timed(function: Callable[[], object], repeats: int = _REPEATS) -> tuple[float, float, float]:
    """Return median and least seconds by the clock, and the median of all cores' seconds together."""
    times = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        function()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    walls = [wall for wall, _ in times]
    return statistics.median(walls), min(walls), statistics.median(cpu for _, cpu in times)


def row(what: str, median: float, fastest: float, cpu: float, size: int) -> None:
    print(f"| {what} | {median:.3f} | {fastest:.3f} | {cpu:.3f} | {size / 1e6:.1f} |", flush=True)


def bumpy(size: int) -> Maps:
    """Maps with the entropy of a picture; flat ones would compress unfairly fast."""
    noise = np.random.default_rng(0).normal(0, 6, (size, size, 3))
    y, x = np.mgrid[:size, :size] / size
    base = np.stack([120 + 80 * np.sin(9 * x), 110 + 60 * np.cos(7 * y), 90 + 50 * x * y], axis=-1)
    pixels = np.clip(base + noise, 0, 255).astype(np.uint8)
    normal = np.clip(np.array([128, 128, 250]) + noise / 2, 0, 255).astype(np.uint8)
    return Maps(pixels, normal, pixels, pixels[..., 0])


def blender(data: bytes) -> dict[str, tuple[float, float, float, int]]:
    """Return median and least seconds, CPU seconds and bytes of each of Blender's exporters."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "in.fbx"), Path(folder, "out")
        file.write_bytes(data)
        command = ["blender", "--background", "--factory-startup", "--python-expr", _BLENDER, "--", str(file), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        line = next(line for line in done.stdout.splitlines() if line.startswith("SECONDS "))
        found = json.loads(line.removeprefix("SECONDS "))
        return {name: (*times, out.with_suffix(f".{name}").stat().st_size) for name, times in found.items()}


if __name__ == "__main__":
    main()
