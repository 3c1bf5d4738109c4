"""The command ``importer``. Commands import what they need when they run, so that ``--help`` is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from importer.cli import demo, doctor, gc, init, models, pause, profile, retry, run, status, verify, watch, worker
from importer.cli.guard import EXIT_CODES

app = typer.Typer(
    name="importer",
    help="Drop a picture into a folder, get a game-ready asset.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, command in (
    ("init", init.init),
    ("run", run.run),
    ("watch", watch.watch),
    ("status", status.status),
    ("retry", retry.retry),
    ("cancel", retry.cancel),
    ("pause", pause.pause),
    ("resume", pause.resume),
    ("worker", worker.worker),
    ("gc", gc.gc),
    ("verify", verify.verify),
    ("doctor", doctor.doctor),
    ("demo", demo.demo),
):
    app.command(name, epilog=EXIT_CODES)(command)
app.add_typer(profile.app, name="profile")
app.add_typer(models.app, name="models")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"importer {version('asset-drop')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Drop a picture into a folder, get a game-ready asset."""
