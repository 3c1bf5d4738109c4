"""``importer models``: the networks that can be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

from importer.cli.guard import FAILED, OK, Json, guarded
from importer.cli.output import console, print_columns, stdout_for_json

BACKGROUND = "matting"  # the name of the shipped network that removes backgrounds

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
    as_json: Json = False,
) -> int:
    """Print what a network is and where it comes from: data, licences, commit, seed, GPU time, scores."""
    with stdout_for_json(as_json) as emit:
        found = _background(name) if name == BACKGROUND else _reconstruction(name)
        if as_json:
            emit(found)
    if not as_json:
        print_columns(list(_lines(found)))
    return OK


def _reconstruction(name: str) -> dict[str, Any]:
    """Return what is known of a network that makes shapes."""
    from importer.reconstruct.models import load

    model = load(name)
    return {
        "name": model.contract.name,
        "path": str(model.path),
        "sha256": model.sha256,
        "provider": model.session.provider,
        "contract": model.contract.model_dump(mode="json"),
    }


def _background(name: str) -> dict[str, Any]:
    """Return what is known of the shipped network that removes backgrounds."""
    from importer.matte.shipped import PATH, facts
    from importer.reconstruct.models import sha256

    return {
        "name": name,
        "path": str(PATH),
        "sha256": sha256(PATH),
        "provider": "CPUExecutionProvider",
        "contract": facts(),
    }


def _lines(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the rows for people: nested values under the path of their keys, words for underscores."""
    contract = dict(found["contract"])
    provenance = contract.pop("provenance", {})
    yield from ((key, str(found[key])) for key in ("name", "path", "sha256", "provider"))
    yield from _flat({k: v for k, v in contract.items() if k != "name"})
    if not provenance:
        yield "provenance", "the file says nothing of it"
    first = [key for key in ("data", "data_license", "commit", "seed", "gpu_minutes", "scores") if key in provenance]
    yield from _flat({key: provenance[key] for key in (*first, *sorted(set(provenance) - set(first)))})


def _flat(values: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        words = (above + str(key)).replace("_", " ").replace("gpu", "GPU").replace("license", "licence")
        if isinstance(value, dict):
            yield from _flat(value, f"{words}: ")
        else:
            yield words, str(value)
