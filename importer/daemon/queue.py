"""Pictures that wait for their turn. A durable queue can take this one's place: nothing else is asked of it."""

from __future__ import annotations

from typing import Protocol


class Queue(Protocol):
    """First in, first out; a picture waits once."""

    def put(self, picture: str) -> bool:
        """Add a picture; return False where it waits already."""
        ...

    def take(self) -> str | None:
        """Remove and return the picture that has waited longest."""
        ...

    def drop(self, picture: str) -> None:
        """Forget a picture that is gone."""
        ...

    def __contains__(self, picture: object) -> bool: ...


class MemoryQueue:
    """A queue in memory: after a restart, the scan of the drop folder and the ledger fill it again."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}

    def put(self, picture: str) -> bool:
        """See Queue."""
        new = picture not in self._waiting
        self._waiting[picture] = None
        return new

    def take(self) -> str | None:
        """See Queue."""
        picture = next(iter(self._waiting), None)
        if picture is not None:
            del self._waiting[picture]
        return picture

    def drop(self, picture: str) -> None:
        """See Queue."""
        self._waiting.pop(picture, None)

    def __contains__(self, picture: object) -> bool:
        return picture in self._waiting
