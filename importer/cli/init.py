"""``importer init``: the folders and the commented profile of a new project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from importer.cli.guard import guarded
from importer.cli.output import console


@guarded
def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the project; made if missing.")],
) -> int:
    """Make drop/, out/ and a commented profile.yaml. Files that are there already are left alone."""
    from importer.profile.editor import template
    from importer.profile.layers import FOLDER_PROFILES
    from importer.system.files import output_error

    out = console()
    try:
        for name in ("drop", "out"):
            existed = (directory / name).is_dir()
            (directory / name).mkdir(parents=True, exist_ok=True)
            out.print(f"{'kept' if existed else 'made'}  {directory / name}")
        kept = [directory / name for name in FOLDER_PROFILES if (directory / name).exists()]
        profile = kept[0] if kept else directory / FOLDER_PROFILES[0]
        if not kept:
            with profile.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(template())
        out.print(f"{'kept' if kept else 'made'}  {profile}")
    except OSError as error:
        raise output_error(error, directory) from error
    out.print(f"\nNext: 'importer watch {directory}', then drop a picture into {directory / 'drop'}.")
    return 0
