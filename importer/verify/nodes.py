"""The nodes of an untrusted glTF document: who is drawn, where, by which mesh and skin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from importer.records import F64
from importer.verify.container import Broken, integer, item, numbers, value


@dataclass(frozen=True)
class Drawing:
    """A node that draws a mesh; ``level`` is its place in a chain of MSFT_lod, None where the file says nothing."""

    name: str
    matrix: F64
    mesh: int
    skin: int | None
    level: int | None


@dataclass(frozen=True)
class Tree:
    """All nodes: ``parents`` by index (-1: none), ``worlds`` their matrices (4, 4), and what is drawn, in order."""

    document: dict[str, Any]
    parents: tuple[int, ...]
    worlds: tuple[F64, ...]
    drawings: tuple[Drawing, ...]


def read_tree(document: dict[str, Any], file: str) -> Tree:
    """Read the nodes; the drawn ones are those of the default scene, and the levels that they name.

    Raises
    ------
    Broken
        A node has two parents or is its own ancestor, or a reference or transform is wrong.
    """
    nodes = [item(document, "nodes", index, file) for index in range(len(value(document, "nodes", list, file, [])))]
    parents = _parents(nodes, file)
    worlds = _worlds(nodes, parents, file)
    drawings = []
    for index, level in _walk(document, nodes, file):
        node, where = nodes[index], f"{file}: nodes[{index}]"
        if "mesh" in node:
            skin = integer(node, "skin", where) if "skin" in node else None
            mesh = integer(node, "mesh", where)
            drawings.append(Drawing(value(node, "name", str, where, ""), worlds[index], mesh, skin, level))
    return Tree(document, tuple(parents), tuple(worlds), tuple(drawings))


def _parents(nodes: list[dict[str, Any]], file: str) -> list[int]:
    parents = [-1] * len(nodes)
    for index, node in enumerate(nodes):
        where = f"{file}: nodes[{index}]"
        for child in value(node, "children", list, where, []):
            child = _index(child, nodes, where)
            if parents[child] >= 0:
                raise Broken("NODE_TREE", f"{file}: nodes[{child}]", "has two parents or is its own ancestor")
            parents[child] = index
    return parents


def _worlds(nodes: list[dict[str, Any]], parents: list[int], file: str) -> list[F64]:
    worlds: dict[int, F64] = {}
    for start in range(len(nodes)):
        chain = []
        index = start
        while index >= 0 and index not in worlds:
            if len(chain) > len(nodes):
                raise Broken("NODE_TREE", f"{file}: nodes[{start}]", "has two parents or is its own ancestor")
            chain.append(index)
            index = parents[index]
        for index in reversed(chain):
            local = _local(nodes[index], f"{file}: nodes[{index}]")
            worlds[index] = local if parents[index] < 0 else worlds[parents[index]] @ local
    return [worlds[index] for index in range(len(nodes))]


def _walk(document: dict[str, Any], nodes: list[dict[str, Any]], file: str) -> Iterator[tuple[int, int | None]]:
    """Yield each drawn node and its level, from the scene's roots down; levels follow the node that names them."""
    scene = item(document, "scenes", integer(document, "scene", file, 0), file) if "scenes" in document else {}
    waiting: list[tuple[int, int | None]] = [
        (_index(root, nodes, file), None) for root in reversed(value(scene, "nodes", list, file, []))
    ]
    seen: set[int] = set()
    while waiting:
        index, level = waiting.pop()
        where = f"{file}: nodes[{index}]"
        if index in seen:
            raise Broken("NODE_TREE", where, "is drawn twice")
        seen.add(index)
        node = nodes[index]
        levels = _levels(node, nodes, where)
        yield index, 0 if levels and level is None else level
        waiting += [
            (_index(child, nodes, where), level) for child in reversed(value(node, "children", list, where, []))
        ]
        waiting += [(other, number) for number, other in reversed(list(enumerate(levels, 1)))]


def _levels(node: dict[str, Any], nodes: list[dict[str, Any]], where: str) -> list[int]:
    extension = value(value(node, "extensions", dict, where, {}), "MSFT_lod", dict, where, {})
    return [_index(entry, nodes, where) for entry in value(extension, "ids", list, where, [])]


def _index(found: Any, nodes: list[dict[str, Any]], where: str) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or found < 0:
        raise Broken("GLTF_STRUCTURE", where, f"{str(found)[:40]!r} is no index of a node")
    if found >= len(nodes):
        raise Broken("GLTF_REFERENCE", where, f"nodes[{found}] is referred to, but there are {len(nodes)}")
    return found


def _local(node: dict[str, Any], where: str) -> F64:
    if "matrix" in node:
        return np.array(numbers(node, "matrix", 16, where, [])).reshape(4, 4).T
    x, y, z, w = numbers(node, "rotation", 4, where, [0, 0, 0, 1])
    length = np.sqrt(x * x + y * y + z * z + w * w)
    if not 0.5 < length < 2:
        raise Broken("GLTF_STRUCTURE", where, "'rotation' must be a unit quaternion")
    x, y, z, w = x / length, y / length, z / length, w / length
    matrix = np.eye(4)
    matrix[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    matrix[:3, :3] *= numbers(node, "scale", 3, where, [1, 1, 1])
    matrix[:3, 3] = numbers(node, "translation", 3, where, [0, 0, 0])
    return matrix
