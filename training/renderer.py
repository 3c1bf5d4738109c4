"""Rendering views with OpenGL (moderngl, standalone EGL context): pictures and the maps that a network learns from."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from importer.reconstruct.frustum import orbit_camera
from importer.records import F64
from training.corpus import ALPHA_MASK, DOUBLE_SIDED, Shape
from training.scenes import DEPTH_RANGE, Scene
from training.shaders import FRAGMENT, VERTEX

IMAGE_SIZE, MAP_SIZE = 256, 128
COLUMNS, ROWS = 4, 4  # views in one atlas: one read-back for all
BATCH = COLUMNS * ROWS
NEAR, FAR = 0.05, 8.0

U8 = NDArray[np.uint8]


@dataclass(frozen=True)
class Views:
    """Rendered views: ``image`` (n, 256, 256, 4) uint8, premultiplied; maps (n, 128, 128, ...) of the front and the
    back.

    ``front``, ``back``: normal in camera axes as (127 n + 128), alpha 255 where there is surface; ``base``: sRGB base
    colour of the front; ``depth`` (n, 2, 128, 128) int16: 32767 w of front and back.
    """

    image: U8
    front: U8
    back: U8
    base: U8
    depth: NDArray[np.int16]


class Renderer:
    """An OpenGL context with the two atlases that views are drawn into, and the shapes that are loaded.

    Parameters
    ----------
    device : int
        Index of the EGL device (GPU).
    """

    def __init__(self, device: int = 0, samples: int = 4) -> None:
        self.gl = moderngl.create_context(standalone=True, backend="egl", device_index=device)  # type: ignore[call-arg]
        self.program = self.gl.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        size = (COLUMNS * IMAGE_SIZE, ROWS * IMAGE_SIZE)
        self.multi = self.gl.framebuffer(
            [self.gl.renderbuffer(size, samples=samples)], self.gl.depth_renderbuffer(size, samples=samples)
        )
        self.picture = self.gl.framebuffer([self.gl.renderbuffer(size)])
        size = (COLUMNS * MAP_SIZE, ROWS * MAP_SIZE)
        self.maps = self.gl.framebuffer(
            [self.gl.texture(size, 4), self.gl.texture(size, 4), self.gl.texture(size, 1, dtype="f4")],
            self.gl.depth_renderbuffer(size),
        )
        self.loaded: OrderedDict[int, tuple[moderngl.VertexArray, moderngl.Texture | moderngl.TextureArray, list]] = (
            OrderedDict()
        )

    def load(self, key: int, shape: Shape, keep: int = 6) -> None:
        """Upload `shape` under `key`; the oldest of more than `keep` shapes is dropped."""
        if key in self.loaded:
            self.loaded.move_to_end(key)
            return
        rows = np.empty(len(shape.vertices), [("p", "3f4"), ("n", "3f4"), ("uv", "2f4"), ("c", "4f4"), ("m", "4f4")])
        rows["p"], rows["n"], rows["uv"] = shape.vertices, shape.normals, shape.uv
        rows["c"] = shape.rgba / np.float32(255)
        double, cut = (shape.flags & DOUBLE_SIDED) > 0, (shape.flags & ALPHA_MASK) > 0
        rows["m"] = np.column_stack([shape.layer, double, cut, shape.roughness])
        vertices = self.gl.buffer(rows.tobytes())
        indices = self.gl.buffer(shape.faces.astype("i4").tobytes())
        array = self.gl.vertex_array(
            self.program, [(vertices, "3f 3f 2f 4f 4f", "position", "normal", "uv", "tint", "material")], indices
        )
        layers = shape.textures if len(shape.textures) else np.full((1, 1, 1, 4), 255, np.uint8)
        texture = self.gl.texture_array((layers.shape[2], layers.shape[1], len(layers)), 4, layers.tobytes())
        texture.build_mipmaps()
        texture.repeat_x = texture.repeat_y = True
        self.loaded[key] = array, texture, [vertices, indices]
        while len(self.loaded) > keep:
            old, picture, buffers = self.loaded.popitem(last=False)[1]
            for item in (old, picture, *buffers):
                item.release()

    def render(self, scenes: list[Scene]) -> Views:
        """Draw at most `BATCH` scenes whose shapes are all loaded."""
        assert len(scenes) <= BATCH, len(scenes)
        self.gl.enable_only(moderngl.DEPTH_TEST)
        self.gl.front_face = "cw"  # pictures are drawn with row 0 at the top, which mirrors the winding
        self.draw_all(self.multi, IMAGE_SIZE, scenes, "picture")
        self.gl.copy_framebuffer(self.picture, self.multi)
        image = tiles(np.frombuffer(self.picture.read(components=4), np.uint8), IMAGE_SIZE, 4)
        self.draw_all(self.maps, MAP_SIZE, scenes, "front")
        front, base, near = self.read_maps()
        self.draw_all(self.maps, MAP_SIZE, scenes, "back")
        back, _, far = self.read_maps()
        depth = np.stack([near, far], 1)
        depth = np.rint(np.clip(depth, -1, 1) * 32767).astype(np.int16)
        n = len(scenes)
        return Views(image[:n], front[:n], back[:n], np.ascontiguousarray(base[:n, ..., :3]), depth[:n])

    def read_maps(self) -> tuple[U8, U8, NDArray[np.float32]]:
        """Read normals, base colours and depths of all tiles."""
        read = [self.maps.read(components=4, attachment=i) for i in (0, 1)]
        depth = np.frombuffer(self.maps.read(components=1, attachment=2, dtype="f4"), np.float32)
        normal, base = (tiles(np.frombuffer(data, np.uint8), MAP_SIZE, 4) for data in read)
        return normal, base, tiles(depth, MAP_SIZE, 1)[..., 0]

    def draw_all(self, target: moderngl.Framebuffer, size: int, scenes: list[Scene], what: str) -> None:
        """Draw every scene into its tile: `what` is "picture", "front" or "back"."""
        target.use()
        target.viewport = (0, 0, size * COLUMNS, size * ROWS)
        target.clear(0, 0, 0, 0, depth=0.0 if what == "back" else 1.0)
        self.gl.depth_func = ">=" if what == "back" else "<="
        for i, scene in enumerate(scenes):
            target.viewport = ((i % COLUMNS) * size, (i // COLUMNS) * size, size, size)
            # What faces away is drawn last: of twins back to back, the side that is outside then shows.
            for sides in (1, 2) if what == "back" else (0,):
                self.draw(scene, what, sides)

    def draw(self, scene: Scene, what: str, sides: int) -> None:
        """Draw one scene; `sides`: 0 as a viewer sees it, 1 what faces the camera, 2 what faces away."""
        camera = orbit_camera(scene.elevation, scene.tan_half_fov)
        projection = projection_matrix(scene.tan_half_fov)
        values: dict[str, object] = {
            "sides": sides, "picture": int(what == "picture"), "depth_of": (camera.distance, DEPTH_RANGE),
            "recolor": tuple(scene.recolor[:, :3].T.ravel()), "recolor_add": tuple(scene.recolor[:, 3]), **scene.light,
        }  # fmt: skip
        for name, value in values.items():
            if name in self.program:
                self.program[name].value = value[0] if isinstance(value, tuple) and len(value) == 1 else value  # type: ignore[union-attr]
        view = np.eye(4)
        view[:3, :3] = camera.rotation @ scene.model[:, :3]
        view[:3, 3] = camera.rotation @ (scene.model[:, 3] - camera.position)
        normal = np.linalg.inv(view[:3, :3]).T
        array, texture, _ = self.loaded[scene.shape]
        texture.use(0)
        mirrored = np.linalg.det(scene.model[:, :3]) < 0
        self.program["mirrored"].value = int(mirrored)  # type: ignore[union-attr]
        self.program["to_clip"].write((projection @ view).T.astype("f4").tobytes())  # type: ignore[union-attr]
        self.program["to_camera"].write(view.T.astype("f4").tobytes())  # type: ignore[union-attr]
        self.program["normal_to_camera"].write(normal.T.astype("f4").tobytes())  # type: ignore[union-attr]
        array.render()


def projection_matrix(tan_half: float) -> F64:
    """Return the perspective projection with rows from the top."""
    near, far = NEAR, FAR
    depth = [[0, 0, -(far + near) / (far - near), -2 * far * near / (far - near)], [0, 0, -1, 0]]
    return np.array([[1 / tan_half, 0, 0, 0], [0, -1 / tan_half, 0, 0], *depth])


def tiles(flat: NDArray, size: int, channels: int) -> NDArray:
    """Cut an atlas into (BATCH, size, size, channels)."""
    grid = flat.reshape(ROWS, size, COLUMNS, size, channels).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(grid.reshape(BATCH, size, size, channels))
