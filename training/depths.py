"""What the key light, light from all around and the eye meet first: depths for shadows, occlusion and lines."""

from __future__ import annotations

from dataclasses import dataclass

import moderngl
import numpy as np

from importer.records import F64
from training.looks import DIRECTIONS, Uniforms
from training.shaders import DEPTH_FRAGMENT, DEPTH_VERTEX

GRID = 4  # tiles in a row and in a column, one a scene
SIDES = {"key_depth": 256, "around_depth": 512, "eye_depth": 256}  # of a tile; 16 directions share one tile
MARGIN = 1.06  # of a light's view around the object, so that soft edges stay in their tile


@dataclass(frozen=True)
class Placed:
    """A shape where a scene has it: ``array`` draws its depth; ``to_camera``, ``to_clip`` (4, 4) of the picture;
    ``centre`` (3,) and ``radius`` of a ball around it in camera axes; ``key`` (3,) towards the key light.
    """

    array: moderngl.VertexArray
    texture: moderngl.TextureArray
    to_camera: F64
    to_clip: F64
    centre: F64
    radius: float
    key: F64

    def uniforms(self, tile: int) -> Uniforms:
        """Return what the picture's shader needs to look depths up."""
        return {
            "tile": (float(tile % GRID), float(tile // GRID)), "ball": (*self.centre, MARGIN * self.radius),
            "key_frame": tuple(light_frame(self.key).T.ravel()),
        }  # fmt: skip

    def light_clip(self, direction: F64) -> F64:
        """Return the map (4, 4) of the shape to the clip space of parallel light from `direction`."""
        frame = light_frame(direction) * np.array([[1], [1], [-1]]) / (MARGIN * self.radius)
        return np.vstack([np.column_stack([frame, -frame @ self.centre]), [0, 0, 0, 1]]) @ self.to_camera


class Depths:
    """The atlases, one tile a scene."""

    def __init__(self, gl: moderngl.Context) -> None:
        self.gl = gl
        self.program = gl.program(vertex_shader=DEPTH_VERTEX, fragment_shader=DEPTH_FRAGMENT)
        self.textures = {name: gl.depth_texture((GRID * side, GRID * side)) for name, side in SIDES.items()}
        self.targets = {name: gl.framebuffer(depth_attachment=texture) for name, texture in self.textures.items()}
        for name, texture in self.textures.items():
            texture.compare_func = "" if name == "eye_depth" else "<="

    def vertex_array(self, vertices: moderngl.Buffer, indices: moderngl.Buffer) -> moderngl.VertexArray:
        """Return what draws a shape whose vertices are those of `training.renderer.Renderer.load`."""
        names = ("position", "uv", "tint", "material")
        return self.gl.vertex_array(self.program, [(vertices, "3f 12x 2f 4f 4f", *names)], indices)

    def draw(self, name: str, scenes: list[tuple[int, Placed]]) -> None:
        """Draw the depths `name` of some scenes, each with the number of its tile."""
        if not scenes:
            return
        target, side = self.targets[name], SIDES[name]
        target.use()
        target.viewport = (0, 0, GRID * side, GRID * side)
        target.clear(depth=1.0)
        for tile, placed in scenes:
            views = {"key_depth": [placed.key], "around_depth": DIRECTIONS, "eye_depth": []}[name]
            clips = [placed.light_clip(direction) for direction in views] or [placed.to_clip]
            placed.texture.use(0)
            part = side // round(len(clips) ** 0.5)
            for k, clip in enumerate(clips):
                x, y = tile % GRID * side + k % GRID * part, tile // GRID * side + k // GRID * part
                target.viewport = (x, y, part, part)
                self.program["to_clip"].write(clip.T.astype("f4").tobytes())  # type: ignore[union-attr]
                placed.array.render()


def light_frame(direction: F64) -> F64:
    """Return the axes (3, 3) of a light's view, a row each: right, up, towards the light."""
    side = np.array([0.0, 1, 0]) if abs(direction[1]) < 0.8 else np.array([1.0, 0, 0])
    right = np.cross(side, direction)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(direction, right), direction])
