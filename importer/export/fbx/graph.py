"""The objects of a file and the connections between them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from importer.export.fbx.encode import Record, Value

ROOT = np.int64(0)
_DIGITS = 2**52  # readers in JavaScript keep ids as doubles


@dataclass
class Graph:
    """Collects objects in the order in which they are added."""

    objects: list[Record] = field(default_factory=list)
    connections: list[Record] = field(default_factory=list)
    ids: set[int] = field(default_factory=set)

    def add(
        self, kind: str, name: str, label: str, subtype: str, *children: Record, key: str | None = None
    ) -> np.int64:
        """Add an object and return its id.

        `kind` is the record's name, `label` the class beside the object's `name`, `key` what the id is made from where
        the name alone is not unique within the kind. An id depends on kind and key only: adding an object leaves the
        ids of all others as they were.
        """
        text = f"{kind}\0{subtype}\0{key or name}".encode()
        number = int.from_bytes(hashlib.sha256(text).digest()[:8], "little") % _DIGITS
        while number in self.ids or number == 0:
            number += 1
        self.ids.add(number)
        self.objects.append(Record(kind, (np.int64(number), f"{name}\x00\x01{label}", subtype), children))
        return np.int64(number)

    def connect(self, child: np.int64, parent: np.int64, to: str | None = None) -> None:
        """Connect an object to another, or to the property `to` of it."""
        values: tuple[Value, ...] = ("OO", child, parent) if to is None else ("OP", child, parent, to)
        self.connections.append(Record("C", values))


def properties(*entries: Record) -> Record:
    """Return the list of an object's properties."""
    return Record("Properties70", (), entries)


def prop(name: str, kind: str, label: str, flags: str, *values: Value) -> Record:
    """Return one property."""
    return Record("P", (name, kind, label, flags, *values))


def color(name: str, rgb: tuple[float, float, float]) -> Record:
    """Return an animatable colour."""
    return prop(name, "Color", "", "A", *map(float, rgb))


def number(name: str, value: float) -> Record:
    """Return an animatable number."""
    return prop(name, "Number", "", "A", float(value))


def text(name: str, value: str, label: str = "") -> Record:
    """Return a string."""
    return prop(name, "KString", label, "", value)


def flag(name: str, value: bool) -> Record:
    """Return a switch."""
    return prop(name, "bool", "", "", int(value))


def choice(name: str, value: int) -> Record:
    """Return one of an enumeration."""
    return prop(name, "enum", "", "", value)


def integer(name: str, value: int) -> Record:
    """Return a whole number."""
    return prop(name, "int", "Integer", "", value)


def double(name: str, value: float) -> Record:
    """Return a number that is not animated."""
    return prop(name, "double", "Number", "", float(value))


def vector(name: str, value: tuple[float, float, float]) -> Record:
    """Return a vector that is not animated."""
    return prop(name, "Vector3D", "Vector", "", *map(float, value))
