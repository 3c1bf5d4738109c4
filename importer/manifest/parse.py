"""A manifest's text to its records: the version first, then the structure, then what JSON Schema cannot say."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import ValidationError

from importer.export.manifest_schema import Manifest
from importer.manifest.consistency import inconsistencies
from importer.manifest.fault import Fault

_AGAIN = "Publish the asset again."
_MAJOR = 1


def parse(text: bytes, where: str) -> tuple[Manifest | None, tuple[Fault, ...]]:
    """Read a manifest.

    Parameters
    ----------
    text : bytes
        The file's content.
    where : str
        The file's name, for messages.

    Returns
    -------
    (manifest, faults)
        The manifest is None where its structure is wrong; with faults it is there to be looked at, not to be imported.
        Keys that this version does not know are dropped.
    """
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        what = f"the manifest is no JSON ({str(error)[:100]}); it may still be being copied"
        return None, (Fault("MANIFEST_NOT_JSON", where, what, _AGAIN),)
    if not isinstance(value, dict):
        return None, (Fault("MANIFEST_INVALID", where, "the manifest is no JSON object", _AGAIN),)
    fault = _version(value.get("schema_version"), where)
    if fault:
        return None, (fault,)
    try:
        manifest = Manifest.model_validate_json(text, strict=True)
    except ValidationError as error:
        return None, (_structure(error, where),)
    return manifest, tuple(inconsistencies(manifest, where))


def _version(found: Any, where: str) -> Fault | None:
    where = f"{where}: schema_version"
    known = re.fullmatch(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})", found) if isinstance(found, str) else None
    if known is None:
        return Fault("MANIFEST_INVALID", where, f"{str(found)[:20]!r} is no version such as '1.0'", _AGAIN)
    major = int(known[1])
    if major > _MAJOR:
        what = f"the manifest has version {found}, from a newer importer; this program reads {_MAJOR}.x"
        return Fault("SCHEMA_VERSION", where, what, "Update this program, or publish with an older importer.")
    if major < _MAJOR:
        what = f"the manifest has version {found}, from an older importer; this program reads {_MAJOR}.x"
        return Fault("SCHEMA_VERSION", where, what, "Publish the asset again with this importer.")
    return None


def _structure(error: ValidationError, where: str) -> Fault:
    first = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(map(str, first["loc"]))
    fix = "It must follow version 1 of docs/manifest.schema.json: publish the asset again."
    return Fault("MANIFEST_INVALID", f"{where}: {key}", first["msg"], fix)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
