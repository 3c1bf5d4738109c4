"""Saying why an asset stays out: once, and only when its folder is not being copied any more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .notes import Note, Refused
from .paths import content_folder
from .report import ENGINE, make_report, write_report
from .scan import Found
from .session import Reading, Session, Waiting
from .state import Entry
from .whole import stamp_of

SETTLED_S = 30.0  # an unchanged folder is not being copied any more


def say_refusal(session: Session, found: Found, reading: Reading | None, refusal: Refused) -> None:
    """Report a refusal and note it in the state; one that may pass by waiting, only after a while."""
    if refusal.waits and not _is_settled(session, found, reading, refusal):
        return
    if found.folder in session.waiting:
        session.waiting[found.folder].is_said = True
    session.again.pop(found.key, None)
    digest, code = reading.sha256 if reading else "", refusal.note.code
    if _is_said(session, found, digest, code):
        return
    manifest = reading.manifest if reading else None
    if digest:
        inputs = (session.config.target, session.config.format, digest)
        name = manifest.name if manifest else found.folder.name
        publish_report(session, found, name, inputs, 0.0, [], ([refusal.note], []))
    # Published for other engines only: worth a word, no error.
    session.tell("info" if code == "TARGET_MISSING" else "error", f"{found.key}: {refusal.note}")
    if code == "NAME_TAKEN":  # the entry of that key is the other asset's
        session.told.add(f"{found.folder} {digest}")
    else:
        _note(session, found, digest, code)


def _note(session: Session, found: Found, digest: str, code: str) -> None:
    entry = (session.state.get(found.key) or Entry(content_folder(found.key))).refusing(digest, code)
    try:
        session.keep(found.key, entry)
    except Refused as refusal:
        session.state = {**session.state, found.key: entry}  # for this session at least
        session.tell_once("error", str(refusal.note))


def _is_said(session: Session, found: Found, digest: str, code: str) -> bool:
    if code != "NAME_TAKEN":
        entry = session.state.get(found.key)
        return entry is not None and entry.has_refused(digest, code)
    if f"{found.folder} {digest}" in session.told:
        return True
    try:
        report = json.loads((found.folder / "reports" / f"{ENGINE}.json").read_text("utf-8"))
        return report["manifest_sha256"] == digest and report["problems"][0]["code"] == code
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return False


def _is_settled(session: Session, found: Found, reading: Reading | None, refusal: Refused) -> bool:
    now, files = session.clock(), stamp_of(found, reading.manifest if reading else None)
    waiting = session.waiting.get(found.folder)
    if waiting is None or waiting.stamp != files:
        session.waiting[found.folder] = Waiting(refusal, files, now, now)
        return False
    if waiting.refusal is not refusal:  # tried again, and still not whole
        waiting.refusal, waiting.tried_at = refusal, now
    return now - waiting.since >= SETTLED_S


def publish_report(
    session: Session,
    found: Found,
    asset: str,
    inputs: tuple[str, str, str],
    duration_s: float,
    checks: list[dict[str, Any]],
    notes: tuple[list[Note], list[Note]],
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Write the report if reports are wanted, and pictures beside it; see `make_report`."""
    if not session.config.report:
        return
    report = make_report(
        *(session.engine.about(), session.project.name, asset, inputs, session.now(), duration_s, checks, notes),
        list(pictures),
    )
    try:
        path = write_report(report, pictures, found.folder, session.project, found.key)
    except OSError as error:
        session.tell_once("error", f"{found.key}: no report can be written: {error}")
        return
    if found.folder not in path.parents:
        session.tell_once("warning", f"{found.folder} cannot be written; its report is {path}")
