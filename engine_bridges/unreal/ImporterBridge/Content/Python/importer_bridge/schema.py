"""JSON Schema 2020-12, as far as the manifest's schema uses it; Unreal's Python has no package for it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

Fault = tuple[str, str]  # where, what
_FILE = Path(__file__).resolve().parents[3] / "Resources/manifest.schema.json"
_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


@cache
def manifest_schema() -> dict[str, Any]:
    """Return docs/manifest.schema.json, of which the plugin has a copy."""
    return json.loads(_FILE.read_text("utf-8"))


def first_fault(value: Any, schema: dict[str, Any]) -> Fault | None:
    """Return the first place where a value breaks a schema, and how; None if it does not."""
    return next(_faults(value, schema, schema, ""), None)


def _faults(value: Any, schema: dict[str, Any], root: dict[str, Any], where: str) -> Iterator[Fault]:
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema and all(any(True for _ in _faults(value, s, root, where)) for s in schema["anyOf"]):
        yield where, f"{_short(value)} is none of what is allowed"
    if "type" in schema and not _is_type(value, schema["type"]):
        yield where, f"must be of type {schema['type']}, not {_short(value)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield where, f"must be one of {', '.join(map(str, schema['enum']))}, not {_short(value)}"
    if isinstance(value, dict):
        yield from _object(value, schema, root, where)
    elif isinstance(value, list):
        yield from _array(value, schema, root, where)
    elif isinstance(value, str):
        yield from _text(value, schema, where)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _number(value, schema, where)


def _is_type(value: Any, name: str) -> bool:
    if name in ("integer", "number"):
        is_number = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
        return is_number and not isinstance(value, bool) and (name == "number" or value == int(value))
    return isinstance(value, _TYPES[name])


def _object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], where: str) -> Iterator[Fault]:
    for key in schema.get("required", ()):
        if key not in value:
            yield _below(where, key), "is missing"
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key, item in value.items():
        part = known.get(key, others)
        if isinstance(part, dict):
            yield from _faults(item, part, root, _below(where, key))


def _array(value: list[Any], schema: dict[str, Any], root: dict[str, Any], where: str) -> Iterator[Fault]:
    fewest, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
    if not fewest <= len(value) <= most:
        yield where, f"must have from {fewest} to {most} items, not {len(value)}"
    first = schema.get("prefixItems", [])
    for i, item in enumerate(value):
        part = first[i] if i < len(first) else schema.get("items", {})
        yield from _faults(item, part, root, f"{where}[{i}]")


def _text(value: str, schema: dict[str, Any], where: str) -> Iterator[Fault]:
    if len(value) < schema.get("minLength", 0):
        yield where, "must not be empty"
    # In JSON Schema "$" is the end; in Python it may stand before a line feed.
    if "pattern" in schema and (not re.search(schema["pattern"], value) or value.endswith("\n")):
        yield where, f"must match {schema['pattern']}, not {_short(value)}"


def _number(value: float, schema: dict[str, Any], where: str) -> Iterator[Fault]:
    if value < schema.get("minimum", -math.inf):
        yield where, f"must be at least {schema['minimum']}, not {value}"
    if value <= schema.get("exclusiveMinimum", -math.inf):
        yield where, f"must be above {schema['exclusiveMinimum']}, not {value}"


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _short(value: Any) -> str:
    return repr(value)[:60]
