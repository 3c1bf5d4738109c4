"""Objects, structs and enums of the fake: their properties and entries are those of the stub, and no others."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Iterable
from typing import Any

from tests.bridges.unreal_fake import stub
from tests.bridges.unreal_fake.world import world

PLAIN = {"bool": False, "str": "", "float": 0.0, "double": 0.0, "int32": 0, "uint8": 0}


def recorded(function: Any) -> Any:
    """Note the call in the world, under the name that a script used."""

    @functools.wraps(function)
    def call(owner: Any, *args: Any, **named: Any) -> Any:
        kind = owner if isinstance(owner, type) else type(owner)
        world.calls.append((f"{kind.__name__}.{function.__name__}", args))
        return function(owner, *args, **named)

    return call


class Name(str):
    """A name; compares as text."""


class Text(str):
    """A text for people."""


class Array(list):
    """An array; Unreal hands out copies of those in properties."""

    @classmethod
    def cast(cls, type: type, obj: Iterable[Any]) -> Array:
        return cls(obj)


class EnumBase:
    """Entries come from the stub."""

    def __init__(self, name: str, value: int) -> None:
        self._name, self._value = name, value

    def __repr__(self) -> str:
        return f"<{type(self).__name__}.{self._name}: {self._value}>"

    __str__ = __repr__


class Holder:
    """Properties by the names that the stub lists; `world.missing` are those that an older engine lacks."""

    def __init__(self) -> None:
        self.__dict__["_values"] = {}

    def _known(self, name: str) -> tuple[str, bool]:
        kind = type(self).__name__
        known = stub.describe(kind).properties.get(str(name))
        if known is None or (kind, str(name)) in world.missing:
            raise Exception(f"{kind}: Failed to find property '{name}' for attribute '{name}' on '{kind}'")
        return known

    def get_editor_property(self, name: str) -> Any:
        kind, _ = self._known(name)
        value = self._values.get(str(name), PLAIN.get(kind))
        if value is None and kind.startswith("Array["):
            return Array()
        return copy.copy(value) if isinstance(value, (Array, StructBase)) else value

    def set_editor_property(self, name: str, value: Any) -> None:
        kind, writable = self._known(name)
        if not writable:
            raise Exception(f"{type(self).__name__}: Property '{name}' is read-only and cannot be set")
        plain = {"bool": bool, "str": str, "float": (int, float), "double": (int, float), "int32": int}.get(kind)
        if plain and not isinstance(value, plain):
            raise TypeError(f"{type(self).__name__}: Cannot nativize '{type(value).__name__}' as '{name}' ({kind})")
        world.calls.append((f"{type(self).__name__}.{name}", (value,)))
        self._values[str(name)] = copy.copy(value) if isinstance(value, (list, StructBase)) else value
        self._changed(str(name))

    def _changed(self, name: str) -> None:
        """What the engine does when a property was set."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self.get_editor_property(name)
        except Exception as error:
            raise AttributeError(str(error)) from None


class StructBase(Holder):
    """A struct: copied by value; the constructor takes what the stub's does."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__()
        init = stub.describe(type(self).__name__).methods.get("__init__")
        names = init.parameters if init else ()
        for name, value in [*zip(names, args, strict=False), *named.items()]:
            if name not in names:
                raise TypeError(f"{type(self).__name__} has no {name}")
            self._values[name] = value

    def copy(self) -> Any:
        return copy.copy(self)

    def __copy__(self) -> Any:
        other = type(self).__new__(type(self))
        other.__dict__["_values"] = dict(self._values)
        return other

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values == other._values  # type: ignore[attr-defined]

    __hash__ = None  # type: ignore[assignment]


class Object(Holder):
    """An object; one with a path is an asset."""

    def __init_subclass__(cls) -> None:
        for name, value in list(vars(cls).items()):
            if name.startswith("_"):
                continue
            if isinstance(value, classmethod):
                setattr(cls, name, classmethod(recorded(value.__func__)))
            elif inspect.isfunction(value):
                setattr(cls, name, recorded(value))

    def __init__(self, outer: Any = None, name: str = "None") -> None:
        super().__init__()
        self.__dict__["_path"] = ""
        self.__dict__["_tags"] = {}

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_") and (type(self).__name__, name) in world.missing:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return super().__getattribute__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            self.__dict__[name] = value
        else:
            self.set_editor_property(name, value)

    @classmethod
    def static_class(cls) -> type:
        return cls

    def get_path_name(self) -> str:
        return f"{self._path}.{self._path.rpartition('/')[2]}"

    def get_name(self) -> str:
        return self._path.rpartition("/")[2]

    def modify(self, always_mark_dirty: bool = True) -> bool:
        return True


def make(name: str) -> type:
    """Return a class of the stub without behaviour of its own."""
    about = stub.describe(name)
    if about.base == "EnumBase":
        kind = type(name, (EnumBase,), {})
        for entry, value in about.entries.items():
            setattr(kind, entry, kind(entry, value))
        return kind
    return type(name, (StructBase if about.base in ("StructBase", "ElementID", "KShapeElem") else Object,), {})
