"""The profiles that come with the package, by name."""

from __future__ import annotations

from pathlib import Path


def folder() -> Path:
    """Return where they lie: in the package, or at the top of a checkout."""
    packaged = Path(__file__).with_name("shipped")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "profiles"


def names() -> tuple[str, ...]:
    """Return the names that ``extends`` takes."""
    return tuple(sorted(path.stem for path in folder().glob("*.yaml")))


def path(name: str) -> Path:
    """Return the file of one of ``names()``."""
    return folder() / f"{name}.yaml"
