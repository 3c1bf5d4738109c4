"""The schema as a flat list of dotted keys, for messages, the commented template and the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from importer.profile.schema import Profile


@dataclass(frozen=True)
class Key:
    """One setting: dotted name, default, JSON Schema of its value, what to expect in words."""

    name: str
    default: object
    schema: dict[str, Any]
    expected: str
    description: str


@cache
def keys() -> dict[str, Key]:
    """Return every setting by dotted name, in the schema's order."""
    found: dict[str, Key] = {}
    _collect(Profile, "", found)
    return found


@cache
def sections() -> dict[str, str]:
    """Return the top-level sections and their descriptions, in the schema's order."""
    models = {name: _model(field.annotation) for name, field in Profile.model_fields.items()}
    return {name: (model.__doc__ or "").strip() for name, model in models.items() if model}


def _collect(model: type[BaseModel], prefix: str, found: dict[str, Key]) -> None:
    properties: dict[str, Any] = model.model_json_schema()["properties"]
    for name, field in model.model_fields.items():
        inner = _model(field.annotation)
        if inner:
            _collect(inner, f"{prefix}{name}.", found)
            continue
        schema = properties[name]
        default = field.default
        found[prefix + name] = Key(prefix + name, default, schema, expected(schema), field.description or "")


def _model(annotation: object) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def expected(schema: dict[str, Any]) -> str:
    """Say in words what a JSON Schema accepts, e.g. ``"a whole number from 1 to 8"``."""
    if "anyOf" in schema:
        return " or ".join(expected(part) for part in schema["anyOf"] if part.get("type") != "null")
    if "enum" in schema:
        return f"one of {', '.join(str(value) for value in schema['enum'])}"
    kind = schema.get("type", "")
    if kind == "array":
        least = schema.get("minItems", 0)
        each = expected(schema["items"])
        return f"a list{f' of at least {least}' if least else ''}, each item {each}"
    if kind == "string":
        longest = schema.get("maxLength")
        return f"text of {schema.get('minLength', 0)} to {longest} characters" if longest else "text"
    words = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}
    return words[kind] + _range(schema)


def _range(schema: dict[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    words = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
    parts = [f"{word} {schema[name]:g}" for name, word in words.items() if name in schema]
    return f" {' and '.join(parts)}" if parts else ""
