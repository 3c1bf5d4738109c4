"""One look at the drop folder: what is complete, what is new, what is gone, and what therefore has to be done."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from importer.daemon.ledger import Entry
from importer.daemon.pairing import orphans, profile_files, sidecars
from importer.daemon.queue.jobs import VERSION
from importer.daemon.scan import MISSING, PICTURES, Snapshot, Stamp, scan, stamp_of
from importer.daemon.settle import Settler
from importer.daemon.submit import Project, Ready, submit
from importer.daemon.work import Tell, counted
from importer.pipeline.events import Event

_REST = 10  # times as long as a look took, between two
_IDLE_REST = 100  # where nothing is waited for: a hundredth of a core, however many pictures there are
_RETRIED_AT_START = ("ModelError",)  # a model may have been installed since


@dataclass(frozen=True)
class Times:
    """Patience in seconds."""

    settle_s: float = 2.0  # a file that has not changed for so long is complete
    pair_s: float = 1.0  # longer for a picture alone: its sidecar may be on its way
    rescan_s: float = 5.0  # between two looks without events
    orphan_s: float = 30.0  # until a sidecar without a picture, or a file that cannot be opened, is worth a word
    retry_s: float = 30.0  # after a full disk or the like; doubles up to 20 times as long


class Round:
    """What consecutive looks know of each other."""

    def __init__(self, project: Project, times: Times, tell: Tell, host: str = "") -> None:
        self.project, self.times, self.tell, self.host = project, times, tell, host
        self.settler = Settler(project.drop, times.settle_s)
        self.snapshot = Snapshot()
        self.took = 0.0  # seconds, by the last look
        self._told: dict[str, Stamp | None] = {}
        self._missing: dict[str, float] = {}
        self._retry_at: dict[str, float] = {}
        self._next_rescue = 0.0
        self._recover()

    def _recover(self) -> None:
        """Look again at what an earlier process has left; DBOS goes on with the jobs that it was at."""
        entries = self.project.ledger.entries
        alive = {job.id for job in self.project.queue.list(states=("queued", "building"))}
        for picture, entry in entries.items():
            if entry.state == "changed" and entry.stamp is None:
                self.tell(Event("warning", picture, message="its record was damaged; it is looked at again"))
            if (entry.state == "queued" and entry.job not in alive) or (
                entry.state == "failed"
                and (entry.version != VERSION or (entry.error or {}).get("kind") in _RETRIED_AT_START)
            ):
                entry.state = "changed"
            elif entry.state == "failed" and (entry.error or {}).get("kind") == "OutputError":
                self._retry_at[picture] = 0.0

    def look(self, now: float) -> float:
        """Queue what is ready; return the seconds until the next look."""
        wait = self._look(now)
        self.took = time.monotonic() - now
        return max(wait, self.took * (_REST if wait < self.times.rescan_s else _IDLE_REST))

    def hear(self) -> bool:
        """Take over what builds have written into the ledger; return whether a picture must be looked at again."""
        news = self.project.ledger.news()
        for picture in news:
            self._worked(picture)
        return any(self.project.ledger.entries[picture].state == "changed" for picture in news)

    def _rescue(self, now: float) -> None:
        """Look again at pictures that wait for a job which has ended: nobody would ever take it.

        A job is queued anew while the end of its last try is known to the ledger, and not yet to the queue, where a
        full disk has the end written late.
        """
        if now < self._next_rescue:
            return
        self._next_rescue = now + self.times.retry_s
        entries = self.project.ledger.entries
        waiting = {entry.job: picture for picture, entry in entries.items() if entry.state == "queued"}
        ended = self.project.queue.ended(list(waiting))
        self.hear()  # an outcome is written before the job's end
        for job in ended:
            entry = entries.get(waiting[job])
            if entry and entry.state == "queued" and entry.job == job:
                entry.state = "changed"

    def _look(self, now: float) -> float:
        self.hear()
        self._rescue(now)
        snapshot = scan(self.project.drop)
        if snapshot is None:
            self._once("drop", None, Event("warning", message=f"{self.project.drop} is not there; waiting for it"))
            return self.times.rescan_s
        self._told.pop("drop", None)
        self.snapshot = snapshot
        self.settler.look({**snapshot.pictures, **snapshot.profiles}, now)
        waiting = False
        ready: list[Ready] = []
        for picture, stamp in snapshot.pictures.items():
            profiles = self._profiles(picture)
            if not self._is_due(picture, stamp, profiles, now):
                continue
            if self._is_ready(picture, profiles, now):
                ready.append(Ready(picture, stamp, profiles))
            else:
                waiting = True
        self._say_goodbye(now)  # first: the folder of a picture that was renamed is free by then
        submit(self.project, ready, self.tell)
        self._complain(now)
        return self.times.settle_s / 4 if waiting or self._missing else self.times.rescan_s

    def _worked(self, picture: str) -> None:
        """Plan another try where a full disk or the like has stopped the last one."""
        entry = self.project.ledger.entries[picture]
        if entry.host != self.host:
            self._tell_of_other(picture, entry)
        self._retry_at.pop(picture, None)
        if entry.state == "failed" and entry.error and entry.error["kind"] == "OutputError":
            wait = self.times.retry_s * min(2**entry.tries, 20)
            entry.tries += 1
            self._retry_at[picture] = time.monotonic() + wait
            self.tell(Event("retry", picture, message=f"in {wait:.0f} s"))

    def _tell_of_other(self, picture: str, entry: Entry) -> None:
        """Tell what another machine has done; this one's builds tell of themselves."""
        where = f"on {entry.host}" if entry.host else ""
        if entry.state == "done":
            said = "; ".join(filter(None, (where, counted(entry.findings, entry.warnings))))
            path = str(self.project.out / entry.folder)
            self.tell(Event("published", picture, seconds=entry.seconds, path=path, message=said, job=entry.job))
        elif entry.state == "failed":
            self.tell(Event("failed", picture, message=entry.message(), job=entry.job))

    def _profiles(self, picture: str) -> dict[str, Stamp]:
        """Return the files that speak about a picture now, those that they extend too."""
        here = self.snapshot.profiles
        found = {name: here[name] for name in profile_files(picture, here)}
        entry = self.project.ledger.entries.get(picture)
        for name in entry.profiles if entry else ():
            if name not in found:
                found[name] = here.get(name) or stamp_of(self.project.drop / name) or MISSING
        return found

    def _is_due(self, picture: str, stamp: Stamp, profiles: Mapping[str, Stamp], now: float) -> bool:
        entry = self.project.ledger.entries.get(picture)
        if entry is None or entry.state in ("changed", "gone") or entry.stamp != stamp or entry.profiles != profiles:
            return True
        return entry.state == "failed" and now >= self._retry_at.get(picture, float("inf"))

    def _is_ready(self, picture: str, profiles: Mapping[str, Stamp], now: float) -> bool:
        """Return whether picture and profiles are complete, and no sidecar is to be waited for."""
        names = [picture, *(name for name in profiles if name in self.snapshot.profiles)]
        if not all(self.settler.is_settled(name, now) for name in names):
            return False
        known = picture in self.project.ledger.entries and self.project.ledger.entries[picture].stamp is not None
        patience = 0.0 if known or sidecars(picture, profiles) else self.times.pair_s
        return self.settler.age(picture, now) >= self.times.settle_s + patience

    def _say_goodbye(self, now: float) -> None:
        """Note pictures that have been away for a while; what was published of them stays."""
        entries = self.project.ledger.entries
        away = [name for name, e in entries.items() if self._is_away(name) and e.state != "gone"]
        self._missing = {name: self._missing.get(name, now) for name in away}
        leaving = [name for name in away if now - self._missing[name] >= self.times.settle_s]
        if not leaving:
            return
        self.project.queue.cancel([entries[name].job for name in leaving if entries[name].state == "queued"])
        for name in leaving:
            entry = entries[name]
            is_published = bool(entry.folder) and (self.project.out / entry.folder).is_dir()
            kept = f"its asset stays in out/{entry.folder}" if is_published else ""
            self.tell(Event("gone", name, message=kept))
            del self._missing[name]
            if is_published:
                entry.state, entry.job = "gone", ""
            else:
                del entries[name]
        with self.project.queue.transaction() as connection:
            self.project.ledger.save(leaving, connection)

    def _is_away(self, name: str) -> bool:
        """Return whether a picture is gone, as far as anybody can tell: a share may refuse for a while."""
        return name not in self.snapshot.pictures and not name.startswith(tuple(self.snapshot.unreadable))

    def _complain(self, now: float) -> None:
        """Say once what nobody will ever build, and what cannot be read."""
        used = {name for entry in self.project.ledger.entries.values() for name in entry.profiles}
        lonely = set(orphans(self.snapshot, used))
        for name in sorted(lonely):
            if self.settler.age(name, now) >= self.times.orphan_s:
                message = f"there is no picture of this name beside it ({', '.join(PICTURES)})"
                self._once(name, self.snapshot.profiles[name], Event("orphan", name, message=message))
        for name in self.snapshot.others:
            message = f"this is no picture that can be read ({', '.join(PICTURES)})"
            self._once(name, None, Event("ignored", name, message=message))
        for name in (*self.snapshot.pictures, *self.snapshot.profiles):
            if self.settler.age(name, now) >= self.times.orphan_s and not self.settler.is_settled(name, now):
                self._once(name, None, Event("warning", name, message="the file cannot be opened; waiting for it"))
        for name in self.snapshot.links:
            message = "a link to a folder, or out of the drop folder, is not followed; copy what it leads to"
            self._once(name, None, Event("ignored", name, message=message))
        for folder in self.snapshot.unreadable:
            self._once(f"{folder}/", None, Event("warning", folder or "drop", message="the folder cannot be read"))

    def _once(self, name: str, stamp: Stamp | None, event: Event) -> None:
        if name not in self._told or self._told[name] != stamp:
            self._told[name] = stamp
            self.tell(event)
