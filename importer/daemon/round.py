"""One look at the drop folder: what is complete, what is new, what is gone, and what therefore has to be done."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from importer.daemon.ledger import Entry
from importer.daemon.pairing import orphans, profile_files, sidecars
from importer.daemon.queue import Queue
from importer.daemon.scan import MISSING, PICTURES, Snapshot, Stamp, scan, stamp_of
from importer.daemon.settle import Settler
from importer.daemon.work import VERSION, Project, Tell
from importer.errors import StageError
from importer.pipeline.events import Event

MAX_DEATHS = 3
_REST = 10  # times as long as a look took, between two
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

    def __init__(self, project: Project, queue: Queue, times: Times, tell: Tell) -> None:
        self.project, self.queue, self.times, self.tell = project, queue, times, tell
        self.settler = Settler(project.drop, times.settle_s)
        self.snapshot = Snapshot()
        self.took = 0.0  # seconds, by the last look
        self._looked, self._pause = float("-inf"), times.rescan_s
        self._told: dict[str, Stamp | None] = {}
        self._missing: dict[str, float] = {}
        self._retry_at: dict[str, float] = {}
        self._recover()

    def _recover(self) -> None:
        """Judge what an earlier process left: its death while building counts against the picture."""
        for picture, entry in self.project.ledger.entries.items():
            if entry.state == "building":
                entry.deaths += 1
                entry.state = "queued"
                if entry.deaths >= MAX_DEATHS:
                    what = f"the importer itself ended {entry.deaths} times while it built this"
                    fix = "Report this with the picture; touch the picture to try again."
                    entry.fail(StageError(what, where=picture, fix=fix))
                    entry.version = VERSION
                    self.tell(Event("failed", picture, message=entry.message()))
            elif entry.state == "failed" and (
                entry.version != VERSION or (entry.error or {}).get("kind") in _RETRIED_AT_START
            ):
                entry.state = "queued"
            elif entry.state == "failed" and (entry.error or {}).get("kind") == "OutputError":
                self._retry_at[picture] = 0.0

    def is_due(self, now: float) -> bool:
        """Return whether the regular time for a look has come; large folders are looked at less often."""
        return now - self._looked >= self._pause

    def look(self, now: float) -> tuple[float, bool]:
        """Queue what is ready; return the seconds until the next look, and whether the ledger changed."""
        wait, changed = self._look(now)
        self.took = time.monotonic() - now
        self._looked, self._pause = now + self.took, max(self.times.rescan_s, self.took * _REST)
        return max(wait, self.took * _REST), changed

    def _look(self, now: float) -> tuple[float, bool]:
        snapshot = scan(self.project.drop)
        if snapshot is None:
            self._once("drop", None, Event("warning", message=f"{self.project.drop} is not there; waiting for it"))
            return self.times.rescan_s, False
        self._told.pop("drop", None)
        self.snapshot = snapshot
        self.settler.look({**snapshot.pictures, **snapshot.profiles}, now)
        waiting = changed = False
        for picture, stamp in sorted(snapshot.pictures.items(), key=self._deaths):
            profiles = self._profiles(picture)
            if not self._is_due(picture, stamp, profiles, now):
                continue
            if not self._is_ready(picture, profiles, now):
                waiting = True
            elif self.queue.put(picture):
                changed = True
                self.project.ledger.entries.setdefault(picture, Entry())
                self.tell(Event("queued", picture))
        changed |= self._say_goodbye(now)
        self._complain(now)
        return (self.times.settle_s / 4 if waiting or self._missing else self.times.rescan_s), changed

    def inputs(self, picture: str) -> tuple[Stamp, dict[str, Stamp]] | None:
        """Return what is there now of a picture whose turn has come; None: wait for another look."""
        stamp = stamp_of(self.project.drop / picture)
        if stamp is None or stamp != self.snapshot.pictures.get(picture):
            return None
        return stamp, self._profiles(picture)

    def worked(self, picture: str) -> None:
        """Plan another try where a full disk or the like has stopped the last one."""
        entry = self.project.ledger.entries[picture]
        self._retry_at.pop(picture, None)
        if entry.state == "failed" and entry.error and entry.error["kind"] == "OutputError":
            wait = self.times.retry_s * min(2**entry.tries, 20)
            entry.tries += 1
            self._retry_at[picture] = time.monotonic() + wait
            self.tell(Event("retry", picture, message=f"in {wait:.0f} s"))

    def _deaths(self, item: tuple[str, Stamp]) -> int:
        """Sort what the importer died of behind what it may still finish."""
        entry = self.project.ledger.entries.get(item[0])
        return entry.deaths if entry else 0

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
        if picture in self.queue or (entry and entry.state == "building"):
            return False
        if entry is None or entry.state not in ("done", "failed") or entry.stamp != stamp or entry.profiles != profiles:
            return True
        return now >= self._retry_at.get(picture, float("inf"))

    def _is_ready(self, picture: str, profiles: Mapping[str, Stamp], now: float) -> bool:
        """Return whether picture and profiles are complete, and no sidecar is to be waited for."""
        names = [picture, *(name for name in profiles if name in self.snapshot.profiles)]
        if not all(self.settler.is_settled(name, now) for name in names):
            return False
        known = picture in self.project.ledger.entries and self.project.ledger.entries[picture].stamp is not None
        patience = 0.0 if known or sidecars(picture, profiles) else self.times.pair_s
        return self.settler.age(picture, now) >= self.times.settle_s + patience

    def _say_goodbye(self, now: float) -> bool:
        """Note pictures that have been away for a while; what was published of them stays."""
        changed = False
        here = self.snapshot.pictures
        away = [name for name, e in self.project.ledger.entries.items() if name not in here and e.state != "gone"]
        self._missing = {name: self._missing.get(name, now) for name in away}
        for name in away:
            if now - self._missing[name] >= self.times.settle_s:
                entry = self.project.ledger.entries[name]
                self.queue.drop(name)
                is_published = bool(entry.folder) and (self.project.out / entry.folder).is_dir()
                kept = f"its asset stays in out/{entry.folder}" if is_published else ""
                self.tell(Event("gone", name, message=kept))
                del self._missing[name]
                if is_published:
                    entry.state = "gone"
                else:
                    del self.project.ledger.entries[name]
                changed = True
        return changed

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
        for folder in self.snapshot.unreadable:
            self._once(f"{folder}/", None, Event("warning", folder, message="the folder cannot be read"))

    def _once(self, name: str, stamp: Stamp | None, event: Event) -> None:
        if name not in self._told or self._told[name] != stamp:
            self._told[name] = stamp
            self.tell(event)
