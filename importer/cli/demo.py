"""``importer demo``: the example pictures become assets, with the time of every stage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from importer.cli.guard import Verbose, guarded
from importer.cli.output import console
from importer.cli.pictures import jobs
from importer.cli.run import Result, build
from importer.errors import ImporterError

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def examples() -> list[Path]:
    """Return the example pictures: in the package, or at the top of a checkout.

    Raises
    ------
    ImporterError
        There are none.
    """
    packaged = Path(__file__).with_name("examples")
    folder = packaged if packaged.is_dir() else Path(__file__).parents[2] / "examples"
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
    if not found:
        raise ImporterError("no example pictures", where=str(folder), fix="Install asset-drop again.")
    return found


@guarded
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the assets go.")] = Path("demo-out"),
    verbose: Verbose = False,
) -> int:
    """Turn the example pictures into assets and show how long each stage took."""
    results = list(build(jobs(examples(), None), out, quiet=False))
    _table([result for result in results if result.asset])
    return max(result.code for result in results)


def _table(results: list[Result]) -> None:
    """Print stages as rows and assets as columns, in seconds."""
    from rich.table import Table

    assets = [result.asset for result in results if result.asset]
    if not assets:
        return
    table = Table("seconds", box=None, header_style="bold", pad_edge=False)
    for asset in assets:
        table.add_column(asset.name, justify="right")
    for row, stage in enumerate(assets[0].stages):
        runs = [asset.stages[row] for asset in assets]
        table.add_row(stage.name, *["cached" if run.cached else f"{run.seconds:.2f}" for run in runs])
    table.add_section()
    table.add_row("in all", *[f"{result.seconds:.2f}" for result in results], style="bold")
    out = console()
    out.print()
    out.print(table)
    out.print("\nLook at:")
    for result in results:
        out.print(f"  {result.path}")
