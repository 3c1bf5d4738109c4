"""``importer models``: the networks that can be used."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from importer.cli.guard import FAILED, OK, Json, guarded
from importer.cli.output import console, print_columns, stdout_for_json

app = typer.Typer(help="List networks and their licences.", invoke_without_command=True)


@app.callback()
@guarded
def models(context: typer.Context, as_json: Json = False) -> int:
    """List the installed networks and their licences."""
    if context.invoked_subcommand:
        return OK
    from importer.reconstruct.models import list_models, user_folder

    with stdout_for_json(as_json) as emit:
        listed = list_models()
        if as_json:
            emit(
                {
                    "models": [{**asdict(model), "path": str(model.path)} for model in listed],
                    "folder": str(user_folder()),
                }
            )
    if as_json:
        return OK
    out = console()
    if listed:
        rows = [(model.name, str(model.version), model.license, str(model.path)) for model in listed]
        print_columns([("name", "version", "licence", "file"), *rows], ["bold", *[None] * len(rows)])
    else:
        out.print("No network is installed.")
    for model in listed:
        if model.error:
            out.print(f"{model.name} cannot be used: {model.error}", style="red")
    out.print(f"\nYour own ONNX files belong into {user_folder()}.")
    return FAILED if any(model.error for model in listed) or not listed else OK


@app.command("show")
@guarded
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An installed network, or the path of an ONNX file.")],
) -> int:
    """Print a network's contract, as JSON."""
    from importer.reconstruct.models import load

    with stdout_for_json(True) as emit:
        model = load(name)
        emit(
            {
                "name": model.contract.name,
                "path": str(model.path),
                "sha256": model.sha256,
                "provider": model.session.provider,
                "contract": model.contract.model_dump(mode="json"),
            }
        )
    return OK
