"""What a reader finds wrong with a published folder, and whether to look again later."""

from __future__ import annotations

from dataclasses import dataclass

# A folder that is still being copied shows these; nothing else mends itself.
PASSING = frozenset({"MANIFEST_MISSING", "MANIFEST_NOT_JSON", "FILE_MISSING", "FILE_SIZE", "HASH_MISMATCH"})


@dataclass(frozen=True)
class Fault:
    """One fault; ``code`` is stable; ``where`` is a path relative to the folder, with a key after it if any."""

    code: str
    where: str
    what: str
    fix: str


def status(faults: tuple[Fault, ...]) -> str:
    """Return ``ok``, ``incomplete`` (look again later) or ``refused`` (waiting does not help)."""
    if not faults:
        return "ok"
    return "incomplete" if all(fault.code in PASSING for fault in faults) else "refused"
