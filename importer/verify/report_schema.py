"""The report of an engine bridge, ``reports/<engine>.json`` in a published folder; docs/bridges.md has the rules.

As with the manifest, what may grow within 1.x is open: unknown keys are dropped, names and codes are plain strings.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = "1.0"
ENGINE_NAME = "^[a-z][a-z0-9-]{0,31}$"
SCREENSHOT_NAME = r"^[A-Za-z0-9_-]{1,100}\.png$"

# In the order in which every report of an imported asset holds them.
CHECKS = (
    *("size_m", "pivot_m", "facing", "root_rotation_deg", "root_scale", "lod_count", "lod_triangles"),
    *("lod_screen_sizes", "materials", "textures", "texture_size_px", "texture_color_space", "texture_normal_map"),
    *("collision", "collision_size_m", "skeleton", "humanoid", "draws"),
)

Scalar = bool | int | float | str
Value = Scalar | list[Scalar] | dict[str, Scalar | list[Scalar]]


class Entry(BaseModel):
    """Base of all objects of the report: unknown keys are dropped, values are frozen, numbers are finite."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class Engine(Entry):
    """The engine that judged."""

    name: str = Field(pattern=ENGINE_NAME, description="unity, unreal or godot; the file is called like it.")
    version: str = Field(min_length=1, max_length=100)
    platform: str | None = Field(default=None, max_length=100)
    renderer: str | None = Field(default=None, max_length=200, description="Absent or null: it cannot draw.")


class Bridge(Entry):
    """The bridge that asked it."""

    version: str = Field(min_length=1, max_length=100)
    rules: int = Field(ge=1, description="Raised whenever the bridge imports the same files to another result.")


class Check(Entry):
    """One check; docs/bridges.md lists names, units and tolerances."""

    name: str = Field(min_length=1, max_length=100)
    status: Literal["passed", "failed", "skipped"]
    unit: str | None = Field(default=None, max_length=100)
    expected: Value | None = None
    found: Value | None = Field(default=None, description="Null where there was nothing to measure.")
    tolerance: float | list[float] | None = Field(
        default=None, description="Absolute, in the check's unit, for each item of a list; absent: exact."
    )
    message: str | None = Field(default=None, max_length=2000, description="Why it is skipped or failed.")

    @model_validator(mode="after")
    def _says_what_it_means(self) -> Check:
        if self.status == "skipped" and not self.message:
            raise ValueError("a skipped check needs a message")
        if self.status != "skipped" and self.expected is None:
            raise ValueError(f"a {self.status} check needs what was expected")
        return self


class Note(Entry):
    """A problem that kept the asset out of the engine, or a warning."""

    code: str = Field(pattern="^[A-Z][A-Z0-9_]{0,63}$")
    where: str = Field(default="", max_length=1000, description="A path or key.")
    what: str = Field(min_length=1, max_length=2000)
    fix: str = Field(default="", max_length=2000)


class Screenshot(Entry):
    """A picture beside the report."""

    file: str = Field(pattern=SCREENSHOT_NAME, description="File name in reports/, beginning with the engine's name.")
    view: str = Field(max_length=100, description="front, side or back")
    width: int = Field(ge=1)
    height: int = Field(ge=1)


def _utc(text: str) -> str:
    if datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") != text:
        raise ValueError("must be UTC to the second, e.g. 2026-01-31T12:00:00Z")
    return text


class Report(Entry):
    """`reports/<engine>.json`."""

    schema_version: str = Field(default=SCHEMA_VERSION, pattern=r"^1\.(0|[1-9][0-9]*)$")
    engine: Engine
    bridge: Bridge
    project: str = Field(max_length=200, description="Name of the engine's project.")
    asset: str = Field(min_length=1, max_length=300)
    target: str = Field(max_length=100, description="Key of the manifest's targets.")
    format: Literal["glb", "fbx"]
    manifest_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="Of the manifest that this speaks about.")
    time: Annotated[str, AfterValidator(_utc)] = Field(description="When it was written, e.g. 2026-01-31T12:00:00Z.")
    duration_s: float = Field(ge=0, description="Import and checks.")
    status: Literal["passed", "failed", "refused"]
    checks: tuple[Check, ...] = Field(max_length=200)
    problems: tuple[Note, ...] = Field(max_length=1000)
    warnings: tuple[Note, ...] = Field(max_length=1000)
    screenshots: tuple[Screenshot, ...] = Field(max_length=20)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Report:
        names = [check.name for check in self.checks]
        if len(set(names)) < len(names):
            raise ValueError("a check stands in it twice")
        if (self.status == "refused") != bool(self.problems):
            raise ValueError("problems belong to the status refused, and it needs one")
        if self.status != "refused":
            missing = [name for name in CHECKS if name not in names]
            if missing:
                raise ValueError(f"the check {missing[0]} is missing")
        return self


def json_schema() -> bytes:
    """Return the JSON Schema of a report, as published in docs/report.schema.json."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Report of an engine bridge"}
    text = json.dumps({**Report.model_json_schema(), **head}, sort_keys=True, indent=2)
    return (text + "\n").encode("utf-8")


if __name__ == "__main__":
    import sys

    sys.stdout.write(json_schema().decode("utf-8"))
