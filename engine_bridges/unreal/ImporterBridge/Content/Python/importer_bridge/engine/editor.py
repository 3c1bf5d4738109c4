"""The bridge in the open editor: a look every few seconds, a few milliseconds of work in each frame."""

from __future__ import annotations

import time
from dataclasses import dataclass

import unreal

from ..bridge import look
from ..config import FILE, ConfigError
from ..session import Session
from ..slices import BUDGET_S, Steps, run_slice
from ..state import StateError
from .editor_access import is_playing
from .start import make_session, project_folder, tell

_RETRY_S = 10.0  # after a fault in configuration or state


@dataclass
class Runner:
    """What goes on between frames."""

    session: Session | None = None
    work: Steps[None] | None = None
    next_look: float = 0.0
    config_seen: int = -1
    is_paused: bool = False
    handle: object = None


runner = Runner()


def start() -> None:
    """Begin to watch; called when the editor starts, not in a commandlet."""
    if runner.handle is None and "-run=" not in unreal.SystemLibrary.get_command_line().lower():
        runner.handle = unreal.register_slate_post_tick_callback(tick)
        unreal.register_python_shutdown_callback(stop)


def stop() -> None:
    """Stop watching. What is half done is done again at the next start."""
    if runner.handle is not None:
        unreal.unregister_slate_post_tick_callback(runner.handle)
    runner.handle = runner.work = runner.session = None


def tick(_: float) -> None:
    """Use a few milliseconds of this frame; none while the game runs, when Unreal lets scripts change nothing."""
    if runner.is_paused or (runner.work is not None and is_playing()):
        return
    try:
        if runner.work is None:
            _begin()
        elif run_slice(runner.work, BUDGET_S, time.perf_counter):
            runner.work = None
    except Exception as error:  # must not reach Unreal, which would stop calling
        runner.work = None
        tell("error", f"{type(error).__name__}: {error}")


def _begin() -> None:
    now = time.monotonic()
    if now < runner.next_look:
        return
    runner.next_look = now + _RETRY_S
    try:
        _reload()
    except (ConfigError, StateError) as error:
        runner.session, runner.config_seen = None, -1
        tell("error", str(error))
        return
    if runner.session is not None:
        runner.next_look = now + runner.session.config.poll_s
        if not runner.session.engine.is_busy():
            runner.work = look(runner.session)


def _reload() -> None:
    """Read configuration and state again where the configuration has changed."""
    path = project_folder() / FILE
    seen = path.stat().st_mtime_ns if path.exists() else 0
    if runner.session is None or seen != runner.config_seen:
        runner.session, runner.config_seen = make_session(blocking=False), seen
