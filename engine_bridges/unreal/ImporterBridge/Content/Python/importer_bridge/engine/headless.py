"""The bridge on a build server: ``UnrealEditor-Cmd P.uproject -run=pythonscript -script=...``, see docs/unreal.md."""

from __future__ import annotations

import time

from ..bridge import look
from ..slices import finish
from ..state import Entry
from .start import make_session, tell


class ImportsFailed(Exception):
    """Something was refused or failed a check; makes the commandlet end with an exit code other than 0."""


def run() -> None:
    """Import everything that is new, wait for folders that are being copied, test and report.

    Raises
    ------
    ImportsFailed
        At least one asset was refused or failed a check. Everything else is imported nevertheless.
    ConfigError, StateError
        Nothing was imported.
    """
    session = make_session(blocking=True)
    finish(look(session))
    while any(not waiting.is_said for waiting in session.waiting.values()):
        time.sleep(session.config.poll_s)
        finish(look(session))
    bad = [key for key in sorted(session.present & set(session.state)) if _is_bad(session.state[key])]
    if bad:
        raise ImportsFailed(f"ImporterBridge: refused, or failed a check: {', '.join(bad)}")
    tell("info", f"{len(session.present)} assets are up to date")


def _is_bad(entry: Entry) -> bool:
    if entry.refused:
        return entry.refused["code"] != "TARGET_MISSING"  # meant for another engine
    return entry.status != "passed"
