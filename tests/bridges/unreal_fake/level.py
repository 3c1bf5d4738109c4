"""The open level of the fake, and what a camera in it sees: triangles flat in one colour, the nearest on top."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tests.bridges.unreal_fake.core import Array, Object, StructBase, make
from tests.bridges.unreal_fake.materials import MaterialInstanceConstant, Texture
from tests.bridges.unreal_fake.meshes import SkeletalMesh, StaticMesh
from tests.bridges.unreal_fake.world import world

SceneCaptureSource, TextureRenderTargetFormat = make("SceneCaptureSource"), make("TextureRenderTargetFormat")
SceneCapturePrimitiveRenderMode = make("SceneCapturePrimitiveRenderMode")
Rotator = make("Rotator")
EMPTY, GRID, LINES = (0, 0, 0), (74, 74, 74), (96, 96, 96)


class Color(StructBase):
    """A colour; attributes are quick, since pictures have many."""

    def __init__(self, b: int = 0, g: int = 0, r: int = 0, a: int = 0) -> None:
        self.__dict__.update(b=b, g=g, r=r, a=a)


class World(Object):
    """The level that is open."""


LEVEL = World()


class Package(Object):
    def get_name(self) -> str:
        return self._path


class ActorComponent(Object):
    pass


class MeshComponent(ActorComponent):
    def __init__(self, mesh: Any = None) -> None:
        super().__init__()
        self._mesh, self._materials = mesh, {}

    def get_num_materials(self) -> int:
        return len(self._mesh._values["static_materials" if isinstance(self._mesh, StaticMesh) else "materials"])

    def set_material(self, element_index: int, material: Any) -> None:
        self._materials[element_index] = material

    def _material(self) -> Any:
        slots = self._mesh._values["static_materials" if isinstance(self._mesh, StaticMesh) else "materials"]
        return self._materials.get(0, slots[0].material_interface if slots else None)


class StaticMeshComponent(MeshComponent):
    def set_static_mesh(self, new_mesh: Any) -> bool:
        self._mesh = new_mesh
        return True

    def get_all_socket_names(self) -> Array:
        return Array(socket.get_editor_property("socket_name") for socket in self._mesh._sockets)


class TextureRenderTarget2D(Texture):
    def __init__(self, width: int = 0, height: int = 0) -> None:
        super().__init__()
        self._image = Image.new("RGB", (width, height), EMPTY)


class SceneCaptureComponent2D(ActorComponent):
    def __init__(self, actor: Any = None) -> None:
        super().__init__()
        self._actor = actor
        self._values.update(
            capture_every_frame=True,
            capture_source=SceneCaptureSource.SCS_SCENE_COLOR_HDR,
            primitive_render_mode=SceneCapturePrimitiveRenderMode.PRM_LEGACY_SCENE_CAPTURE,
            fov_angle=90.0,
        )

    def capture_scene(self) -> None:
        world.captures += 1
        target, mode = self._values["texture_target"], self._values["primitive_render_mode"]
        assert not self._values["capture_every_frame"], "Unreal warns of a major inefficiency"
        assert self._values["capture_source"] is SceneCaptureSource.SCS_BASE_COLOR, "others need the level's light"
        assert mode is SceneCapturePrimitiveRenderMode.PRM_USE_SHOW_ONLY_LIST, "the artist's level would be seen"
        if "capture_raises" in world.faults:
            raise RuntimeError("the device was lost")
        target._image = Image.new("RGB", target._image.size, EMPTY)
        if "draws_nothing" in world.faults:
            return
        for actor in self._values["show_only_actors"]:
            _draw(target._image, actor, self._actor, self._values["fov_angle"])


class Actor(Object):
    def __init__(self, components: Any = (), place: Any = None, rotation: Any = None) -> None:
        super().__init__()
        self._components, self._place, self._rotation, self._size = [*components], place, rotation, 1.0

    def get_component_by_class(self, component_class: Any = None) -> Any:
        return next((part for part in self._components if isinstance(part, component_class)), None)

    def set_actor_scale3d(self, new_scale3d: Any) -> None:
        self._size = new_scale3d.x

    def destroy_actor(self) -> None:
        world.actors.remove(self)
        world.undo_step("Destroy")


class SceneCapture2D(Actor):
    pass


def _draw(image: Image.Image, actor: Actor, camera: Actor, angle: float) -> None:
    component = actor.get_component_by_class(MeshComponent)
    geometry, colours = component._mesh._levels[0], _colours(component._material())
    points = geometry.vertices * actor._size + _xyz(actor._place) - _xyz(camera._place)
    yaw = math.radians(camera._rotation.yaw)
    forward, right = np.array([math.cos(yaw), math.sin(yaw), 0]), np.array([-math.sin(yaw), math.cos(yaw), 0])
    depth = points @ forward
    if (depth <= 0).any():  # behind the camera
        return
    scale = image.width / 2 / math.tan(math.radians(angle) / 2)
    flat = image.width / 2 + scale * np.stack([points @ right, -points[:, 2]], 1) / depth[:, None]
    canvas = ImageDraw.Draw(image)
    order = np.argsort(-depth[geometry.faces].mean(1))
    for number in order:
        canvas.polygon([tuple(flat[corner]) for corner in geometry.faces[number]], fill=colours[number % len(colours)])


def _xyz(vector: Any) -> np.ndarray:
    return np.array([vector.x, vector.y, vector.z])


def _colours(material: Any) -> list[tuple[int, int, int]]:
    """Return the colours of triangles: those of the base colour's picture, or of the grid where there is none."""
    texture = material._textures.get("BaseColor") if isinstance(material, MaterialInstanceConstant) else None
    is_compiled = world.captures > world.captures_until_compiled
    if texture is None or not is_compiled:
        return [GRID, LINES]
    if "draws_black" in world.faults:
        return [EMPTY]
    with Image.open(world.pictures[texture._path]) as picture:
        return [colour for _, colour in picture.convert("RGB").getcolors(2**24)][:7]


