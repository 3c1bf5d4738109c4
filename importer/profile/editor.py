"""What an editor wants: JSON Schema of the YAML files, and the commented profile of a new project."""

from __future__ import annotations

import json
from typing import Any

from importer.profile import shipped
from importer.profile.keys import keys, sections
from importer.profile.schema import Profile

_HEAD = """\
# Settings of this folder and of all folders below it.
# A picture's own file (chair.yaml beside chair.png) wins over this one, and this one over what it extends.
# Every line below shows a default: take the '#' away to change it. 'importer profile show PICTURE' prints what counts.
"""


def json_schema() -> dict[str, Any]:
    """Return JSON Schema of a profile or sidecar, ``extends`` included, in the draft that YAML editors read."""
    schema = Profile.model_json_schema()
    for part in schema["$defs"].values():
        part["type"] = ["object", "null"]  # a section whose keys are all commented out
    for part in schema["properties"].values():
        part.pop("default" if "$ref" in part else "", None)
    name = {"anyOf": [{"enum": list(shipped.names())}, {"type": "string", "pattern": r"[/\\]|\.ya?ml$"}]}
    extends = {
        "description": "Shipped profiles or paths of files in this project to start from; later ones win.",
        "anyOf": [name, {"type": "array", "items": name}],
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Importer profile",
        "description": schema["description"],
        "type": ["object", "null"],
        "properties": {"extends": extends, **schema["properties"]},
        "additionalProperties": False,
        "$defs": schema["$defs"],
    }


def template() -> str:
    """Return ``profile.yaml`` of a new project: every key with its default and its meaning, all commented out."""
    lines = [
        _HEAD,
        f"# Start from shipped profiles ({', '.join(shipped.names())}); later ones win.",
        "#extends: [prop]",
    ]
    section = None
    for key in keys().values():
        head, _, name = key.name.rpartition(".")
        if head != section:
            lines += ["", *([f"# {sections()[head].splitlines()[0]}", f"#{head}:"] if head else [])]
            section = head
        indent = "  " if head else ""
        note = f"{indent}# {key.description} {key.expected[0].upper()}{key.expected[1:]}."
        if key.name == "asset.name":
            lines.append(
                f"{indent}# The name of an asset belongs into its picture's own file: a folder has many pictures."
            )
        else:
            lines += [note, f"#{indent}{name}: {_yaml(key.default)}"]
    return "\n".join(lines) + "\n"


def _yaml(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return value if isinstance(value, str) else json.dumps(value)
