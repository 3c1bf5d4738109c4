"""What happens while pictures become assets, for progress displays and logs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    # Stages of a run.
    "started",
    "finished",
    "cached",
    "warning",
    # The daemon.
    "watching",
    "queued",
    "building",
    "passed",
    "published",
    "unchanged",
    "failed",
    "retry",
    "gone",
    "ignored",
    "orphan",
    "engine",
]


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    ``picture`` is the path as the caller gave it, in the daemon relative to ``drop``; ``stage`` is set for the events
    of a run; ``seconds`` is how long a finished stage or a published asset took; ``path`` is the published folder;
    ``message`` is for people; ``job`` is the daemon's job.
    """

    kind: Kind
    picture: str = ""
    stage: str = ""
    seconds: float = 0.0
    path: str = ""
    message: str = ""
    job: str = ""


OnEvent = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Take no notice."""
