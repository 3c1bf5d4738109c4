"""What waits in the queue: the order to build one picture with one profile, and what became of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal

from importer.daemon.queue.lanes import Lane, lane_of, ran_on
from importer.pipeline.entry import canonical
from importer.pipeline.stages import Stage

State = Literal["queued", "building", "done", "failed", "cancelled"]
BY_HAND, BATCH = 10, 100  # priorities: the smaller goes first
VERSION = version("asset-drop")
_STATES: dict[str, State] = {
    "DELAYED": "queued",
    "ENQUEUED": "queued",
    "PENDING": "building",
    "SUCCESS": "done",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}


@dataclass(frozen=True)
class Order:
    """One picture as it was when it was queued; all that a worker anywhere needs beside the project's folder.

    ``picture`` is relative to drop/ and ``folder`` to out/; ``sha256`` is of the picture's bytes; ``profile`` is the
    resolved profile as JSON.
    """

    picture: str
    folder: str
    sha256: str
    profile: dict[str, Any]

    def dump(self) -> str:
        """Return the order as text."""
        return json.dumps(vars(self))

    @classmethod
    def load(cls, text: str) -> Order:
        """Read `dump`."""
        return cls(**json.loads(text))

    def job(self, project: str, table: Sequence[Stage]) -> str:
        """Return the job's identity: the same picture, profile and versions are the same job."""
        versions = [VERSION, [[stage.name, stage.version] for stage in table]]
        text = canonical([self.picture, self.folder, self.sha256, self.profile, versions])
        # A picture's name need not be text on Linux.
        return f"{project}-{hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:20]}"


@dataclass(frozen=True)
class Job:
    """A job in the queue; times in seconds since 1970, 0 where they have not come yet."""

    id: str
    picture: str
    state: State
    priority: int
    host: str
    deaths: int  # of importers while they were building it
    queued_at: float
    started_at: float
    ended_at: float
    lane: Lane = "build"  # ``network``: it waits for a GPU, or is at one
    network: str = ""  # the machine that ran the network, if that was not the one that builds


def job_of(status: Any) -> Job:
    """Return a job from what DBOS says of it."""
    order = Order.load(status.input["args"][0]) if status.input else None
    return Job(
        id=status.workflow_id,
        picture=order.picture if order else "",
        state=_STATES[status.status],
        priority=status.priority or 0,
        host=(status.executor_id or "").rpartition("@")[0],
        deaths=max(0, (status.recovery_attempts or 0) - (status.status in ("PENDING", "SUCCESS", "ERROR"))),
        queued_at=(status.created_at or 0) / 1000,
        started_at=(status.dequeued_at or 0) / 1000,
        ended_at=(status.completed_at or 0) / 1000,
        lane=lane_of(status.queue_name),
        network=ran_on(status.attributes),
    )
