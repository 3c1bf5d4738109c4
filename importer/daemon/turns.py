"""Whose turn it is on this machine: one stage at a time on a GPU, and one on each core, over all importers that run.

Locks on files do it, since the operating system releases them with their owner. A build holds a turn for one stage
only, so that the picture behind it is on the GPU while its own mesh is made.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path

from importer.pipeline.events import Event
from importer.pipeline.stages import gpu_stages
from importer.system.folders import user_cache_folder
from importer.system.lock import Lock, try_lock

_AGAIN_S = 0.05


class Turns:
    """The turns of one build process; call it with every event of its builds.

    Parameters
    ----------
    gpu : str
        The GPU that this process uses; empty where it has none.
    stages : collection of str, optional
        The stages that are for it. Default: of the real ones.
    """

    def __init__(
        self,
        gpu: str = "",
        stages: Collection[str] | None = None,
        *,
        cores: int | None = None,
        folder: Path | None = None,
    ) -> None:
        self.folder = folder or _folder()
        self.stages = gpu_stages() if stages is None else stages
        self.gpu = [f"gpu{gpu}"] if gpu else []
        self.cores = [f"core{number}" for number in range(cores or os.cpu_count() or 1)]
        self._held: Lock | None = None

    def __call__(self, event: Event) -> None:
        """Wait for a turn where a stage starts, and give it back at its end."""
        if event.kind == "started":
            self._held = self._wait(self.gpu if self.gpu and event.stage in self.stages else self.cores)
        elif event.kind == "finished":
            self.release()

    def release(self) -> None:
        """Give the turn back; a stage that fails has no end."""
        if self._held:
            self._held.release()
            self._held = None

    def _wait(self, names: list[str]) -> Lock | None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            while True:
                for name in names:
                    lock = try_lock(self.folder / name)
                    if lock:
                        return lock
                time.sleep(_AGAIN_S)
        except OSError:
            return None  # no such folder, no locks: better without than not at all


def gpus() -> list[str]:
    """Return the GPUs that networks may run on, as CUDA_VISIBLE_DEVICES names them."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return [name.strip() for name in visible.split(",") if name.strip() not in ("", "-1")]
    if sys.platform == "win32":
        driver = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll"
        return ["0"] if driver.exists() else []
    with contextlib.suppress(OSError):
        return [str(number) for number, _ in enumerate(Path("/proc/driver/nvidia/gpus").iterdir())]
    return []


def default_jobs(cores: int | None = None, memory_gb: float | None = None) -> int:
    """Return how many builds this machine bears: two cores and 4 GB for each."""
    cores = cores or os.cpu_count() or 1
    return max(1, min(cores // 2, int((memory_gb or _memory_gb()) // 4)))


def _memory_gb() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):
        return 8.0  # Windows does not say it so simply


def _folder() -> Path:
    return user_cache_folder() / f"turns-{socket.gethostname()}"  # homes may be on a share


Tell = Callable[[Event], None]


def in_turn(turns: Turns, tell: Tell) -> Tell:
    """Return a listener that waits for turns before it passes on."""

    def listen(event: Event) -> None:
        if event.kind == "finished":
            turns(event)
        tell(event)
        if event.kind == "started":
            turns(event)

    return listen
