"""Pictures that are ready become jobs: resolve the profile, hash the picture, choose the folder, queue."""

from __future__ import annotations

import hashlib
import re
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from importer.daemon.ledger import Entry, Ledger
from importer.daemon.places import Places
from importer.daemon.queue.jobs import BATCH, BY_HAND, VERSION, Order
from importer.daemon.queue.queue import Queue
from importer.daemon.scan import MISSING, Stamp, stamp_of
from importer.daemon.work import Tell
from importer.errors import ImporterError, ProfileError
from importer.pipeline.events import Event
from importer.pipeline.stages import Stage
from importer.profile.resolve import Resolved, resolve
from importer.system.names import asset_name

_TOGETHER = 100  # jobs queued in one transaction
_DEEPEST = 200  # folders below drop/; systems and Python both end somewhere above
_HANDFUL = 20  # more pictures than these in a minute are a batch
_MINUTE = 60.0


@dataclass
class Rate:
    """How many pictures have arrived lately: a folder being copied in arrives in many small parts."""

    _arrived: deque[tuple[float, int]] = field(default_factory=deque)

    def of(self, number: int, now: float) -> int:
        """Note so many arrivals; return all of the last minute."""
        self._arrived.append((now, number))
        while self._arrived[0][0] < now - _MINUTE:
            self._arrived.popleft()
        return sum(number for _, number in self._arrived)


@dataclass(frozen=True)
class Project:
    """What the watcher works on; ``directory`` holds drop/ and out/."""

    directory: Path
    queue: Queue
    ledger: Ledger
    table: Sequence[Stage]
    rate: Rate = field(default_factory=Rate)

    @property
    def drop(self) -> Path:
        """Where pictures arrive."""
        return self.directory / "drop"

    @property
    def out(self) -> Path:
        """Where assets are published."""
        return self.directory / "out"


@dataclass(frozen=True)
class Ready:
    """A complete picture, relative to drop/, and what the look saw of it and of the files that speak about it."""

    picture: str
    stamp: Stamp
    profiles: dict[str, Stamp]


@dataclass
class _Batch:
    """What goes into one transaction, and is told once it is there."""

    places: Places
    changed: list[str] = field(default_factory=list)
    orders: list[tuple[str, Order]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)  # jobs that nobody wants any more


def submit(project: Project, ready: Sequence[Ready], tell: Tell) -> None:
    """Queue a job for each picture whose asset is not there yet; a fault of picture or profile ends in the ledger."""
    if not ready:
        return
    places = Places(project.ledger.entries)
    priority = BY_HAND if project.rate.of(len(ready), time.monotonic()) <= _HANDFUL else BATCH
    for start in range(0, len(ready), _TOGETHER):
        batch = _Batch(places)
        for one in ready[start : start + _TOGETHER]:
            _decide(project, one, batch)
        try:
            with project.queue.transaction() as connection:
                project.ledger.save(batch.changed, connection)
                for job, order in batch.orders:
                    project.queue.submit(job, order, priority, connection)
        except BaseException:  # a full disk: what was decided is not written, and is decided again at the next look
            for picture in batch.changed:
                if picture in project.ledger.entries:
                    project.ledger.entries[picture].state = "changed"
            raise
        project.queue.cancel(batch.replaced)
        for event in batch.events:
            tell(event)


