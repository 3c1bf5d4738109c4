"""What PyPI's unreal-stub says of Unreal 5.6's Python API: classes, properties, methods, entries of enums.

The stub has 25 MB and cannot be imported; a class is cut out of its text when it is asked for.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

_CLASS = re.compile(r"^class (\w+)\((\w*)", re.MULTILINE)
_PROPERTY = re.compile(r"^    - ``(\w+)`` \((.*?)\):\s+\[Read-(Write|Only)\]", re.MULTILINE)
_ENTRY = re.compile(r"^    ([A-Z][A-Z0-9_]*): \w+ = \.\.\. #: (-?\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Method:
    """Parameters without self or cls."""

    parameters: tuple[str, ...]
    is_classmethod: bool


@dataclass(frozen=True)
class Class:
    """One class; ``properties`` by name: type and whether it can be written."""

    name: str
    base: str
    properties: dict[str, tuple[str, bool]]
    methods: dict[str, Method]
    entries: dict[str, int]


def path() -> Path | None:
    """Return the stub's file, without importing it; None where it is not installed."""
    try:
        return Path(str(distribution("unreal-stub").locate_file("unreal/unreal.py")))
    except PackageNotFoundError:
        return None


@cache
def _text() -> str:
    file = path()
    assert file is not None, "unreal-stub is not installed: pip install '.[test]'"
    return file.read_text("utf-8-sig")


@cache
def _places() -> dict[str, tuple[str, int, int]]:
    starts = [(match[1], match[2], match.start()) for match in _CLASS.finditer(_text())]
    ends = [start for _, _, start in starts[1:]] + [len(_text())]
    return {name: (base, start, end) for (name, base, start), end in zip(starts, ends, strict=True)}


def has_class(name: str) -> bool:
    """Whether the stub has the class."""
    return name in _places()


@cache
def describe(name: str) -> Class:
    """Return what the stub says of a class."""
    base, start, end = _places()[name]
    text = _text()[start:end]
    after = re.search(r"\n(?=\S)", text)  # the module's functions follow its last class
    text = text[: after.start()] if after else text
    properties = {match[1]: (match[2], match[3] == "Write") for match in _PROPERTY.finditer(text)}
    entries = {match[1]: int(match[2]) for match in _ENTRY.finditer(text)}
    return Class(name, base, properties, _methods(text), entries)


def _methods(text: str) -> dict[str, Method]:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.ClassDef)
    found = {}
    for item in node.body:
        decorators = {ast.unparse(d) for d in item.decorator_list} if isinstance(item, ast.FunctionDef) else set()
        if isinstance(item, ast.FunctionDef) and not any(d == "property" or d.endswith(".setter") for d in decorators):
            names = tuple(argument.arg for argument in item.args.args[1:])
            found[item.name] = Method(names, "classmethod" in decorators)
    return found


def method(name: str, called: str) -> Method | None:
    """Return a method of a class or of one of its bases."""
    while has_class(name):
        found = describe(name).methods.get(called)
        if found:
            return found
        name = describe(name).base
    return None


def function(name: str) -> tuple[str, ...] | None:
    """Return the parameters of a function of the module; None where there is none."""
    functions = _text()[-100_000:]  # they stand at the end
    found = re.search(rf"^def {name}\((.*?)\) ->", functions, re.MULTILINE)
    if not found:
        return None
    node = ast.parse(f"def f({found[1]}): ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    return tuple(argument.arg for argument in node.args.args)
