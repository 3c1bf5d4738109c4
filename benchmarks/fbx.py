"""Time of the FBX writer: python benchmarks/fbx.py [--blender]

A sphere of 100,000 triangles with four levels of detail and a hull, its 2048 x 2048 maps encoded before. With --blender
Blender writes the same meshes, measured inside Blender, where it is on the PATH.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.export import bumpy
from benchmarks.timing import median_seconds
from importer.export.fbx.asset import asset_scene
from importer.export.fbx.document import write_fbx
from importer.export.fbx.scene import Material, Scene, Texture
from importer.texture.packing import encode_png
from tests.support.models import ball, box_hull

_BLENDER = """
import bpy, json, sys, time
file, out = sys.argv[-2:]
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.fbx(filepath=file)
start = time.perf_counter()
bpy.ops.export_scene.fbx(filepath=out, use_tspace=True, path_mode="STRIP")
print("SECONDS", json.dumps(time.perf_counter() - start))
"""


def main() -> None:
    levels = tuple(ball(cuts) for cuts in (91, 64, 45, 32))
    image = encode_png(bumpy(2048).base_color)
    hull = box_hull(levels[0])

    def scene(content: bytes | None) -> Scene:
        material = Material("ball", base_color_map=Texture("base", "base.png", content))
        named = [(f"ball_LOD{i}", mesh, 0.5**i) for i, mesh in enumerate(levels)]
        return asset_scene("ball", named, [("UCX_ball_00", hull)], material)

    triangles = sum(len(mesh.faces) for mesh in levels)
    print(f"{len(levels[0].faces):,} triangles, {len(levels)} levels, {triangles:,} triangles in all")
    print(f"{'weld and describe':40}{median_seconds(lambda: scene(None)):8.3f} s")
    for what, made in (("textures beside the file", scene(None)), ("one 2k texture embedded", scene(image))):
        size = len(write_fbx(made)) / 1e6
        print(f"{'write, ' + what:40}{median_seconds(lambda made=made: write_fbx(made)):8.3f} s{size:8.1f} MB")
    if "--blender" in sys.argv:
        seconds, size = blender(write_fbx(scene(None)))
        print(f"{'Blender, textures beside the file':40}{seconds:8.3f} s{size:8.1f} MB")


def blender(data: bytes) -> tuple[float, float]:
    """Return seconds and megabytes of Blender's exporter."""
    program = shutil.which("blender")
    if program is None:
        raise SystemExit("blender is not on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "in.fbx"), Path(folder, "out.fbx")
        file.write_bytes(data)
        command = [program, "--background", "--factory-startup", "--python-expr", _BLENDER, "--", file, out]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        line = next(line for line in done.stdout.splitlines() if line.startswith("SECONDS "))
        return json.loads(line.removeprefix("SECONDS ")), out.stat().st_size / 1e6


if __name__ == "__main__":
    main()
