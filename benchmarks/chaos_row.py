"""What a scenario of `benchmarks.chaos` is given, and what it gives back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Row:
    """What was done and what came of it; ``planned`` is 0 where the number is known at the end only."""

    planned: int = 0
    times: int = 0
    drops: int = 0
    published: int = 0
    failed: int = 0
    wrong: list[str] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Limits:
    """How much to do."""

    end: float  # of this scenario, on the monotonic clock
    kills: int
    files: int

    @property
    def is_over(self) -> bool:
        """Whether the scenario's time is spent."""
        return time.monotonic() > self.end
