"""Matrices of nodes, for columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from importer.export.rig import Quaternion, Vector
from importer.records import F64


class Placed(Protocol):
    """A node: its transform is local, and parents stand before their children."""

    @property
    def parent(self) -> int | None:
        """Index of the node above."""
        ...

    @property
    def translation(self) -> Vector:
        """Metres."""
        ...

    @property
    def rotation(self) -> Quaternion:
        """(x, y, z, w)."""
        ...

    @property
    def scale(self) -> Vector:
        """Along the node's own axes."""
        ...


def world_matrices(nodes: Sequence[Placed]) -> list[F64]:
    """Return every node's matrix (4, 4) to the scene."""
    result: list[F64] = []
    for node in nodes:
        local = np.eye(4)
        local[:3, :3] = rotation_matrices(np.array([node.rotation], np.float64))[0] * np.array(node.scale)
        local[:3, 3] = node.translation
        result.append(local if node.parent is None else result[node.parent] @ local)
    return result


def rotation_matrices(quaternions: F64) -> F64:
    """Return the matrices (n, 3, 3) of quaternions (n, 4)."""
    x, y, z, w = (quaternions / np.linalg.norm(quaternions, axis=1, keepdims=True)).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), 2, 0)
