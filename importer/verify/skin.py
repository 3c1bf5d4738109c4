"""The skin of a drawn primitive of an untrusted glTF document."""

from __future__ import annotations

from typing import Any

import numpy as np

from importer.records import F64, I32
from importer.verify.accessors import Buffers
from importer.verify.container import Broken, integer, item, value
from importer.verify.drawn import Skin
from importer.verify.nodes import Tree

_MOST_SETS = 8  # of four joints each


def read_skin(tree: Tree, buffers: Buffers, index: int, primitive: dict[str, Any], count: int) -> Skin | None:
    """Return the skin for a primitive of `count` vertices; None where the primitive has no joints or weights.

    Raises
    ------
    Broken
    """
    where = f"{buffers.where}: skins[{index}]"
    entry = item(tree.document, "skins", index, buffers.where)
    joints = [_joint(joint, len(tree.worlds), where) for joint in value(entry, "joints", list, where)]
    if not joints:
        raise Broken("GLTF_STRUCTURE", where, "has no joints")
    indices, weights = _columns(buffers, value(primitive, "attributes", dict, where), count, where)
    if not indices.shape[1]:
        return None
    stray = (indices >= len(joints)) & (weights > 0)
    return Skin(
        names=tuple(_name(tree.document, joint, where) for joint in joints),
        parents=tuple(_above(joint, tree.parents, joints) for joint in joints),
        worlds=np.array([tree.worlds[joint] for joint in joints]),
        inverses=_inverses(buffers, entry, len(joints), where),
        indices=np.where(indices < len(joints), indices, 0).astype(np.int32),
        weights=np.where(indices < len(joints), weights, 0.0),
        stray=int(stray.sum()),
    )


def _joint(found: Any, nodes: int, where: str) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < nodes:
        raise Broken("GLTF_REFERENCE", where, f"joint {str(found)[:40]!r} is no node: there are {nodes}")
    return found


def _name(document: dict[str, Any], joint: int, where: str) -> str:
    return value(item(document, "nodes", joint, where), "name", str, where, "") or f"nodes[{joint}]"


def _above(joint: int, parents: tuple[int, ...], joints: list[int]) -> int:
    """Return the place in `joints` of the nearest joint above, or -1."""
    above = parents[joint]
    while above >= 0 and above not in joints:
        above = parents[above]
    return joints.index(above) if above >= 0 else -1


def _columns(buffers: Buffers, attributes: dict[str, Any], count: int, where: str) -> tuple[I32, F64]:
    indices, weights = [np.zeros((count, 0), np.int32)], [np.zeros((count, 0))]
    for number in range(_MOST_SETS):
        keys = f"JOINTS_{number}", f"WEIGHTS_{number}"
        if not all(key in attributes for key in keys):
            break
        joints, part = (buffers.accessor(integer(attributes, key, where)) for key in keys)
        for key, array in zip(keys, (joints, part), strict=True):
            if array.shape != (count, 4):
                raise Broken("ATTRIBUTE_COUNT", where, f"{key} is {array.shape}, not {(count, 4)}")
        if joints.dtype.kind != "u" or part.dtype.kind != "f":
            raise Broken("GLTF_STRUCTURE", where, "joints must be whole numbers, weights floats or normalised")
        indices.append(joints.astype(np.int32))
        weights.append(part.astype(np.float64))
    return np.concatenate(indices, axis=1), np.concatenate(weights, axis=1)


def _inverses(buffers: Buffers, entry: dict[str, Any], joints: int, where: str) -> F64:
    if "inverseBindMatrices" not in entry:
        return np.tile(np.eye(4), (joints, 1, 1))
    rows = buffers.accessor(integer(entry, "inverseBindMatrices", where))
    if rows.shape[1] != 16 or len(rows) < joints or rows.dtype.kind != "f":
        raise Broken("ATTRIBUTE_COUNT", where, f"inverseBindMatrices is {rows.shape}, not {(joints, 16)}")
    return rows[:joints].reshape(-1, 4, 4).transpose(0, 2, 1).astype(np.float64)
