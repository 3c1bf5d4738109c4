"""The pictures named on a command line, and their profiles, before any work begins."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from importer.cli.guard import UsageError
from importer.errors import ImporterError

if TYPE_CHECKING:
    from importer.profile.resolve import Resolved


@dataclass(frozen=True)
class Job:
    """One picture to build: its asset name and profile, or the fault that keeps it from being built."""

    picture: Path
    name: str
    resolved: Resolved | None
    error: ImporterError | None = None


def expand(arguments: list[str]) -> list[Path]:
    """Return the pictures; wildcards are followed here, because the command line of Windows does not.

    Raises
    ------
    UsageError
        One is missing or a folder.
    """
    pictures: list[Path] = []
    for argument in arguments:
        path = Path(argument)
        matches = [] if path.exists() else sorted(glob.glob(argument))
        if path.is_dir():
            fix = f"Name its pictures, such as {path / '*.png'}, or run 'importer watch' on a project."
            raise UsageError("a folder, not a picture", where=argument, fix=fix)
        if not path.exists() and not matches:
            raise UsageError("no such file", where=argument, fix="Check the path.")
        pictures += map(Path, matches) if matches else [path]
    return list(dict.fromkeys(pictures))


def jobs(pictures: list[Path], profile: Path | None) -> list[Job]:
    """Resolve the profile of each picture; a fault keeps back that picture alone, and so does a name taken twice."""
    from importer.profile.resolve import resolve
    from importer.system.names import asset_name

    made: list[Job] = []
    taken: dict[str, Path] = {}
    for picture in pictures:
        name = asset_name(picture.stem)
        try:
            resolved = resolve(picture, profile=profile)
            name = resolved.profile.asset.name or name
            other = taken.setdefault(name.casefold(), picture)  # one folder on Windows and macOS
            if other != picture:
                raise ImporterError(
                    f"{other} makes an asset of the same name, {name}",
                    where=str(picture),
                    fix=f"Give one of them another 'asset: name:' in its own file, such as {picture.stem}.yaml.",
                )
            made.append(Job(picture, name, resolved))
        except ImporterError as error:
            made.append(Job(picture, name, None, error))
    return made