def _decide(project: Project, ready: Ready, batch: _Batch) -> None:
    """Bring one picture's entry up to date, and say what has to be done."""
    picture, entries = ready.picture, project.ledger.entries
    entry = entries.get(picture) or Entry()
    try:
        _refuse_depth(picture)
        resolved = resolve(project.drop / picture, root=project.directory, fence=project.drop)
        sha256 = _sha256(project.drop / picture)
    except FileNotFoundError:
        return
    except (ImporterError, OSError) as error:
        if _is_as_seen(project, ready):
            _fail(project, ready, entry, _fault(picture, error), batch)
        return
    if not _is_as_seen(project, ready):
        return
    entries[picture] = entry
    order = _order(project, picture, entry, resolved, sha256, batch)
    job = order.job(project.queue.database.project, project.table)
    if entry.state == "queued" and entry.job not in ("", job):
        batch.replaced.append(entry.job)
    entry.stamp, entry.job, entry.error, entry.version = ready.stamp, job, None, VERSION
    entry.profiles = {name: seen for name, seen in ready.profiles.items() if seen != MISSING}
    entry.profiles |= _stamps(project, resolved.files, ready.profiles)  # what they extend
    batch.changed.append(picture)
    if entry.published == job and (project.out / order.folder).is_dir():
        entry.state = "done"
        batch.events.append(Event("unchanged", picture, path=str(project.out / order.folder)))
    else:
        entry.state = "queued"
        batch.orders.append((job, order))
        batch.events.append(Event("queued", picture, job=job))


def _is_as_seen(project: Project, ready: Ready) -> bool:
    """Return whether the picture is still what the look saw; if it changes, or its share is away, another look will."""
    return stamp_of(project.drop / ready.picture) == ready.stamp


def _fault(picture: str, error: ImporterError | OSError) -> ImporterError:
    if isinstance(error, ImporterError):
        return error
    what = f"the picture cannot be read ({error.strerror or error})"
    return ImporterError(what, where=picture, fix="Check its permissions.")


def _refuse_depth(picture: str) -> None:
    depth = picture.count("/")
    if depth > _DEEPEST:
        what = f"the picture lies {depth} folders deep, and the limit is {_DEEPEST}"
        raise ImporterError(what, where=picture, fix="Move it up.")


def _order(project: Project, picture: str, entry: Entry, resolved: Resolved, sha256: str, batch: _Batch) -> Order:
    """Choose the folder, and say where that is not the expected one."""
    entries, profile = project.ledger.entries, resolved.profile
    name = profile.asset.name or asset_name(PurePosixPath(picture).stem)
    folder = batch.places.assign(picture, name)
    leaf = folder.rpartition("/")[2]
    if folder != entry.folder:
        if leaf.casefold() != name.casefold():
            message = f"the name {name} is taken by another picture; this one becomes {leaf}"
            batch.events.append(Event("warning", picture, message=message))
        if entry.folder and entry.published:
            message = f"the asset published before stays in out/{entry.folder}"
            batch.events.append(Event("warning", picture, message=message))
        owner = batch.places.previous_owner(picture, folder)
        if owner:
            del entries[owner]
            batch.changed.append(owner)
            batch.events.append(Event("warning", picture, message=f"replaces the asset of {owner}, which is gone"))
    entry.folder, entry.name = folder, name
    return Order(picture, folder, sha256, profile.model_dump(mode="json"))


def _fail(project: Project, ready: Ready, entry: Entry, error: ImporterError, batch: _Batch) -> None:
    profiles = ready.profiles | (_named(project, error) if isinstance(error, ProfileError) else {})
    if entry.state == "queued" and entry.job:
        batch.replaced.append(entry.job)
    entry.stamp, entry.profiles, entry.job, entry.version = ready.stamp, profiles, "", VERSION
    entry.fail(error)
    project.ledger.entries[ready.picture] = entry
    batch.changed.append(ready.picture)
    batch.events.append(Event("failed", ready.picture, message=str(error)))


def _named(project: Project, error: ProfileError) -> dict[str, Stamp]:
    """Return the stamp of the file that an error is in: it may be one that another extends."""
    found = re.match(r"(.+?\.ya?ml)(:\d+)?(:|$)", error.where)
    return _stamps(project, [Path(found[1]).absolute()], {}) if found else {}


def _stamps(project: Project, files: Sequence[Path], seen: dict[str, Stamp]) -> dict[str, Stamp]:
    root, stamps = project.directory.absolute(), {}
    for file in files:
        if file.is_relative_to(root):
            inside = file.relative_to(root).as_posix()
            name = inside.removeprefix("drop/") if inside.startswith("drop/") else f"../{inside}"
            stamp = stamp_of(file)
            if stamp and name not in seen:
                stamps[name] = stamp
    return stamps


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
