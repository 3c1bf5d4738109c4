"""Whether an asset is drawn: photographs from its sides, taken again until its shaders are compiled."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import unreal

from ..job import Job, Measured
from ..notes import Note
from ..photo import Photo, Seen, look_at, to_rgb
from ..records import scaled
from ..slices import FRAME, Steps
from .stage import CannotDraw, LevelMarked, Sitter, Taken, take

# Where the camera stands, in x and y; assets look along +Y.
_SIDES = {"front": (0.0, 1.0), "back": (0.0, -1.0)}
_PATIENCE_S = 60.0  # the first asset of a project has to wait for the master material's shaders
_BETWEEN = 30  # frames


@dataclass(frozen=True)
class Drawn:
    """What the photographs show; ``unknown`` says why there are none."""

    faults: tuple[str, ...] = ()
    pictures: dict[str, bytes] = field(default_factory=dict)  # PNG files by view
    unknown: dict[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def why_not(blocking: bool) -> str:
    """Return why this run of Unreal cannot draw; empty if it can."""
    if blocking:
        return "a commandlet has no renderer"
    if "-nullrhi" in unreal.SystemLibrary.get_command_line().lower():
        return "Unreal runs without a renderer"
    if unreal.SystemLibrary.get_console_variable_int_value("r.ForwardShading") > 0:
        return "the project uses forward shading, in which base colour alone cannot be drawn"
    return ""


@dataclass
class Camera:
    """``broken`` says why no more photographs are taken until Unreal is started again."""

    broken: str = ""

    def draw(self, job: Job, parts: Iterable[unreal.Object], measured: Measured, blocking: bool) -> Steps[Drawn]:
        """Photograph the mesh among the parts of an asset; whatever goes wrong is said, and spoils nothing else."""
        why = why_not(blocking) or self.broken
        if why or measured.low is None or measured.high is None:
            return Drawn(unknown={"draws": why or "there is nothing to be drawn"})
        unit = job.manifest.meters_per_unit
        try:
            mesh = _prepare(parts)
            sitter = Sitter(mesh, scaled(measured.low, 1 / unit), scaled(measured.high, 1 / unit))
            return (yield from _draw(sitter, job.views))
        except LevelMarked as error:
            self.broken = str(error)
            fix = "Nothing in it was changed. No more pictures are made until Unreal is started again."
            return Drawn(unknown={"draws": str(error)}, notes=(Note("ENGINE_WARNING", str(error), "draws", fix),))
        except CannotDraw as error:
            return Drawn(unknown={"draws": str(error)})
        except Exception as error:  # of a call into Unreal; the asset is imported all the same
            return Drawn((f"drawing stopped with {type(error).__name__}: {error}",))


def _prepare(parts: Iterable[unreal.Object]) -> unreal.Object:
    """Return the mesh; have its textures whole, not what streaming holds of them at this moment."""
    mesh = None
    for part in parts:
        if isinstance(part, unreal.Texture2D):
            part.set_force_mip_levels_to_be_resident(_PATIENCE_S)
        elif isinstance(part, (unreal.StaticMesh, unreal.SkeletalMesh)):
            mesh = part
    if mesh is None:
        raise CannotDraw("there is nothing to be drawn")
    return mesh


def _draw(sitter: Sitter, views: tuple[str, ...]) -> Steps[Drawn]:
    faults: list[str] = []
    pictures: dict[str, bytes] = {}
    until = time.monotonic() + _PATIENCE_S
    for view in views:
        seen = yield from _see(sitter, view, until)
        if seen is None:
            return Drawn(unknown={"draws": "something was being edited for as long as was waited"})
        if seen.fault:
            faults.append(f"view {view}: {seen.fault}")
        pictures[view] = seen.png
    return Drawn(tuple(faults), pictures)


def _see(sitter: Sitter, view: str, until: float) -> Steps[Seen | None]:
    """Return what one view shows at last; None where nothing could be photographed."""
    seen = None
    while True:
        taken = take(sitter, _SIDES[view])
        yield FRAME
        if taken is not None:
            seen = yield from _develop(taken)
        if (seen is not None and not seen.fault) or time.monotonic() >= until:
            return seen
        for _ in range(_BETWEEN):
            yield FRAME


def _develop(taken: Taken) -> Steps[Seen]:
    own = yield from to_rgb(taken.own)
    grid = yield from to_rgb(taken.grid)
    return (yield from look_at(Photo(own, grid)))
