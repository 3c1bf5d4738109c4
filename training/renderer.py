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
from training.depths import Depths, Placed, light_frame
from training.looks import DIRECTIONS, Uniforms
from training.scenes import DEPTH_RANGE, Scene
from training.shaders import FAR, FRAGMENT, LOOKS_FRAGMENT, NEAR, VERTEX

IMAGE_SIZE, MAP_SIZE = 256, 128
COLUMNS, ROWS = 4, 4  # views in one atlas: one read-back for all
BATCH = COLUMNS * ROWS

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


@dataclass(frozen=True)
class Loaded:
    """A shape on the GPU: arrays for each program, and the box (2, 3) of its vertices."""

    plain: moderngl.VertexArray
    looks: moderngl.VertexArray
    depth: moderngl.VertexArray
    texture: moderngl.TextureArray
    buffers: list[moderngl.Buffer]
    box: F64


class Renderer:
    """An OpenGL context with the two atlases that views are drawn into, and the shapes that are loaded.

    Parameters
    ----------
    device : int
        Index of the EGL device (GPU).
    """

    def __init__(self, device: int = 0, samples: int = 4) -> None:
        self.gl = moderngl.create_context(standalone=True, backend="egl", device_index=device)  # type: ignore[call-arg]
        self.plain = self.gl.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        self.looks = self.gl.program(vertex_shader=VERTEX, fragment_shader=LOOKS_FRAGMENT)
        frames = np.stack([light_frame(direction).T for direction in DIRECTIONS])
        self.looks["around_frame"].write(frames.astype("f4").tobytes())  # type: ignore[union-attr]
        self.looks["around_axis"].write(DIRECTIONS.astype("f4").tobytes())  # type: ignore[union-attr]
        self.depths = Depths(self.gl)
        for unit, (name, texture) in enumerate(self.depths.textures.items(), 1):
            texture.use(unit)
            self.looks[name].value = unit  # type: ignore[union-attr]
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
        self.loaded: OrderedDict[int, Loaded] = OrderedDict()

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
        content = [(vertices, "3f 3f 2f 4f 4f", "position", "normal", "uv", "tint", "material")]
        plain, looks = (self.gl.vertex_array(program, content, indices) for program in (self.plain, self.looks))
        layers = shape.textures if len(shape.textures) else np.full((1, 1, 1, 4), 255, np.uint8)
        texture = self.gl.texture_array((layers.shape[2], layers.shape[1], len(layers)), 4, layers.tobytes())
        texture.build_mipmaps()
        texture.repeat_x = texture.repeat_y = True
        box = np.stack([shape.vertices.min(0), shape.vertices.max(0)]).astype(float)
        depth = self.depths.vertex_array(vertices, indices)
        self.loaded[key] = Loaded(plain, looks, depth, texture, [vertices, indices], box)
        while len(self.loaded) > keep:
            old = self.loaded.popitem(last=False)[1]
            for item in (old.plain, old.looks, old.depth, old.texture, *old.buffers):
                item.release()

    def render(self, scenes: list[Scene]) -> Views:
        """Draw at most `BATCH` scenes whose shapes are all loaded."""
        assert len(scenes) <= BATCH, len(scenes)
        image = self.pictures(scenes)
        self.draw_all(self.maps, MAP_SIZE, scenes, "front")
        front, base, near = self.read_maps()
        self.draw_all(self.maps, MAP_SIZE, scenes, "back")
        back, _, far = self.read_maps()
        depth = np.stack([near, far], 1)
        depth = np.rint(np.clip(depth, -1, 1) * 32767).astype(np.int16)
        n = len(scenes)
        return Views(image, front[:n], back[:n], np.ascontiguousarray(base[:n, ..., :3]), depth[:n])

    def pictures(self, scenes: list[Scene]) -> U8:
        """Draw the pictures (n, 256, 256, 4) of at most `BATCH` scenes, premultiplied."""
        self.gl.enable_only(moderngl.DEPTH_TEST)
        self.gl.front_face = "cw"  # pictures are drawn with row 0 at the top, which mirrors the winding
        self.gl.depth_func = "<="
        placed = {i: self.place(scene) for i, scene in enumerate(scenes) if scene.looks}
        for name, look in (("key_depth", "shadow"), ("around_depth", "occlusion"), ("eye_depth", "line")):
            self.depths.draw(name, [(i, placed[i]) for i in placed if scenes[i].looks[look][0] > 0])
        self.draw_all(self.multi, IMAGE_SIZE, scenes, "picture")
        self.gl.copy_framebuffer(self.picture, self.multi)
        image = tiles(np.frombuffer(self.picture.read(components=4), np.uint8), IMAGE_SIZE, 4)
        return image[: len(scenes)]

    def place(self, scene: Scene) -> Placed:
        """Return the scene's shape as its lights see it."""
        loaded, (to_camera, to_clip) = self.loaded[scene.shape], matrices(scene)
        corners = np.stack(np.meshgrid(*loaded.box.T), -1).reshape(-1, 3) @ to_camera[:3, :3].T + to_camera[:3, 3]
        centre = (corners.min(0) + corners.max(0)) / 2
        radius = float(np.linalg.norm(corners - centre, axis=1).max())
        key = np.array(scene.light["key_direction"])
        return Placed(loaded.depth, loaded.texture, to_camera, to_clip, centre, radius, key)

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
            looks = self.place(scene).uniforms(i) | scene.looks if scene.looks and what == "picture" else {}
            # What faces away is drawn last: of twins back to back, the side that is outside then shows.
            for sides in (1, 2) if what == "back" else (0,):
                self.draw(scene, what, sides, looks)

    def draw(self, scene: Scene, what: str, sides: int, looks: Uniforms) -> None:
        """Draw one scene; `sides`: 0 as a viewer sees it, 1 what faces the camera, 2 what faces away."""
        loaded, (view, to_clip) = self.loaded[scene.shape], matrices(scene)
        program, array = (self.looks, loaded.looks) if looks else (self.plain, loaded.plain)
        camera = orbit_camera(scene.elevation, scene.tan_half_fov)
        values: dict[str, object] = {
            "sides": sides, "picture": int(what == "picture"), "depth_of": (camera.distance, DEPTH_RANGE),
            "mirrored": int(np.linalg.det(scene.model[:, :3]) < 0), "recolor": tuple(scene.recolor[:, :3].T.ravel()),
            "recolor_add": tuple(scene.recolor[:, 3]), **scene.light, **looks,
        }  # fmt: skip
        for name, value in values.items():
            if name in program:
                program[name].value = value[0] if isinstance(value, tuple) and len(value) == 1 else value  # type: ignore[union-attr]
        normal = np.linalg.inv(view[:3, :3]).T
        for name, matrix in (("to_clip", to_clip), ("to_camera", view), ("normal_to_camera", normal)):
            program[name].write(matrix.T.astype("f4").tobytes())  # type: ignore[union-attr]
        loaded.texture.use(0)
        array.render()


def matrices(scene: Scene) -> tuple[F64, F64]:
    """Return the maps (4, 4) of the scene's shape to camera axes and to clip space."""
    camera = orbit_camera(scene.elevation, scene.tan_half_fov)
    view = np.eye(4)
    view[:3, :3] = camera.rotation @ scene.model[:, :3]
    view[:3, 3] = camera.rotation @ (scene.model[:, 3] - camera.position)
    return view, projection_matrix(scene.tan_half_fov) @ view


def projection_matrix(tan_half: float) -> F64:
    """Return the perspective projection with rows from the top."""
    near, far = NEAR, FAR
    depth = [[0, 0, -(far + near) / (far - near), -2 * far * near / (far - near)], [0, 0, -1, 0]]
    return np.array([[1 / tan_half, 0, 0, 0], [0, -1 / tan_half, 0, 0], *depth])


def tiles(flat: NDArray, size: int, channels: int) -> NDArray:
    """Cut an atlas into (BATCH, size, size, channels)."""
    grid = flat.reshape(ROWS, size, COLUMNS, size, channels).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(grid.reshape(BATCH, size, size, channels))
