"""One look at the watched folders: import what is new, test it, report. Nothing here knows Unreal."""

from __future__ import annotations

import hashlib
import shutil
import traceback
import uuid
from dataclasses import replace

from .checks import make_checks
from .job import Job, Outcome
from .manifest import newer_note, read_manifest
from .notes import Note, Refused, refuse
from .paths import below, content_folder
from .records import Manifest
from .refusals import publish_report, say_refusal
from .scan import Found, find_assets
from .session import Reading, Session
from .slices import Steps
from .state import RULES, Entry
from .whole import check_sizes, copy_checked, read_bytes, stamp_of

_COARSE_S = 3.0  # file times may be this coarse
_READ_AGAIN_S = 60.0  # clocks jump
_BLOCKED_S = 30.0  # asking version control takes long
_MOST_ATTEMPTS = 3  # an asset that crashes Unreal must not keep it from starting
_VIEWS = ("front", "back")  # photographed; without screenshots the first one, for its check
_TEMPORARY = "Intermediate/ImporterBridge"


def look(session: Session) -> Steps[None]:
    """Look at every watched folder once."""
    assets, missing = yield from find_assets(session.config.watch)
    for folder in missing:
        session.tell_once("warning", f"{folder} is not there; it is looked for at every look")
    session.present = frozenset(found.key for found in assets)
    folders = {found.folder for found in assets}
    session.waiting = {folder: waiting for folder, waiting in session.waiting.items() if folder in folders}
    session.readings = {folder: reading for folder, reading in session.readings.items() if folder in folders}
    for found in assets:
        yield from visit(session, found)
    if not missing:
        for key in sorted(set(session.state) - session.present):
            session.tell_once("info", f"{key} is no longer published; what was imported stays")


def visit(session: Session, found: Found) -> Steps[None]:
    """Bring one asset up to date; whatever goes wrong with it is said in its report and stops no other asset."""
    reading = None
    try:
        reading = _read(session, found)
        if found.problem is not None:
            raise Refused(found.problem)
        if reading.refusal is not None:
            raise reading.refusal
        if reading.manifest is not None and _is_due(session, found, reading.manifest):
            yield from _update(session, found, reading.manifest)
            session.waiting.pop(found.folder, None)
            session.blocked.pop(found.key, None)
            session.again.pop(found.key, None)
    except Refused as refusal:
        if not refusal.waits:
            session.blocked[found.key] = (reading.sha256 if reading else "", session.clock())
        say_refusal(session, found, reading, refusal)
    except Exception as error:  # a fault of the bridge or of a call into the engine
        session.tell("error", f"{found.key}: {traceback.format_exc()}")
        fix = 'See the log, then use "Import again" in the menu.'
        failed = refuse("IMPORT_FAILED", f"the import stopped with {type(error).__name__}: {error}", found.key, fix)
        say_refusal(session, found, reading, failed)


def _read(session: Session, found: Found) -> Reading:
    """Return the manifest, read again only where it may have changed."""
    known, clock = session.readings.get(found.folder), session.clock()
    try:
        stat = found.manifest.stat()
        seen, is_old = (stat.st_size, stat.st_mtime_ns), session.now() - stat.st_mtime >= _COARSE_S
    except OSError:
        seen, is_old = (-1, 0), False
    if known and known.seen == seen and is_old and clock - known.read_at < _READ_AGAIN_S:
        return known
    reading = Reading(seen, clock, "", None)
    try:
        data = read_bytes(found.manifest)
        reading.sha256 = hashlib.sha256(data).hexdigest()
        if known and known.sha256 == reading.sha256:
            reading.manifest, reading.refusal = known.manifest, known.refusal
        else:
            reading.manifest = read_manifest(data, session.config.target, session.config.format)
    except Refused as refusal:
        reading.refusal = refusal
    session.readings[found.folder] = reading
    return reading


def _is_due(session: Session, found: Found, manifest: Manifest) -> bool:
    if found.key in session.again:
        return True
    entry = session.state.get(found.key)
    if entry is None or entry.importing:
        return True
    if entry.is_current(manifest) or entry.has_refused(manifest.sha256, "IMPORT_FAILED"):
        return False
    blocked, since = session.blocked.get(found.key, ("", 0.0))
    return blocked != manifest.sha256 or session.clock() - since >= _BLOCKED_S


def _update(session: Session, found: Found, manifest: Manifest) -> Steps[None]:
    waiting = session.waiting.get(found.folder)
    if waiting and stamp_of(found, manifest) == waiting.stamp and session.clock() - waiting.tried_at < _READ_AGAIN_S:
        raise waiting.refusal  # nothing has changed since
    begin = session.clock()
    check_sizes(found.folder, manifest)
    entry = session.state.get(found.key) or Entry(content_folder(found.key))
    edits = session.again.get(found.key, False)
    views = _VIEWS if session.config.screenshots else _VIEWS[:1]
    job = Job(found.key, entry.folder, manifest, found.folder, {}, entry.engine, edits, views)
    if entry.attempts >= _MOST_ATTEMPTS and found.key not in session.again:
        fix = 'See the log of the crash, then use "Import again" in the menu.'
        what = f"Unreal was closed or crashed {entry.attempts} times while importing it"
        raise refuse("IMPORT_FAILED", what, found.key, fix)
    yield from session.engine.check_destination(job)
    temporary = session.project / _TEMPORARY / uuid.uuid4().hex
    try:
        copies = yield from copy_checked(found.folder, manifest, temporary)
        session.keep(found.key, replace(entry, importing=True, attempts=entry.attempts + 1))
        outcome = yield from session.engine.import_asset(replace(job, copies=copies))
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _finish(session, found, manifest, outcome, session.clock() - begin)


def _finish(session: Session, found: Found, manifest: Manifest, outcome: Outcome, duration_s: float) -> None:
    """Report first, then note the new inputs: after a crash in between, the next look does both again."""
    checks = make_checks(manifest, outcome.measured)
    failed = [check["name"] for check in checks if check["status"] == "failed"]
    old = session.state[found.key]
    left_over = {path: role for path, role in old.left_over.items() if path not in outcome.engine["objects"].values()}
    left_over.update(outcome.left_over)
    newer = newer_note(manifest)
    warnings = [*([newer] if newer else []), *outcome.warnings, *_left_over_notes(left_over)]
    inputs = (manifest.target, manifest.format, manifest.sha256)
    pictures = outcome.pictures if session.config.screenshots else {}
    publish_report(session, found, manifest.name, inputs, duration_s, checks, ([], warnings), pictures)
    entry = Entry(
        folder=old.folder,
        manifest_sha256=manifest.sha256,
        target=manifest.target,
        format=manifest.format,
        rules=RULES,
        status="failed" if failed else "passed",
        files={below(file.path, manifest.folder): file.sha256 for file in manifest.files},
        left_over=left_over,
        engine=outcome.engine,
    )
    session.keep(found.key, entry)
    text = f"imported {found.key}" + (f"; failed: {', '.join(failed)}" if failed else "")
    session.tell("error" if failed else "info", text)


def _left_over_notes(left_over: dict[str, str]) -> list[Note]:
    fix = 'Use "Remove left-over assets" in the menu, or keep it.'
    return [Note("LEFT_OVER", "is no longer part of the asset", path, fix) for path in sorted(left_over)]
