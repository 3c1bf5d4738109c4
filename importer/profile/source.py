"""Reads one YAML file into plain values that remember their lines.

Only the parser and composer of PyYAML run: no object is ever constructed from a tag, so ``!!python`` is text to refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from importer.errors import ProfileError

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
MAX_NODES = 5_000  # after aliases are followed: a "billion laughs" file is small but expands without end

_CORE = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}
_AS_TEXT = "tag:yaml.org,2002:timestamp"  # a name such as 2024-05-01 is meant as text


@dataclass(frozen=True)
class Document:
    """One file: ``values`` nested as written without ``extends``; ``lines`` by dotted key, list items as ``key.0``."""

    path: Path
    values: dict[str, object] = field(default_factory=dict)
    extends: tuple[str, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # scalars as written, for messages

    def where(self, key: str = "") -> str:
        """Return ``file:line: key`` for a message; a key without a line takes its section's."""
        parts = key.split(".") if key else []
        while parts and ".".join(parts) not in self.lines:
            parts.pop()
        line = self.lines.get(".".join(parts))
        place = shown(self.path) + (f":{line}" if line else "")
        return f"{place}: {key}" if key else place


def shown(path: Path) -> str:
    """Return the path as a user would type it: relative to the working folder where it lies inside."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return str(path)


def quoted(text: str) -> str:
    """Return text for a message: in quotes, short, with nothing that a terminal would obey."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:80])
    return f"'{plain}{'...' if len(text) > 80 else ''}'"


