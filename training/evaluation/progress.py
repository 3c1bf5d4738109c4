"""How far a long step is, on stderr."""

from __future__ import annotations

import sys
import time


class Progress:
    """One line that is written over, once a second, until the step is done."""

    def __init__(self, name: str, total: int, what: str = "views") -> None:
        self.name, self.total, self.what = name, total, what
        self.done, self.began, self.told = 0, time.perf_counter(), 0.0

    def add(self, count: int = 1) -> None:
        """Tell that `count` more are done."""
        self.done += count
        took = time.perf_counter() - self.began
        if self.done < self.total and took - self.told < 1:
            return
        self.told = took
        end = "\n" if self.done >= self.total else "\r"
        line = f"{self.name}: {self.done} of {self.total} {self.what}, {took:.1f} s"
        print(line, end=end, file=sys.stderr, flush=True)
