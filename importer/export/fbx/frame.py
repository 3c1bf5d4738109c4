"""From metres, Y up, to the units and axes of a file."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from importer.export.fbx.scene import FileFrame, Node
from importer.export.matrices import rotation_matrices
from importer.records import F64

_AXES = {
    "y": np.eye(3),
    "z": np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]),  # up +Z, front -Y: a turn about X
}


class Conversion:
    """Converts to the frame of one file; the change of axes is a turn, so nothing is mirrored."""

    def __init__(self, frame: FileFrame) -> None:
        self.axes = _AXES[frame.up]
        self.units_per_meter = 100.0 / frame.centimeters_per_unit

    @cached_property
    def _as_is(self) -> bool:
        return bool(np.array_equal(self.axes, np.eye(3)))

    def directions(self, values: NDArray[np.floating]) -> F64:
        """Convert directions (n, 3)."""
        values = np.asarray(values, np.float64)
        return values if self._as_is else values @ self.axes.T

    def points(self, values: NDArray[np.floating]) -> F64:
        """Convert positions or translations (n, 3)."""
        return self.directions(values) * self.units_per_meter

    def scales(self, values: NDArray[np.floating]) -> F64:
        """Convert scales along the axes (n, 3)."""
        return np.asarray(values, np.float64) @ np.abs(self.axes).T

    def rotations(self, values: NDArray[np.floating]) -> F64:
        """Convert quaternions (n, 4)."""
        values = np.asarray(values, np.float64)
        return np.concatenate([self.directions(values[:, :3]), values[:, 3:]], axis=1)

    def matrix(self, node: Node) -> F64:
        """Return the local matrix (4, 4) of a node, for columns."""
        result = np.eye(4)
        turn = rotation_matrices(self.rotations(np.array([node.rotation])))[0]
        result[:3, :3] = turn * self.scales(np.array([node.scale]))[0]
        result[:3, 3] = self.points(np.array([node.translation]))[0]
        return result

    def world_matrices(self, nodes: tuple[Node, ...]) -> list[F64]:
        """Return every node's matrix to the scene; parents stand before their children."""
        result: list[F64] = []
        for node in nodes:
            local = self.matrix(node)
            result.append(local if node.parent is None else result[node.parent] @ local)
        return result


def euler_degrees(quaternions: F64) -> F64:
    """Return angles (n, 3) about X, Y, Z in degrees: FBX's order XYZ, which turns about X first."""
    m = rotation_matrices(quaternions)
    across = np.hypot(m[:, 0, 0], m[:, 1, 0])
    locked = across < 1e-7  # X and Z turn about the same axis: all goes to X
    x = np.where(locked, np.arctan2(-m[:, 1, 2], m[:, 1, 1]), np.arctan2(m[:, 2, 1], m[:, 2, 2]))
    z = np.where(locked, 0.0, np.arctan2(m[:, 1, 0], m[:, 0, 0]))
    return np.degrees(np.stack([x, np.arctan2(-m[:, 2, 0], across), z], axis=1)) + 0.0


def continuous(degrees: F64) -> F64:
    """Return the same turns (k, 3) without jumps between keys, so that what lies between them turns the short way."""
    result = degrees.copy()
    for i in range(1, len(result)):
        # Two triples say the same turn; each may be moved by whole turns.
        twin = result[i] * [1, -1, 1] + [180, 180, 180]
        near = [c - 360 * np.round((c - result[i - 1]) / 360) for c in (result[i], twin)]
        result[i] = min(near, key=lambda c: float(np.abs(c - result[i - 1]).sum()))
    return result
