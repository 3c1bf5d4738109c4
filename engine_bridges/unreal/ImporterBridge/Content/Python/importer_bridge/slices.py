"""Work in slices: generators that give way often, run for a few milliseconds of each of the editor's frames.

A step that yields `FRAME` ends its slice; one that yields anything else may be followed by another in the same slice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from pathlib import Path
from typing import Callable, TypeVar

BUDGET_S = 0.004  # of each frame; at 60 Hz a frame has 16.7 ms
FRAME = object()
_BLOCK = 2**18  # hashed in well under a millisecond

T = TypeVar("T")
Steps = Generator[object, None, T]


def run_slice(work: Steps[object], budget_s: float, clock: Callable[[], float]) -> bool:
    """Go on with ``work`` until it is done, wants the next frame, or the time is up; return whether it is done."""
    end = clock() + budget_s
    while True:
        try:
            if next(work) is FRAME or clock() >= end:
                return False
        except StopIteration:
            return True


def finish(work: Steps[T]) -> T:
    """Do all of ``work`` at once, as a build server does; return its result."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def sha256_of(path: Path) -> Steps[str]:
    """Hash a file, block by block."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            if not block:
                return digest.hexdigest()
            digest.update(block)
            yield None