def read(path: Path) -> Document:
    """Read a profile or sidecar; an empty file is an empty profile.

    Raises
    ------
    ProfileError
        The file cannot be read, is too large, is no UTF-8 (or UTF-16 with a byte order mark), or no plain mapping.
    """
    text = _text(path)
    try:
        _refuse_bulk(path, text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _syntax(path, text, error) from None
    if root is None or _is_null(root):
        return Document(path)
    if not isinstance(root, yaml.MappingNode):
        where = f"{shown(path)}:{root.start_mark.line + 1}"
        raise ProfileError(
            "expected keys and values, such as 'scale:' with 'height_m: 1.8' below it", where=where, fix=_SEE
        )
    walk = _Walk(path)
    values = walk.mapping(root, "", 0)
    extends = _extends(values.pop("extends", None), Document(path, {}, (), walk.lines))
    return Document(path, values, extends, walk.lines, walk.texts)


_SEE = "Run 'importer profile schema' or see docs/profile.md for the keys."


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise ProfileError("no such file" if not path.exists() else "not a regular file", where=shown(path))
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProfileError(
            f"cannot be read: {error.strerror}", where=shown(path), fix="Check its permissions."
        ) from None
    if len(data) > MAX_BYTES:
        raise ProfileError(
            f"larger than {MAX_BYTES // 1024} KiB, which no profile needs",
            where=shown(path),
            fix="Is it the right file?",
        )
    try:
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ProfileError("not UTF-8 text", where=f"{shown(path)}:{line}", fix="Save the file as UTF-8.") from None


def _syntax(path: Path, text: str, error: yaml.YAMLError) -> ProfileError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # ReaderError: a character that YAML forbids; it knows the position only
        position = min(int(getattr(error, "position", 0)), len(text))
        line = text.count("\n", 0, position) + 1
        return ProfileError("a character that YAML forbids", where=f"{shown(path)}:{line}", fix="Delete it.")
    rows = text.splitlines()
    where = f"{shown(path)}:{min(mark.line + 1, max(len(rows), 1))}"
    row = rows[mark.line] if mark.line < len(rows) else ""
    if "\t" in row[: len(row) - len(row.lstrip())] or row[mark.column : mark.column + 1] == "\t":
        return ProfileError("a tab is used to indent; YAML allows spaces only", where=where, fix="Use two spaces.")
    if "single document" in str(getattr(error, "context", "")):
        return ProfileError("more than one YAML document in the file", where=where, fix="Delete the line '---'.")
    problem = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    return ProfileError(
        f"YAML syntax: {problem}" + (f" ({context})" if context else ""),
        where=where,
        fix="Look at this line and the one before it: a missing colon, quote or bracket, or an uneven indent.",
    )


def _refuse_bulk(path: Path, text: str) -> None:
    """Look at the events first: parsing calls itself for no level, as composing does, and can stop at any event."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        if count > MAX_NODES:
            raise _too_many(f"{shown(path)}:{event.start_mark.line + 1}")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _too_deep(f"{shown(path)}:{event.start_mark.line + 1}")


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _too_deep(where: str) -> ProfileError:
    return ProfileError("nested deeper than any profile needs", where=where, fix="Is it the right file?")


def _too_many(where: str) -> ProfileError:
    fix = "Is it the right file? Anchors and aliases (& and *) multiply what they repeat."
    return ProfileError("expands to far more values than any profile needs", where=where, fix=fix)


def _extends(value: object, document: Document) -> tuple[str, ...]:
    if value is None:
        return ()
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, tuple) or not all(isinstance(name, str) and name for name in names):
        raise ProfileError(
            "expected the name of a shipped profile, a path, or a list of them",
            where=document.where("extends"),
            fix="Write for example 'extends: [unity-urp, character]'.",
        )
    return names


class _Walk:
    """Turns nodes into plain values, counting as it goes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, int] = {}
        self.texts: dict[str, str] = {}
        self._scalars = yaml.constructor.SafeConstructor()
        self._nodes = 0

    def value(self, node: yaml.Node, key: str, depth: int) -> object:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _too_many(self._where(node))
        if depth > MAX_DEPTH:
            raise _too_deep(self._where(node))
        self.lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
            return self.mapping(node, key, depth)
        if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
            return tuple(self.value(item, f"{key}.{i}", depth + 1) for i, item in enumerate(node.value))
        return self._scalar(node, key)

    def mapping(self, node: yaml.MappingNode, prefix: str, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            name = self._key(key_node)
            key = f"{prefix}.{name}" if prefix else name
            if name in values:
                raise ProfileError(
                    f"the key is given twice, first in line {self.lines[key]}",
                    where=f"{self._where(key_node)}: {key}",
                    fix="Keep one of the two.",
                )
            self.lines[key] = key_node.start_mark.line + 1
            values[name] = self.value(value_node, key, depth + 1)
        return values

    def _key(self, node: yaml.Node) -> str:
        if node.tag == "tag:yaml.org,2002:merge":
            raise ProfileError(
                "merge keys (<<) are not supported", where=self._where(node), fix="Use 'extends' to share settings."
            )
        if not isinstance(node, yaml.ScalarNode) or node.tag not in _CORE or not node.value.isprintable():
            raise ProfileError("expected a plain word as key", where=self._where(node), fix=_SEE)
        return node.value

    def _scalar(self, node: yaml.Node, key: str) -> object:
        if isinstance(node, yaml.ScalarNode):
            self.texts[key] = node.value
            if any("\ud800" <= c <= "\udfff" for c in node.value):
                raise ProfileError("a character that is none in Unicode", where=f"{self._where(node)}: {key}")
            if node.tag == _AS_TEXT:
                return node.value
            if node.tag in _CORE:
                try:
                    return self._scalars.construct_object(node)
                except (ValueError, KeyError, IndexError, yaml.YAMLError):
                    raise ProfileError(
                        f"not a number that can be read: {quoted(node.value)}", where=f"{self._where(node)}: {key}"
                    ) from None
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        raise ProfileError(
            f"the YAML tag {tag} is not allowed in a profile",
            where=f"{self._where(node)}: {key}",
            fix="Write a plain value without a tag.",
        )

    def _where(self, node: yaml.Node) -> str:
        return f"{shown(self.path)}:{node.start_mark.line + 1}"
