"""A session in the project that is open."""

from __future__ import annotations

import os
from pathlib import Path

import unreal

from ..config import read_config
from ..session import Session
from ..state import read_state
from .assets import check_out_file
from .unreal_engine import UnrealEngine


def project_folder() -> Path:
    """Return the folder of the .uproject file."""
    return Path(unreal.Paths.convert_relative_path_to_full(unreal.Paths.project_dir()))


def make_session(blocking: bool) -> Session:
    """Read configuration and state.

    Raises
    ------
    ConfigError, StateError
        Nothing may be imported.
    """
    project = project_folder()
    config, hints = read_config(project, os.environ)
    engine, state = UnrealEngine(blocking), read_state(project)
    session = Session(project, config, engine, state, tell, check_out=check_out_file)
    for hint in hints:
        tell("warning", hint)
    return session


def tell(level: str, text: str) -> None:
    """Write to Unreal's log."""
    {"info": unreal.log, "warning": unreal.log_warning}.get(level, unreal.log_error)(f"ImporterBridge: {text}")
