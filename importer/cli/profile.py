"""``importer profile``: the schema for editors, and the profile of one picture with the source of each value."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from importer.cli.guard import Json, guarded
from importer.cli.output import print_columns, print_json

app = typer.Typer(help="Show settings and where they come from.", no_args_is_help=True)


@app.command("schema")
@guarded
def schema() -> int:
    """Print JSON Schema of profiles and sidecars, for editors."""
    from importer.profile.editor import json_schema

    print_json(json_schema())
    return 0


@app.command("show")
@guarded
def show(
    picture: Annotated[Path, typer.Argument(metavar="PICTURE", help="The picture; it need not exist.")],
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="P", help="A file or shipped profile in place of the folders' files."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Print every setting that counts for a picture, and the file and line that it comes from."""
    from importer.profile.keys import keys
    from importer.profile.resolve import resolve

    resolved = resolve(picture, profile=Path(profile) if profile else None)
    values = resolved.profile.model_dump(mode="json")
    flat = {key: _value(values, key) for key in keys()}
    if as_json:
        files = [str(path) for path in resolved.files]
        print_json({"profile": values, "sources": resolved.sources, "files": files})
        return 0
    rows = [(key, _text(value), resolved.sources[key]) for key, value in flat.items()]
    styles = ["dim" if source == "default" else None for _, _, source in rows]
    print_columns([("key", "value", "from"), *rows], ["bold", *styles])
    return 0


def _value(values: object, key: str) -> object:
    for part in key.split("."):
        assert isinstance(values, dict)
        values = values[part]
    return values


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "-" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
