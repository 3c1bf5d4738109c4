"""A process that takes jobs: DBOS started with our settings, and what it lacks.

DBOS keeps a queue's settings in the database, where the last process to write wins, and asks for work at fixed
intervals. A machine's own number of slots, a pause, and a wish to start at once are put between DBOS and that table.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from dbos import DBOS, _workflow_commands
from dbos._context import assert_current_dbos_context
from dbos._dbos import _get_dbos_instance, _get_or_create_dbos_registry
from dbos._queue import _INTERNAL_QUEUE_CONSTRUCTION
from dbos._queue import Queue as DBOSQueue
from dbos._sys_db import SystemDatabase
from sqlalchemy.exc import DBAPIError

from importer.daemon.queue import lanes
from importer.daemon.queue.background import in_background
from importer.daemon.queue.jobs import Order
from importer.daemon.queue.lanes import Lane
from importer.daemon.queue.lease import HOST, Lease, takeover
from importer.daemon.queue.notices import listening, notify

if TYPE_CHECKING:
    from importer.daemon.queue.queue import Queue

NAME, WORKFLOW, APP_VERSION = "importer", "importer.build", "1"
LEASE_S = 15.0
_POLL_S = 2.0  # other processes queue jobs too; this one's own start at once
_GUARD_S = 0.5
_LOOK_S = 2.0  # for jobs that were forgotten; claiming and beginning one takes far less
_LEAVE_S = 8.0
_START_S = 0.001  # between being woken and asking for work
_NEVER_S = 3600.0
Work = Callable[[str, Order, int, threading.Event], dict[str, Any]]
Hold = tuple[str, str]  # a job, and the token of one taking of it: this process may take the same job again


class Left(BaseException):
    """Raised by work that was stopped: the job has no outcome. No Exception, since DBOS would record that as one."""


@dataclass
class _Taker:
    """What this process is working on; DBOS allows one of it in a process."""

    queue: Queue
    work: Work
    slots: int
    host: str
    lane: Lane
    leaving: bool = False
    running: dict[Hold, threading.Event] = field(default_factory=dict)
    _idle: set[Hold] = field(default_factory=set)  # whose work was not there at the last look

    @property
    def executor(self) -> str:
        """This process's name in the database, where several projects may be."""
        return f"{self.host}@{self.queue.database.project}"

    def run(self, hold: Hold, text: str) -> dict[str, Any]:
        """Do one job, unless this process is about to end."""
        job, stop = hold[0], threading.Event()
        self.running[hold] = stop
        try:
            if self.leaving:
                raise Left
            return self.work(job, Order.load(text), self._deaths(job), stop)
        finally:
            del self.running[hold]
            stop.set()  # whoever waits for it need not any more

    def _deaths(self, job: str) -> int:
        table = SystemDatabase.tables.workflow_status
        query = sa.select(table.c.recovery_attempts).where(table.c.workflow_uuid == job)
        with self.queue.client._sys_db.engine.connect() as connection:
            return max(0, (connection.execute(query).scalar() or 1) - 1)

    def held(self) -> set[Hold]:
        """Return what this process has by the database: neither cancelled nor taken over by another."""
        table = SystemDatabase.tables.workflow_status
        pending = table.c.status == sa.literal_column("'PENDING'")  # no parameter: databases then use DBOS's index
        query = sa.select(table.c.workflow_uuid, table.c.owner_xid).where(pending, table.c.executor_id == self.executor)
        with self.queue.client._sys_db.engine.connect() as connection:
            return {(job, token) for job, token in connection.execute(query)}

    def stop_lost(self) -> None:
        """Stop what is no longer this process's."""
        running = dict(self.running)
        if running:
            for hold in running.keys() - self.held():
                running[hold].set()

    def give_back(self) -> None:
        """Queue anew the jobs that this process has and does nothing for: nobody else would take them.

        Their end could not be recorded, as on a full disk; or the database went away in the moment of their taking, and
        this process has not heard of it.
        """
        held = self.held()
        active = set(_get_dbos_instance()._active_workflows_set.activeList())  # their end may just be being recorded
        idle = {hold for hold in held - self.running.keys() if hold[0] not in active}
        for job, token in idle & self._idle:
            if lanes.move(self.queue, job, token, "build"):
                self.queue.wake.set()
        self._idle = idle

    def leave(self) -> None:
        """Stop all work and give it back; it is not counted as a death."""
        self.leaving = True
        for stop in list(self.running.values()):
            stop.set()
        end, active = time.monotonic() + _LEAVE_S, _get_dbos_instance()._active_workflows_set
        while active.activeList() and time.monotonic() < end:  # what has just ended must have its outcome recorded
            time.sleep(0.01)
        with contextlib.suppress(DBAPIError):  # a full disk: the next start takes them up again
            jobs = [job for job, _ in self.held()]
            if jobs:
                self.queue.client.resume_workflows(jobs, queue_name=self.queue.name)
                with self.queue.client._sys_db.engine.begin() as connection:
                    notify(connection, self.queue.name)


_taker: _Taker | None = None


def owns(job: str) -> bool:
    """Return whether a job that this process works on is still its own."""
    return _taker is not None and (job, _token()) in _taker.held()


def pass_on(job: str, lane: Lane) -> bool:
    """Put a job that this process works on into a lane; its work must then raise `Left`.

    Into ``build`` it comes with the name of this machine, as the one that ran the network. Return False where the job
    is no longer this process's.
    """
    ran = _taker.host if _taker and lane == "build" else ""
    return _taker is not None and lanes.move(_taker.queue, job, _token(), lane, ran)


