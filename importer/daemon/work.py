"""One job's turn: build, publish, and note in the ledger what became of it. Workers anywhere do just this."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from sqlalchemy.exc import OperationalError

from importer.daemon.builder import Built, Task
from importer.daemon.builders import MAX_DEATHS, Builders
from importer.daemon.ledger import error_record, record, wanted_job
from importer.daemon.parts import Role
from importer.daemon.queue.jobs import VERSION, Order
from importer.daemon.queue.lanes import Lane, may_leave, network_host
from importer.daemon.queue.queue import Queue
from importer.daemon.queue.take import LEASE_S, Left, owns, pass_on
from importer.daemon.scan import stamp_of
from importer.errors import ImporterError, MissingPictureError, StageError
from importer.pipeline.events import Event

Tell = Callable[[Event], None]
Result = TypeVar("Result")
_AGAIN_S = 1.0
_READS = 5  # tries to read a picture that is there
_REPORT = "Report this with the picture; touch the picture to try again."


@dataclass(frozen=True)
class Worker:
    """What every job's turn needs; ``directory`` holds drop/ and out/."""

    directory: Path
    queue: Queue
    builders: Builders
    tell: Tell
    host: str = "local"
    role: Role = "whole"
    lease_s: float = LEASE_S

    def __call__(self, job: str, order: Order, deaths: int, stop: threading.Event) -> dict[str, Any]:
        """Do one job; see `Queue.take`."""
        tell = _teller(self.tell, order.picture, job)
        try:
            return self._build(job, order, deaths, stop, tell)
        except ImporterError as error:
            self._note(order, job, stop, state="failed", error=error_record(error), version=VERSION)
            tell(Event("failed", message=str(error)))
            raise

    def _build(self, job: str, order: Order, deaths: int, stop: threading.Event, tell: Tell) -> dict[str, Any]:
        if deaths >= MAX_DEATHS:
            what = f"the importer itself ended {deaths} times while it built this"
            raise StageError(what, where=order.picture, fix=_REPORT)
        if not self._is_wanted(order, job, stop):
            return {"outcome": "superseded"}
        tell(Event("building"))
        drop, out = self.directory / "drop", self.directory / "out"
        task = Task(drop / order.picture, order.sha256, order.profile, out, order.folder, self._part(job, stop))
        built = self._built(task, tell, lambda: self._may_publish(order, job, stop), stop)
        if not built.same_picture:  # replaced or taken away since it was queued; the next look sees what is there
            self._note(order, job, stop, state="changed")
            return {"outcome": "changed"}
        if built.is_part:
            self._pass_on(job, "build" if self.role == "gpu" else "network", stop, tell)
        if not built.path:
            return {"outcome": "superseded"}
        self._published(job, order, built, stop, tell)
        return {"outcome": "published", "folder": order.folder, "seconds": built.seconds}

    def _built(self, task: Task, tell: Tell, may_publish: Callable[[], bool], stop: threading.Event) -> Built:
        """Build; again where the share was away when the picture was to be read."""
        for attempt in range(_READS):
            try:
                return self.builders.build(task, tell, may_publish, stop)
            except MissingPictureError:
                self._wait_for_share(stop)
                if stamp_of(task.picture) is None:
                    break
                if attempt == _READS - 1:
                    raise
        return Built("", False)

    def _published(self, job: str, order: Order, built: Built, stop: threading.Event, tell: Tell) -> None:
        is_kept = self._note(
            *(order, job, stop),
            state="done",
            published=job,
            error=None,
            tries=0,
            seconds=built.seconds,
            network=self._network_host(job, stop),
            warnings=list(built.warnings),
            findings=list(built.findings),
            version=VERSION,
        )
        if is_kept:
            message = counted(built.findings, built.warnings)
            tell(Event("published", seconds=built.seconds, path=built.path, message=message))
            return
        # This machine was so slow that another asset may have been published meanwhile, and is overwritten now.
        newer = persistently(lambda: wanted_job(self.queue.database, order.picture), stop)
        if newer:
            persistently(lambda: self.queue.retry([newer]), stop)

    def _part(self, job: str, stop: threading.Event) -> Role:
        if self.role == "cpu" and not persistently(lambda: may_leave(self.queue, job, self.lease_s), stop):
            return "whole"
        return self.role

    def _pass_on(self, job: str, lane: Lane, stop: threading.Event, tell: Tell) -> NoReturn:
        if persistently(lambda: pass_on(job, lane), stop):
            tell(Event("passed", message="the network has run" if lane == "build" else "to a machine with a GPU"))
        raise Left

    def _network_host(self, job: str, stop: threading.Event) -> str:
        is_shared = self.queue.database.is_shared
        return persistently(lambda: network_host(self.queue, job), stop) if is_shared else ""

    def _is_wanted(self, order: Order, job: str, stop: threading.Event) -> bool:
        return persistently(lambda: wanted_job(self.queue.database, order.picture), stop) == job

    def _may_publish(self, order: Order, job: str, stop: threading.Event) -> bool:
        """Return whether the picture wants this job, and nobody else has it: this machine may have slept for long."""
        return persistently(lambda: owns(job), stop) and self._is_wanted(order, job, stop)

    def _note(self, order: Order, job: str, stop: threading.Event, **changes: Any) -> bool:
        changes["host"] = self.host
        return persistently(lambda: record(self.queue.database, order.picture, job, **changes), stop)

    def _wait_for_share(self, stop: threading.Event) -> None:
        while not os.path.isdir(self.directory / "drop"):  # Path.is_dir raises where a share does not answer
            if stop.wait(_AGAIN_S):
                raise Left


def persistently(action: Callable[[], Result], stop: threading.Event) -> Result:
    """Do something with the database, again and again while it is away."""
    while True:
        try:
            return action()
        except OperationalError:
            if stop.wait(_AGAIN_S):
                raise Left from None


def _teller(tell: Tell, picture: str, job: str) -> Tell:
    return lambda event: tell(replace(event, picture=picture, job=job))


def counted(findings: Sequence[dict[str, str]], notes: Sequence[str]) -> str:
    """Return how much the quality report and the stages have to say, e.g. ``1 error, 2 warnings``."""
    errors = sum(finding["severity"] == "error" for finding in findings)
    warnings = len(findings) - errors + len(notes)
    counts = ((errors, "error"), (warnings, "warning"))
    return ", ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)
