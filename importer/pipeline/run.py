"""Build one asset: pull the last stages, and run what they need and the cache does not have."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

from importer.errors import ImporterError, MissingPictureError, PictureError, StageError
from importer.matte.weights import weights_path
from importer.pipeline.cache import Cache
from importer.pipeline.codec import decode, encode
from importer.pipeline.entry import canonical
from importer.pipeline.events import Event, OnEvent, ignore
from importer.pipeline.stages import STAGES, Stage
from importer.profile.schema import Profile
from importer.records import Files, Finding, Quality
from importer.system.names import asset_name
from importer.system.threads import one_blas_thread

MAX_BYTES = 512 * 2**20
_REPORT = "Report this with the picture and the profile."


@dataclass(frozen=True)
class StageRun:
    """How one stage of a build went."""

    name: str
    seconds: float
    cached: bool


@dataclass(frozen=True)
class Asset:
    """A finished asset in memory, `files` by path relative to its folder. Only `stages` depends on the clock."""

    name: str
    picture_sha256: str
    files: dict[str, bytes]
    findings: tuple[Finding, ...]
    figures: dict[str, float | int | str | bool]
    warnings: tuple[str, ...]
    stages: tuple[StageRun, ...]


def build_asset(
    picture_path: Path,
    profile: Profile,
    cache: Cache | None = None,
    on_event: OnEvent = ignore,
    *,
    table: Sequence[Stage] = STAGES,
) -> Asset:
    """Make an asset of a picture.

    Parameters
    ----------
    picture_path : Path
        A PNG, JPEG, WebP, BMP or TIFF file.
    profile : Profile
        Resolved.
    cache : Cache, optional
        Default: the user's.
    on_event : callable, optional
        Called with every stage that starts, finishes or was found in the cache; what it raises ends the build.
    table : sequence of Stage
        In order; the stages whose results are `Files` or `Quality` make up the asset.

    Raises
    ------
    ImporterError
        The picture, the profile or a stage's work on them is at fault; ``where`` names at least the picture.
    """
    data = _read(picture_path)
    name = profile.asset.name or asset_name(picture_path.stem)
    stages = {stage.name: stage for stage in table}
    build = _Build(picture_path, data, name, profile, cache or Cache(), on_event, stages)
    try:
        results = [build.pull(stage.name) for stage in table if stage.is_product]
    except ImporterError as error:
        error.where = error.where or str(picture_path)
        raise
    products = [result for result in results if isinstance(result, Files)]
    files = {path: data for product in products for path, data in product.files.items()}
    quality = next((result for result in results if isinstance(result, Quality)), Quality((), {}))
    warnings = [*_manifest_warnings(files, name), *build.warnings]
    runs = tuple(build.runs.get(stage.name, StageRun(stage.name, 0.0, cached=True)) for stage in table)
    return Asset(
        name=name,
        picture_sha256=hashlib.sha256(data).hexdigest(),
        files=files,
        findings=quality.findings,
        figures=quality.figures,
        warnings=tuple(dict.fromkeys(warnings)),
        stages=runs,
    )


@dataclass
class _Build:
    """The state of one build: what was pulled so far."""

    path: Path
    data: bytes
    name: str
    profile: Profile
    cache: Cache
    on_event: OnEvent
    table: dict[str, Stage]
    runs: dict[str, StageRun] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    _results: dict[str, Any] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)

    def pull(self, name: str) -> Any:
        """Return a stage's record: from this build, from the cache, or by running it on what it needs."""
        if name not in self._results:
            stage, key = self.table[name], self.key(name)
            found = self.cache.load(key, self._warn)
            self._results[name] = found[0] if found else self._run(stage, key)
            if found:
                self.runs[name] = StageRun(name, 0.0, cached=True)
                self._tell("cached", name)
        return self._results[name]

    def key(self, name: str) -> str:
        """Return the hash of all that decides on a stage's record."""
        if name not in self._keys:
            stage = self.table[name]
            hashed = [source for source in f"{stage.arguments} {stage.also}".split() if not source.startswith("~")]
            text = canonical([stage.name, stage.version, [[source, self._identity(source)] for source in hashed]])
            self._keys[name] = hashlib.sha256(text.encode()).hexdigest()
        return self._keys[name]

    def _identity(self, source: str) -> Any:
        root = source.partition(".")[0]
        if root in self.table:
            return self.key(root)
        if root == "data":
            return hashlib.sha256(self.data).hexdigest()
        if root == "model":
            return _model_sha256(self.profile.reconstruct.model)
        if root == "weights":
            return weights_path(self.profile.matte.model) is not None
        value = self._argument(source)
        return value.model_dump(mode="json") if hasattr(value, "model_dump") else value

    def _argument(self, source: str) -> Any:
        root, *path = source.removeprefix("~").split(".")
        file = self.path.name.encode("utf-8", "replace").decode()  # a name on Linux need not be text
        known = {"data": self.data, "name": self.name, "file": file, "profile": self.profile}
        return reduce(getattr, path, known[root] if root in known else self.pull(root))

    def _run(self, stage: Stage, key: str) -> Any:
        arguments = [self._argument(source) for source in stage.arguments.split()]
        self._tell("started", stage.name)
        began = time.perf_counter()
        try:
            # The record goes through the codec, so that the next stage sees what it would see from the cache.
            function = stage.load()
            with one_blas_thread():
                record = decode(*encode(function(*arguments)))
        except ImporterError as error:
            error.where = error.where or str(self.path)  # a stage knows records, not files
            raise
        except Exception as error:
            what = f"the stage {stage.name} failed with {type(error).__name__}: {error}"
            raise StageError(what, where=str(self.path), fix=_REPORT) from error
        seconds = time.perf_counter() - began
        self.cache.store(key, stage.name, record, self._warn)
        self.runs[stage.name] = StageRun(stage.name, seconds, cached=False)
        self._tell("finished", stage.name, seconds=seconds)
        return record

    def _warn(self, message: str) -> None:
        self.warnings.append(message)
        self._tell("warning", message=message)

    def _tell(self, kind: Any, stage: str = "", *, seconds: float = 0.0, message: str = "") -> None:
        self.on_event(Event(kind, str(self.path), stage, seconds, message=message))


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            what = f"the file has {size / 2**20:.0f} MiB, and the limit is {MAX_BYTES // 2**20}"
            raise PictureError(what, where=str(path), fix="Save the picture smaller.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MissingPictureError("there is no such file", where=str(path), fix="Check the path.") from error
    except OSError as error:
        what = f"the picture cannot be read ({error.strerror or error})"
        fix = "Check its permissions, and that it is a file."
        raise MissingPictureError(what, where=str(path), fix=fix) from error


def _model_sha256(name: str) -> str:
    from importer.reconstruct.models import find, sha256

    return sha256(find(name))


def _manifest_warnings(files: dict[str, bytes], name: str) -> list[str]:
    """Return the warnings of all stages, of those too whose records were never decoded: the manifest has them."""
    manifest = files.get(f"{name}.manifest.json")
    return json.loads(manifest)["warnings"] if manifest else []
