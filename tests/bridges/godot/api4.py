"""What Godot 4 offers to scripts: its class reference as a table, and every use of it in a script.

``python -m tests.bridges.godot.api4 GODOT_SOURCE`` writes the table anew from a checkout of Godot: of the classes that
the add-on names, of those that it gets from them and of their ancestors, what has a name that occurs in the add-on.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from gdtoolkit.parser import parser
from lark import Token, Tree

from engine_bridges.godot.install import HERE

TABLE = Path(__file__).with_name("godot4_api.json")
SCRIPTS = [*sorted((HERE / "godot4").glob("*.gd")), *sorted((HERE / "core").glob("*.gd"))]
GLOBALS = ("@GlobalScope", "@GDScript")


@dataclass(frozen=True)
class Use:
    """A name that a script uses; ``owner`` is the name before its dot, "" where there is none or no plain name."""

    line: int
    owner: str
    name: str
    arguments: int | None  # None where it is not called


def uses(text: str) -> Iterator[Use]:
    """Yield every call, attribute and type of a script."""
    nodes = list(parser.parse(text, gather_metadata=True).iter_subtrees())
    called = {id(node.children[0]) for node in nodes if node.data == "getattr_call"}
    for node in nodes:
        if node.data == "standalone_call":
            yield _use("", node.children[0], len(node.children) - 1)
        elif node.data == "getattr" and id(node) not in called:
            yield from _attributes(node, None)
        elif node.data == "getattr_call":
            yield from _attributes(node.children[0], len(node.children) - 1)
        elif node.data in ("type_test", "func_arg_typed", "extends_stmt", "func_header", "class_var_typed"):
            types = [child for child in node.children if isinstance(child, Token) and child[:1].isupper()]
            yield from (_use("", name, None) for name in types)


def _attributes(node: Tree, arguments: int | None) -> Iterator[Use]:
    owner, *rest = [child for child in node.children if child != "."]
    for i, name in enumerate(rest):
        before = owner if i == 0 else ""
        called = arguments if i == len(rest) - 1 else None
        yield _use(str(before) if isinstance(before, Token) else "", name, called)


def _use(owner: str, name: Any, arguments: int | None) -> Use:
    return Use(name.line or 0, owner, str(name), arguments)


def main(source: Path) -> None:
    """Write the table."""
    files = [*source.glob("doc/classes/*.xml"), *source.glob("modules/*/doc_classes/*.xml")]
    classes = {path.stem: ElementTree.parse(path).getroot() for path in files}
    texts = [path.read_text("utf-8") for path in SCRIPTS]
    names = {use.name for text in texts for use in uses(text)}
    wanted = {*GLOBALS, *(set(re.findall(r"\b[A-Z]\w+", "\n".join(texts))) & classes.keys())}
    while found := {name for one in wanted for name in _given(classes[one], names)} & classes.keys() - wanted:
        wanted |= found
    table = {name: _entry(classes[name], names) for name in sorted(wanted)}
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in table.items())
    version = dict(re.findall(r"^(\w+) = \"?(\w+)", (source / "version.py").read_text(), re.MULTILINE))
    head = json.dumps("{major}.{minor}.{patch}".format(**version))
    TABLE.write_text(f'{{"version": {head}, "classes": {{\n{rows}\n}}}}\n', "utf-8")


def _given(one: ElementTree.Element, names: set[str]) -> Iterator[str]:
    """Yield the ancestor of a class, and the types of what scripts may have got from it."""
    yield one.get("inherits", "")
    for member in one.iterfind("members/member"):
        if member.get("name") in names:
            yield member.get("type", "")
    if any(signal.get("name") in names for signal in one.iterfind("signals/signal")):
        yield "Signal"
    for method in one.iterfind("methods/method"):
        value = method.find("return")
        if method.get("name") in names and value is not None:
            yield value.get("type", "")


def _entry(one: ElementTree.Element, names: set[str]) -> dict[str, Any]:
    """Return the ancestor, the methods with their smallest and largest number of arguments, and other names."""
    methods: dict[str, list[int | None]] = {}
    for method in one.iterfind("methods/method"):
        if method.get("name") in names:
            _count(methods, str(method.get("name")), method)
    for made in one.iterfind("constructors/constructor"):
        _count(methods, "new", made)
    kinds = ("members/member", "constants/constant", "signals/signal")
    others = {str(other.get("name")) for kind in kinds for other in one.iterfind(kind)}
    return {"inherits": one.get("inherits", ""), "methods": methods, "names": sorted(others & names)}


def _count(methods: dict[str, list[int | None]], name: str, method: ElementTree.Element) -> None:
    all_ = method.findall("param")
    least, most = sum(one.get("default") is None for one in all_), len(all_)
    before = methods.get(name, [least, most])
    is_open = "vararg" in (method.get("qualifiers") or "") or before[1] is None
    methods[name] = [min(least, before[0] or 0), None if is_open else max(most, before[1] or 0)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
