"""The fake as a module called ``unreal``."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from tests.bridges.unreal_fake import core, interchange, level, libraries, materials, meshes
from tests.bridges.unreal_fake.world import world


def load_asset(name: str, type: Any = None, follow_redirectors: bool = True) -> Any:
    """Load an asset, also by way of a redirector."""
    return world.assets.get(libraries.follow(name))


def get_editor_subsystem(subsystem: type) -> Any:
    """Return a subsystem, or None."""
    return None if f"no_{subsystem.__name__}" in world.faults else subsystem()


def register_slate_post_tick_callback(callable: Any) -> object:
    """Have a function called in each frame."""
    world.ticks.append(callable)
    return callable


def unregister_slate_post_tick_callback(handle: object) -> None:
    """Stop that."""
    world.ticks.remove(handle)


def register_python_shutdown_callback(callable: Any) -> object:
    """Nothing shuts down here."""
    return callable


def log(arg: Any) -> None:
    """Write to the log."""
    world.log.append(("info", str(arg)))


def log_warning(arg: Any) -> None:
    """Write to the log."""
    world.log.append(("warning", str(arg)))


def log_error(arg: Any) -> None:
    """Write to the log."""
    world.log.append(("error", str(arg)))


HELPERS = ("Holder", "Geometry", "Found")
FUNCTIONS = (
    *(load_asset, get_editor_subsystem, register_slate_post_tick_callback, unregister_slate_post_tick_callback),
    *(register_python_shutdown_callback, log, log_warning, log_error),
)


def classes() -> dict[str, type]:
    """Return the fake's public classes."""
    found: dict[str, type] = {}
    for part in (core, meshes, materials, interchange, libraries, level):
        found |= {name: kind for name, kind in vars(part).items() if isinstance(kind, type) and _is_unreals(name, kind)}
    return found


def _is_unreals(name: str, kind: type) -> bool:
    return kind.__name__ == name and kind.__module__.startswith(__package__ or "") and name not in HELPERS


def frame() -> None:
    """Let one frame of the editor pass."""
    interchange.go_on()
    for tick in list(world.ticks):
        tick(1 / 60)


def unreal_module() -> ModuleType:
    """Return the module."""
    module = ModuleType("unreal")
    vars(module).update(classes(), **{function.__name__: function for function in FUNCTIONS})
    return module


def new_world(project: Path) -> None:
    """Begin anew, with an empty project and the engine's own materials."""
    world.reset(project)
    world.add(interchange.GRID, materials.Material())
