"""One photograph, taken within one frame: neither before it nor after it is anything of it in the level.

Scripts can draw in the open level only. There the asset stands alone, 10 km below everything: it is a transient
actor, which is never saved and marks no level as changed; the camera sees nothing else; it takes the base colour, so
the level's light, fog and exposure play no part; and the undo history stays as it was.
"""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import unreal

from ..photo import SIDE
from ..records import Vector
from .props import put
from .slots import GRID

_DEPTH = -1_000_000.0  # centimetres
_RADIUS = 100.0  # that every asset is brought to, so that the camera's near plane never cuts it
_ANGLE = 30.0  # of view, degrees
_MARGIN = 1.1
_CAPTURES = 3  # the first one after a change may still show the state before


class CannotDraw(Exception):
    """No photograph can be taken here; the text says why."""


class LevelMarked(CannotDraw):
    """Against expectation, a photograph marked the level as changed: none must be taken again."""


@dataclass(frozen=True)
class Taken:
    """The pixels with the asset's own materials, and in Unreal's grey grid."""

    own: unreal.Array[unreal.Color]
    grid: unreal.Array[unreal.Color]


@dataclass(frozen=True)
class Sitter:
    """What is photographed: the mesh, and its box in centimetres."""

    mesh: unreal.Object
    low: Vector
    high: Vector


def take(sitter: Sitter, side: tuple[float, float]) -> Taken | None:
    """Take a photograph from one side.

    Parameters
    ----------
    side : (x, y)
        Where the camera stands, seen from the asset.

    Returns
    -------
    Taken or None
        None while somebody is in the middle of a change that can be undone: try again in a later frame.

    Raises
    ------
    CannotDraw
        The level takes no actors, or nothing can be read back.
    LevelMarked
        The level was marked as changed after all.
    """
    dirty = _dirty_levels()
    with ExitStack() as after:
        index = unreal.SystemLibrary.begin_transaction("ImporterBridge", unreal.Text("Photograph"), sitter.mesh)
        if index > 0:
            unreal.SystemLibrary.end_transaction()
            return None
        if index == 0:
            after.callback(unreal.SystemLibrary.cancel_transaction, index)
        photograph = _shoot(sitter, side, after)
    marked = sorted(_dirty_levels() - dirty)
    if marked:
        raise LevelMarked(f"Unreal marked {', '.join(marked)} as changed, though a photograph changes nothing")
    return photograph


def _shoot(sitter: Sitter, side: tuple[float, float], after: ExitStack) -> Taken:
    actors = unreal.get_editor_subsystem(unreal.EditorActorSubsystem)
    editor = unreal.get_editor_subsystem(unreal.UnrealEditorSubsystem)
    world = None if editor is None else editor.get_editor_world()
    if actors is None or world is None:
        raise CannotDraw("no level is open")
    after.callback(_select_again, actors, list(actors.get_selected_level_actors()))
    actor, model = _place(actors, sitter, after)
    target = unreal.RenderingLibrary.create_render_target2d(
        *(world, SIDE, SIDE, unreal.TextureRenderTargetFormat.RTF_RGBA8_SRGB),
    )
    after.callback(unreal.RenderingLibrary.release_render_target2d, target)
    lens = _lens(actors, actor, target, side, after)
    capture = partial(_capture, world, lens, target)
    own = capture()
    grid = unreal.load_asset(GRID)
    if not isinstance(grid, unreal.MaterialInterface):
        raise CannotDraw(f"Unreal has no {GRID}")
    for slot in range(model.get_num_materials()):
        model.set_material(slot, grid)  # of the component; the asset keeps its own
    return Taken(own, capture())


def _place(
    actors: unreal.EditorActorSubsystem, sitter: Sitter, after: ExitStack
) -> tuple[unreal.Actor, unreal.MeshComponent]:
    radius = math.dist(sitter.low, sitter.high) / 2
    if radius <= 0:
        raise CannotDraw("it has no size")
    scale = _RADIUS / radius
    x, y, z = (-scale * (low + high) / 2 for low, high in zip(sitter.low, sitter.high))
    place, straight = unreal.Vector(x, y, z + _DEPTH), unreal.Rotator(roll=0.0, pitch=0.0, yaw=0.0)
    actor = actors.spawn_actor_from_object(sitter.mesh, place, straight, True)
    _check_spawned(actor, actors, after)
    actor.set_actor_scale3d(unreal.Vector(scale, scale, scale))
    model = actor.get_component_by_class(unreal.MeshComponent.static_class())
    if not isinstance(model, unreal.MeshComponent):
        raise CannotDraw("Unreal placed an actor without a mesh")
    return actor, model


def _lens(
    actors: unreal.EditorActorSubsystem,
    actor: unreal.Actor,
    target: unreal.TextureRenderTarget2D,
    side: tuple[float, float],
    after: ExitStack,
) -> unreal.SceneCaptureComponent2D:
    away = _MARGIN * _RADIUS / math.sin(math.radians(_ANGLE / 2))
    place = unreal.Vector(away * side[0], away * side[1], _DEPTH)
    towards = unreal.Rotator(roll=0.0, pitch=0.0, yaw=math.degrees(math.atan2(-side[1], -side[0])))
    camera = actors.spawn_actor_from_class(unreal.SceneCapture2D.static_class(), place, towards, True)
    _check_spawned(camera, actors, after)
    lens = camera.get_component_by_class(unreal.SceneCaptureComponent2D.static_class())
    if not isinstance(lens, unreal.SceneCaptureComponent2D):
        raise CannotDraw("Unreal placed a camera without a lens")
    put(
        lens,
        {
            "texture_target": target,
            "capture_source": unreal.SceneCaptureSource.SCS_BASE_COLOR,
            "capture_every_frame": False,
            "capture_on_movement": False,
            "primitive_render_mode": unreal.SceneCapturePrimitiveRenderMode.PRM_USE_SHOW_ONLY_LIST,
            "show_only_actors": unreal.Array.cast(unreal.Actor, [actor]),
            "fov_angle": _ANGLE,
        },
    )
    return lens


def _capture(
    world: unreal.World, lens: unreal.SceneCaptureComponent2D, target: unreal.TextureRenderTarget2D
) -> unreal.Array[unreal.Color]:
    for _ in range(_CAPTURES):
        lens.capture_scene()
    pixels = unreal.RenderingLibrary.read_render_target(world, target)
    if pixels is None or len(pixels) != SIDE * SIDE:
        raise CannotDraw("Unreal gives back no pixels of what it has drawn")
    return pixels


def _check_spawned(actor: object, actors: unreal.EditorActorSubsystem, after: ExitStack) -> None:
    if not isinstance(actor, unreal.Actor):
        raise CannotDraw("the open level takes no actors; it may be locked")
    after.callback(_destroy, actors, actor)


def _destroy(actors: unreal.EditorActorSubsystem, actor: unreal.Actor) -> None:
    if not actors.destroy_actor(actor):  # refuses while the game runs
        actor.destroy_actor()


def _select_again(actors: unreal.EditorActorSubsystem, selected: list[unreal.Actor]) -> None:
    if list(actors.get_selected_level_actors()) != selected:
        actors.set_selected_level_actors(unreal.Array.cast(unreal.Actor, selected))


def _dirty_levels() -> set[str]:
    return {str(package.get_name()) for package in unreal.EditorLoadingAndSavingUtils.get_dirty_map_packages()}
