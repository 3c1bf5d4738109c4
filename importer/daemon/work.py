"""One picture's turn: resolve its profile, build, publish, and note in the ledger what became of it."""

from __future__ import annotations

import contextlib
import hashlib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from importer.daemon.ledger import Entry, Ledger
from importer.daemon.places import folder_for, previous_owner
from importer.daemon.publish import publish
from importer.daemon.scan import MISSING, Stamp, stamp_of
from importer.errors import ImporterError, ProfileError, StageError
from importer.pipeline.cache import Cache
from importer.pipeline.entry import canonical
from importer.pipeline.events import Event
from importer.pipeline.run import Asset, build_asset
from importer.pipeline.stages import Stage
from importer.profile.resolve import resolve
from importer.profile.schema import Profile
from importer.system.names import asset_name

VERSION = version("asset-drop")
_REPORT = "Report this with the picture and its profile; touch the picture to try again."
Tell = Callable[[Event], None]


@dataclass(frozen=True)
class Project:
    """What every picture's turn needs; ``directory`` holds drop/ and out/."""

    directory: Path
    ledger: Ledger
    cache: Cache
    table: Sequence[Stage]

    @property
    def drop(self) -> Path:
        """Where pictures arrive."""
        return self.directory / "drop"

    @property
    def out(self) -> Path:
        """Where assets are published."""
        return self.directory / "out"


def work(project: Project, picture: str, stamp: Stamp, profiles: dict[str, Stamp], tell: Tell) -> None:
    """Build and publish one picture; a failure of whatever kind ends in the ledger.

    Parameters
    ----------
    picture : str
        Relative to drop/.
    stamp, profiles
        What the scan saw of the picture and of the files that speak about it: the state the result will stand for.
    """
    entry = project.ledger.entries.setdefault(picture, Entry())
    before = replace(entry)
    entry.state, entry.stamp, entry.profiles, entry.error, entry.version = "building", stamp, profiles, None, VERSION
    try:
        resolved = resolve(project.drop / picture, root=project.directory, profile=None)
        entry.profiles = {name: seen for name, seen in profiles.items() if seen != MISSING}
        entry.profiles |= _stamps(project, resolved.files, profiles)  # what they extend
        wanted = hashlib.sha256(canonical(resolved.profile.model_dump(mode="json")).encode()).hexdigest()
        is_same = (entry.sha256, entry.profile_sha256) == (_sha256(project.drop / picture), wanted)
        if is_same and (project.out / entry.folder).is_dir():
            entry.state = "done"
            tell(Event("unchanged", picture, path=str(project.out / entry.folder)))
        else:
            _build(project, picture, entry, before, resolved.profile, tell)
            entry.profile_sha256 = wanted
    except FileNotFoundError:
        entry.state = "queued"  # taken away while it waited; the next look says so
    except ImporterError as error:
        if isinstance(error, ProfileError):
            entry.profiles = profiles | _named(project, error)
        _fail(entry, picture, error, tell)
    except OSError as error:
        what = f"the picture cannot be read ({error.strerror or error})"
        _fail(entry, picture, ImporterError(what, where=picture, fix="Check its permissions."), tell)
    except Exception as error:
        what = f"the importer failed with {type(error).__name__}: {error}"
        _fail(entry, picture, StageError(what, where=picture, fix=_REPORT), tell)
    entry.deaths = 0


def _build(project: Project, picture: str, entry: Entry, before: Entry, profile: Profile, tell: Tell) -> None:
    name = profile.asset.name or asset_name(PurePosixPath(picture).stem)
    folder = folder_for(picture, name, project.ledger.entries)
    entry.folder, entry.name = folder, name
    parent, _, leaf = folder.rpartition("/")
    if leaf != name:
        tell(Event("warning", picture, message=f"the name {name} is taken by another picture; this one becomes {leaf}"))
    owner = previous_owner(picture, folder, project.ledger.entries)
    if before.folder and before.folder != folder:
        tell(Event("warning", picture, message=f"the asset published before stays in out/{before.folder}"))
    with contextlib.suppress(ImporterError):  # said after the work
        project.ledger.save()  # whoever finds "building" after a crash knows that it may kill
    tell(Event("building", picture))
    began = time.monotonic()
    if leaf != name:
        profile = profile.model_copy(update={"asset": profile.asset.model_copy(update={"name": leaf})})
    asset = build_asset(
        project.drop / picture, profile, project.cache, lambda e: tell(replace(e, picture=picture)), table=project.table
    )
    path = publish(asset, project.out / parent)
    entry.state, entry.tries, entry.seconds = "done", 0, round(time.monotonic() - began, 3)
    entry.sha256, entry.warnings = asset.picture_sha256, list(asset.warnings)
    entry.findings = [asdict(finding) for finding in asset.findings]
    notes = [_counted(asset)]
    if owner:
        del project.ledger.entries[owner]
        notes.append(f"replaces the asset of {owner}, which is gone")
    message = "; ".join(filter(None, notes))
    tell(Event("published", picture, seconds=entry.seconds, path=str(path), message=message))


def _counted(asset: Asset) -> str:
    """Return how much the quality report and the stages have to say, e.g. ``1 error, 2 warnings``."""
    errors = sum(finding.severity == "error" for finding in asset.findings)
    warnings = len(asset.findings) - errors + len(asset.warnings)
    counts = ((errors, "error"), (warnings, "warning"))
    return ", ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)


def _fail(entry: Entry, picture: str, error: ImporterError, tell: Tell) -> None:
    entry.fail(error)
    tell(Event("failed", picture, message=str(error)))


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
