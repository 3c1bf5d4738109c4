"""Holds one document against the schema and says in words what is wrong: line, key, what was expected, nearest name."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic import ValidationError

from importer.errors import ProfileError
from importer.profile.keys import expected, keys, sections
from importer.profile.schema import Profile
from importer.profile.source import Document, quoted
from importer.system.names import asset_name


def check(document: Document) -> None:
    """Raise ProfileError for the first fault, in the order of lines, of a document that need not be complete."""
    values = {name: value for name, value in document.values.items() if value is not None or name not in sections()}
    try:
        Profile.model_validate(values, strict=True)
    except ValidationError as error:
        all_found = error.errors(include_url=False)
        # A list whose items are refused counts as too short as well: one fault is enough.
        found_below = {found["loc"][:-1] for found in all_found}
        kept = [found for found in all_found if found["type"] != "too_short" or found["loc"] not in found_below]
        faults = [_fault(document, found) for found in kept]
        faults.sort(key=lambda fault: fault[0])
        _, key, what, fix = faults[0]
        more = f" ({len(faults) - 1} more after this)" if len(faults) > 1 else ""
        raise ProfileError(what + more, where=document.where(key), fix=fix) from None


def nearest(word: object, choices: list[Any]) -> Any | None:
    """Return the choice most like the word (numbers: the closest), or None where nothing is near."""
    numbers = [c for c in choices if isinstance(c, int | float) and not isinstance(c, bool)]
    if numbers and isinstance(word, int | float):
        return min(numbers, key=lambda choice: abs(choice - word))
    names = {str(choice).casefold(): choice for choice in choices}
    match = difflib.get_close_matches(str(word).casefold(), list(names), n=1, cutoff=0.5)
    return names[match[0]] if match else None


def did_you_mean(word: object, choices: list[Any]) -> str:
    """Return ``"Did you mean 'x'?"`` or, where nothing is near, the whole choice."""
    best = nearest(word, choices)
    return f"Did you mean '{best}'?" if best is not None else f"Choose from {', '.join(map(str, choices))}."


def _fault(document: Document, found: Any) -> tuple[int, str, str, str]:
    """Return line, dotted key, what, fix."""
    key = ".".join(str(part) for part in found["loc"])
    line = document.lines.get(key, 0)
    kind = found["type"]
    if kind == "extra_forbidden":
        return line, key, f"unknown key {quoted(str(found['loc'][-1]))}", _nearest_key(key)
    if kind in ("model_type", "model_attributes_type"):
        inside = [name.split(".")[-1] for name in keys() if name.startswith(f"{key}.")]
        what = f"expected a section with keys below it, found {_seen(document, key, found['input'])}"
        return line, key, what, f"Its keys are {', '.join(inside)}."
    if kind == "value_error":
        fix = f"Write '{asset_name(str(found['input']))}'." if key == "asset.name" else ""
        return line, key, found["msg"].removeprefix("Value error, "), fix
    schema = _schema(key)
    what = f"expected {expected(schema)}, found {_seen(document, key, found['input'])}"
    return line, key, what, _value_fix(found, key, schema)


def _schema(key: str) -> dict[str, Any]:
    """Return JSON Schema of a key's value, or of a list's items for ``key.0``."""
    if key in keys():
        return keys()[key].schema
    schema = keys()[key.rpartition(".")[0]].schema
    return next(part for part in schema.get("anyOf", [schema]) if part.get("type") == "array")["items"]


def _value_fix(found: Any, key: str, schema: dict[str, Any]) -> str:
    kind, value = found["type"], found["input"]
    if kind == "tuple_type" and value is not None:
        return f"Write a list, such as '{key.rpartition('.')[2]}: [{value}]'."
    if kind == "string_type" and not isinstance(value, dict | tuple):
        return "Put it in quotes if it is meant as text."
    if kind in ("int_type", "float_type") and isinstance(value, str):
        return "Write a plain number, without quotes or unit."
    if "enum" in schema and nearest(value, schema["enum"]) is not None:
        return did_you_mean(value, schema["enum"])
    return ""


def _nearest_key(key: str) -> str:
    """Look beside the key first, then for its last part anywhere in the schema."""
    if key in keys():  # a path in one word, which YAML takes for one key
        section, _, name = key.rpartition(".")
        return f"Write '{name}' on a line of its own, indented below '{section}:'."
    parent, _, name = key.rpartition(".")
    if parent not in sections():
        parent, name = "", key
    beside = list(sections()) + [k for k in keys() if "." not in k] + ["extends"]
    if parent:
        beside = [k.removeprefix(f"{parent}.") for k in keys() if k.startswith(f"{parent}.")]
    best = nearest(name, beside)
    elsewhere = {k.rpartition(".")[2]: k for k in keys()}
    if best is None or (name in elsewhere and name != best):
        best = elsewhere.get(nearest(name, list(elsewhere)) or "", best)
    return f"Did you mean '{best}'?" if best else f"Valid keys here: {', '.join(beside)}."


def _seen(document: Document, key: str, value: object) -> str:
    """Say what stands there: the text as written and, where YAML read it as something else, as what."""
    written = document.texts.get(key)
    short = quoted(written) if written is not None else ""
    if isinstance(value, bool):
        return f"{short} (true or false in YAML)"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a section with keys"
    if isinstance(value, tuple):
        return f"a list of {len(value)}"
    return f"{short} ({'a number' if isinstance(value, int | float) else 'text'})" if short else repr(value)
