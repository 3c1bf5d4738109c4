"""A process that builds assets, one after the other, and keeps networks loaded between them.

It is apart from the daemon so that native code which crashes takes one build with it, a job can be stopped in the
middle of a stage, and its end gives back all memory. Messages are pickles on its stdin and stdout; what libraries
print goes to stderr.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from importer.daemon.parts import Role
    from importer.pipeline.cache import Cache
    from importer.pipeline.events import Event
    from importer.pipeline.stages import Stage


@dataclass(frozen=True)
class Task:
    """One build; ``folder`` is relative to ``out``, ``profile`` resolved, as JSON."""

    picture: Path
    sha256: str
    profile: dict[str, Any]
    out: Path
    folder: str
    role: Role = "whole"


@dataclass(frozen=True)
class Bench:
    """What all builds of a process share."""

    cache_folder: Path
    cache_size: int
    table: Sequence[Stage]


@dataclass(frozen=True)
class Built:
    """A build's outcome; ``path`` is empty where nothing was published; of ``is_part`` the rest is for others."""

    path: str
    same_picture: bool
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    findings: tuple[dict[str, str], ...] = ()
    is_part: bool = False


def build(
    task: Task, cache: Cache, table: Sequence[Stage], tell: Callable[[Event], None], may_publish: Callable[[], bool]
) -> Built:
    """Build and publish one asset, or do the part of that which the task's role says.

    Parameters
    ----------
    cache : Cache
        One for all builds of a process: to know how full it is, it reads the whole folder.
    may_publish : callable
        Asked before anything is written, and again right before the asset takes its place.
    """
    from dataclasses import asdict

    from importer.daemon.parts import Elsewhere, gpu_only, without_gpu
    from importer.daemon.publish import Unwanted, publish
    from importer.pipeline.run import build_asset
    from importer.pipeline.stages import gpu_stages
    from importer.profile.schema import Profile
    from importer.system.names import asset_name

    began = time.monotonic()
    profile = Profile.model_validate(task.profile)
    parent, _, leaf = task.folder.rpartition("/")
    if leaf != (profile.asset.name or asset_name(task.picture.stem)):
        profile = profile.model_copy(update={"asset": profile.asset.model_copy(update={"name": leaf})})
    if task.role == "cpu":
        tell = without_gpu(tell, gpu_stages(table))
    elif task.role == "gpu":
        table = gpu_only(table)
    try:
        asset = build_asset(task.picture, profile, cache, tell, table=table)
    except Elsewhere:
        return Built("", same_picture=True, is_part=True)
    is_same = asset.picture_sha256 == task.sha256
    if task.role == "gpu":
        return Built("", is_same, is_part=True)
    path = ""
    if is_same and may_publish():
        with contextlib.suppress(Unwanted):
            path = str(publish(asset, task.out / parent, may=may_publish))
    findings = tuple(asdict(finding) for finding in asset.findings)
    return Built(path, is_same, round(time.monotonic() - began, 3), tuple(asset.warnings), findings)


def _serve(receive: BinaryIO, send: BinaryIO) -> None:
    from importer.daemon.turns import Turns, in_turn
    from importer.errors import ImporterError
    from importer.pipeline.cache import Cache
    from importer.pipeline.stages import gpu_stages
    from importer.system.child import die_with_parent

    parent, bench = pickle.load(receive)
    die_with_parent(parent)
    turns = Turns(os.environ.get("CUDA_VISIBLE_DEVICES", "").replace("-1", ""), gpu_stages(bench.table))
    cache = Cache(bench.cache_folder, bench.cache_size)

    def put(kind: str, value: Any = None) -> None:
        pickle.dump((kind, value), send, protocol=5)
        send.flush()

    def may_publish() -> bool:
        put("ask")
        return pickle.load(receive)

    while True:
        try:
            task = pickle.load(receive)
        except EOFError:
            return
        try:
            tell = in_turn(turns, lambda event: put("event", event))
            put("built", build(task, cache, bench.table, tell, may_publish))
        except ImporterError as error:
            put("failed", error)
        except Exception as error:
            put("broke", (type(error).__name__, str(error), traceback.format_exc()))
        finally:
            turns.release()


def main() -> None:
    """Serve the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the daemon decides
    if sys.platform == "win32":
        import msvcrt

        for handle in (0, 1):
            msvcrt.setmode(handle, os.O_BINARY)
    receive, send = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    _serve(receive, send)