def _token() -> str:
    """Return the token of the taking that this thread works on."""
    return assert_current_dbos_context().owner_xid or ""


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
def _job(text: str) -> dict[str, Any]:
    taker, job = _taker, DBOS.workflow_id
    if taker is None or job is None:
        raise Left
    # No step of DBOS's: it would note the outcome a second time, and a build repeats nothing.
    return taker.run((job, _token()), text)


@contextlib.contextmanager
def taking(queue: Queue, work: Work, host: str, slots: int, lease_s: float, lane: Lane) -> Iterator[None]:
    """See `Queue.take`."""
    global _taker
    taker = _Taker(queue, work, slots, host, lane)
    with contextlib.ExitStack() as stack:
        lease = Lease(queue.database, f"{HOST}{taker.executor}", lease_s)
        if queue.database.is_shared:
            stack.enter_context(lease.held())
            if lane == "network":
                stack.enter_context(Lease(queue.database, lanes.gpu_lease(taker.executor), lease_s).held())
        _taker = taker
        _launch(queue, taker)
        stack.callback(_close, taker)
        stack.enter_context(in_background("importer-guard", lambda end: _guard(taker, lease, end)))
        stack.enter_context(listening(queue.database, lanes.dbos_queue(queue.name, lane), queue.wake))
        yield


def _launch(queue: Queue, taker: _Taker) -> None:
    DBOS(
        config={
            "name": NAME,
            "system_database_engine": queue.database.engine,
            "application_version": APP_VERSION,
            "executor_id": taker.executor,
            "use_listen_notify": False,
            "run_migrations": False,  # done when the queue was opened
            "notification_listener_polling_interval_sec": 0.1,  # nothing listens, but the end waits for it
            "log_level": "CRITICAL",  # a job's failure is told by whoever took it
        }
    )
    DBOS.listen_queues([])  # none that others may have registered
    active = _get_dbos_instance()._active_workflows_set
    active._remove = _then(active._remove, queue.wake.set)  # a slot is free once DBOS says so, after the job's end
    registry = _get_or_create_dbos_registry()
    local = _LocalQueue(queue, taker)
    registry.internal_queue_map[local.name] = local
    registry.get_internal_queue()._polling_interval_sec = _NEVER_S  # nothing of ours waits there
    _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = _NEVER_S  # delays and time limits, which no job has
    DBOS.launch()
    system = _get_dbos_instance()._sys_db
    system.list_queues = lambda **_: []  # asked for each second, and there are none
    system._is_latest_version = lambda app_version, c=None: True  # asked for each job, and every job has this one


def _then(first: Callable[..., None], second: Callable[[], None]) -> Callable[..., None]:
    def both(*args: Any) -> None:
        first(*args)
        second()

    return both


def _close(taker: _Taker) -> None:
    """End this process's part; a job that resists is left behind, and its outcome refused."""
    global _taker
    system = _get_dbos_instance()._sys_db
    try:
        taker.leave()
    finally:
        taker.queue.wake.set()
        _get_or_create_dbos_registry().internal_queue_map.pop(lanes.dbos_queue(taker.queue.name, taker.lane), None)
        DBOS.destroy()
        _taker = None
        system.check_workflow_result = _nobody  # a thread that waits for another's outcome would outlive the program


def _nobody(*_: Any, **__: Any) -> Any:
    raise Left


class _LocalQueue(DBOSQueue):
    """The queue as DBOS's thread sees it, with this machine's own settings and a wait that can be cut short.

    DBOS reads `database_backed_queue` once before each look for work, and `_worker_concurrency` at the look.
    """

    def __init__(self, queue: Queue, taker: _Taker) -> None:
        self._own, self._taker, self._slots = queue, taker, 0
        name = lanes.dbos_queue(queue.name, taker.lane)
        super().__init__(name, polling_interval_sec=_START_S, token=_INTERNAL_QUEUE_CONSTRUCTION)

    @property
    def database_backed_queue(self) -> bool:  # type: ignore[override]
        """Wait until there may be work."""
        if not self._taker.leaving:
            self._own.wake.wait(_POLL_S)
            self._own.wake.clear()
        self._slots = 0
        with contextlib.suppress(DBAPIError):  # a database that restarts
            if not self._taker.leaving and not self._own.is_paused():
                self._slots = self._taker.slots
        return False

    @database_backed_queue.setter
    def database_backed_queue(self, value: bool) -> None:
        pass

    @property
    def _worker_concurrency(self) -> int:  # type: ignore[override]
        return 0 if self._taker.leaving else self._slots

    @_worker_concurrency.setter
    def _worker_concurrency(self, value: int | None) -> None:
        pass


def _guard(taker: _Taker, lease: Lease, end: threading.Event) -> None:
    """Look after jobs: stop what is no longer ours, give back what is forgotten, take over what nobody has any more."""
    next_look, next_takeover = 0.0, time.monotonic() + lease.seconds
    while not end.wait(_GUARD_S):
        with contextlib.suppress(DBAPIError):  # a database that restarts
            taker.stop_lost()
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + _LOOK_S
                taker.give_back()
            if taker.queue.database.is_shared and time.monotonic() >= max(next_takeover, lease.fair_from):
                next_takeover = time.monotonic() + lease.seconds / 3
                takeover(taker.queue.database, lease.seconds)
                lanes.release(taker.queue, lease.seconds)
