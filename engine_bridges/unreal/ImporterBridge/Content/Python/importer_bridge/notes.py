"""What a user reads in a report: problems that keep an asset out of the engine, and warnings."""

from __future__ import annotations

from dataclasses import asdict, dataclass

PUBLISH_AGAIN = "Publish the asset again."
WAIT = "Wait until the folder is copied, or publish the asset again."


@dataclass(frozen=True)
class Note:
    """One sentence about one thing; the codes stand in docs/bridges.md."""

    code: str
    what: str
    where: str = ""
    fix: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the entry of a report, within its limits."""
        note = asdict(self)
        return {"code": note["code"], "what": note["what"][:2000], "where": note["where"][:1000], "fix": note["fix"]}

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} [{self.code}]. {self.fix}" if self.fix else f"{head} [{self.code}]"


class Refused(Exception):
    """The asset cannot be imported as it is.

    ``waits``: the folder may still be being copied, so it is looked at again before anything is said.
    """

    def __init__(self, note: Note, waits: bool = False) -> None:
        super().__init__(str(note))
        self.note, self.waits = note, waits


def refuse(code: str, what: str, where: str = "", fix: str = PUBLISH_AGAIN) -> Refused:
    """Return the exception for a fault that waiting does not mend."""
    return Refused(Note(code, what, where, fix))


def wait(code: str, what: str, where: str = "") -> Refused:
    """Return the exception for what a folder shows that is still being copied."""
    return Refused(Note(code, what, where, WAIT), waits=True)
