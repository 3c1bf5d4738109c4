"""``importer run``: pictures become assets, one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from importer.cli.guard import FAILED, OK, Json, Verbose, exit_code, guarded
from importer.cli.interrupt import interruptible
from importer.cli.output import console, error_record, print_error, stdout_for_json
from importer.cli.pictures import Job, expand, jobs
from importer.cli.progress import progress
from importer.cli.verify import count, print_kinds
from importer.errors import ImporterError

if TYPE_CHECKING:
    from importer.pipeline.events import Event
    from importer.pipeline.run import Asset


@dataclass(frozen=True)
class Result:
    """What became of one picture."""

    job: Job
    seconds: float
    asset: Asset | None = None
    path: Path | None = None
    error: ImporterError | None = None

    @property
    def code(self) -> int:
        """Exit code of this picture alone."""
        if self.error:
            return exit_code(self.error)
        assert self.asset
        return FAILED if any(finding.severity == "error" for finding in self.asset.findings) else OK


@guarded
def run(
    pictures: Annotated[list[str], typer.Argument(metavar="PICTURE", help="PNG, JPEG, WebP, BMP or TIFF files.")],
    profile: Annotated[
        str | None,
        typer.Option("--profile", metavar="P", help="A file or shipped profile in place of the folders' profile.yaml."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the assets go.")] = Path("out"),
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Turn pictures into assets, each in a folder of its own below --out."""
    named = jobs(expand(pictures), Path(profile) if profile else None)
    with stdout_for_json(as_json) as emit:
        results = list(build(named, out, quiet=as_json))
        if as_json:
            emit({"assets": [record(result) for result in results]})
    return max(result.code for result in results)


def build(named: Iterable[Job], out: Path, *, quiet: bool) -> Iterable[Result]:
    """Build and publish each picture, and print its result unless quiet; a fault stops that picture alone."""
    for job in named:
        began = time.perf_counter()
        try:
            if job.error or job.resolved is None:
                raise job.error or ImporterError("no profile", where=str(job.picture))
            asset, path = _build_one(job, out)
            result = Result(job, time.perf_counter() - began, asset, path)
        except ImporterError as error:
            result = Result(job, time.perf_counter() - began, error=error)
            print_error(error)
        if not quiet and result.asset:
            _print(result)
        yield result


def _build_one(job: Job, out: Path) -> tuple[Asset, Path]:
    assert job.resolved
    with interruptible() as check, progress(job.picture.name) as show:
        from importer.daemon.publish import publish
        from importer.pipeline.run import build_asset

        def on_event(event: Event) -> None:
            check()
            show(event)

        asset = build_asset(job.picture, job.resolved.profile, on_event=on_event)
        check()
        return asset, publish(asset, out)


def _print(result: Result) -> None:
    asset = result.asset
    assert asset
    new = any(not stage.cached for stage in asset.stages)
    notes = [f"{result.seconds:.1f} s" if new else "all from the cache"]
    if asset.findings:
        notes.append(count(asset.findings))
    out = console()
    out.print(f"{asset.name}  {result.path}  ({', '.join(notes)})", style="red" if result.code else "green")
    print_kinds(asset.findings)
    for warning in asset.warnings:
        out.print(f"  note: {warning}")


def record(result: Result) -> dict[str, Any]:
    """Return a result as the JSON document shows it."""
    asset = result.asset
    common = {"name": result.job.name, "picture": str(result.job.picture), "seconds": round(result.seconds, 3)}
    if asset is None:
        assert result.error
        return {**common, "status": "failed", "path": None, "error": error_record(result.error)}
    return {
        **common,
        "status": "published",
        "path": str(result.path),
        "stages": [asdict(stage) for stage in asset.stages],
        "findings": [asdict(finding) for finding in asset.findings],
        "figures": asset.figures,
        "warnings": list(asset.warnings),
    }