class EditorActorSubsystem(Object):
    def spawn_actor_from_object(
        self, object_to_use: Any, location: Any, rotation: Any = None, transient: bool = False
    ) -> Any:
        assert isinstance(object_to_use, (StaticMesh, SkeletalMesh))
        return self._spawn(Actor([MeshComponent(object_to_use)], location, rotation), transient)

    def spawn_actor_from_class(
        self, actor_class: Any, location: Any, rotation: Any = None, transient: bool = False
    ) -> Any:
        if "spawn_raises" in world.faults:
            raise RuntimeError("no actor of this class")
        actor = actor_class((), location, rotation)
        actor._components.append(SceneCaptureComponent2D(actor))
        return self._spawn(actor, transient)

    def _spawn(self, actor: Actor, transient: bool) -> Any:
        if "level_is_locked" in world.faults:
            return None
        world.actors.append(actor)
        world.selected = [actor]  # "The actor will be created in the current level and will be selected."
        world.undo_step("Create Actor")
        if not transient or "spawn_marks_the_level" in world.faults:
            world.dirty_levels.append("/Game/Level")
        return actor

    def destroy_actor(self, actor_to_destroy: Any) -> bool:
        if world.is_playing or "destroy_refuses" in world.faults:
            return False
        actor_to_destroy.destroy_actor()
        return True

    def get_selected_level_actors(self) -> Array:
        return Array(actor for actor in world.selected if actor in world.actors)

    def set_selected_level_actors(self, actors_to_select: Any) -> None:
        world.selected = list(actors_to_select)


class UnrealEditorSubsystem(Object):
    def get_editor_world(self) -> Any:
        return None if "no_level" in world.faults else LEVEL


class EditorLoadingAndSavingUtils(Object):
    @classmethod
    def get_dirty_map_packages(cls) -> Array:
        packages = []
        for path in world.dirty_levels:
            packages.append(Package())
            packages[-1]._path = path
        return Array(packages)


class RenderingLibrary(Object):
    @classmethod
    def create_render_target2d(
        cls, world_context_object: Any, width: int = 256, height: int = 256, format: Any = None, *_: Any
    ) -> TextureRenderTarget2D:
        assert format is TextureRenderTargetFormat.RTF_RGBA8_SRGB, "floats come back as something else than colours"
        world.targets += 1
        return TextureRenderTarget2D(width, height)

    @classmethod
    def read_render_target(
        cls, world_context_object: Any, texture_render_target: TextureRenderTarget2D, normalize: bool = True
    ) -> Any:
        if "nothing_to_read" in world.faults:
            return None
        # Base colour comes with an alpha of 0.
        pixels = np.asarray(texture_render_target._image).reshape(-1, 3).tolist()
        return Array(Color(b, g, r, 0) for r, g, b in pixels)

    @classmethod
    def release_render_target2d(cls, texture_render_target: TextureRenderTarget2D) -> None:
        world.targets -= 1
