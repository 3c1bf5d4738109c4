"""Properties of Unreal's objects, by the names that this version of the engine has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Union

import unreal

Holder = Union[unreal.Object, unreal.StructBase]


def get(holder: Holder, name: str) -> Any:
    """Return a property; what it is stands in Unreal's documentation, since scripts see no types."""
    return holder.get_editor_property(name)


def put(holder: Holder, values: Mapping[str, object]) -> None:
    """Set properties as the editor's panels do: the object is told, and rebuilds what depends on them."""
    for name, value in values.items():
        holder.set_editor_property(name, value)


def put_first(holder: Holder, names: tuple[str, ...], value: object) -> None:
    """Set the first of several names that this version has: properties are renamed between 5.4 and 5.6."""
    for name in names:
        if has(holder, name):
            holder.set_editor_property(name, value)
            return
    raise AttributeError(f"{type(holder).__name__} has none of {', '.join(names)}")


def put_known(holder: Holder, values: Mapping[str, object]) -> None:
    """Set the properties that this version has; the others came later, and what they switch off is off without them."""
    put(holder, {name: value for name, value in values.items() if has(holder, name)})


def has(holder: Holder, name: str) -> bool:
    """Whether the object has the property."""
    try:
        holder.get_editor_property(name)
    except Exception:  # Unreal raises plain Exception for an unknown name
        return False
    return True


def plain(value: object) -> Any:
    """Return a property's value as JSON can hold it: enum entries by name, objects by path.

    Examples
    --------
    >>> plain(unreal.TextureAddress.TA_CLAMP)
    'TA_CLAMP'
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, unreal.Object):
        return value.get_path_name()
    entry = re.search(r"\.(\w+)", str(value)) if isinstance(value, unreal.EnumBase) else None
    return entry[1] if entry else str(value)
