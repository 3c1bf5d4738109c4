"""What an artist changed stays: a value is the bridge's to set only while it is what the bridge set last."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .notes import Note


@dataclass
class Keeper:
    """Decides over the settings of one asset; values are what JSON can hold.

    ``last`` are the settings as the bridge wanted them at the import before, by name; ``wanted`` fills with those of
    this one, for the next; ``kept`` with what is the artist's.
    """

    last: dict[str, Any]
    replace_edits: bool = False
    wanted: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    def is_artists(self, name: str, now: Any, wanted: Any) -> bool:
        """Tell whether to leave the value ``now`` alone, because neither this import nor the one before set it.

        ``now`` is None for what this import has made. Without a record of the import before, e.g. after the state was
        lost, every other value counts as the artist's.
        """
        self.wanted[name] = wanted
        artists = now is not None and now not in (self.last.get(name), wanted) and not self.replace_edits
        if artists:
            self.kept[name] = now
        return artists

    def keeps(self, part: str) -> bool:
        """Whether a setting whose name contains ``part`` is the artist's."""
        return any(part in name for name in self.kept)

    def notes(self) -> tuple[Note, ...]:
        """Return a warning for each setting that was kept."""
        return tuple(
            Note(
                "SETTING_KEPT",
                f"is {_short(value)}; the asset wants {_short(self.wanted[name])}, but somebody changed it in Unreal",
                name,
                'Use "Import again, replacing edits" in the menu to have the asset\'s own value.',
            )
            for name, value in sorted(self.kept.items())
        )


def _short(value: Any) -> str:
    return repr(value) if len(repr(value)) <= 80 else f"{repr(value)[:77]}..."
