"""The connected pieces of a mesh."""

from __future__ import annotations

import igl
import numpy as np
from numpy.typing import NDArray

from importer.verify.topology import Topology

_MOST = 64  # pieces round another that are looked at
_TOUCH = 1e-4  # of the longest side


class Pieces:
    """``area``, ``volume``, ``closed``, ``low``, ``high`` of each piece of a mesh, and what lies where."""

    def __init__(self, net: Topology, longest: float) -> None:
        self.net, self.longest = net, longest
        corners = self.net.positions[self.net.faces]
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        count = self.net.components
        area = np.bincount(self.net.labels, np.linalg.norm(cross, axis=1) / 2, count)
        self.area = area.astype(np.float64) + 1e-30
        # About each piece's own centre: an open piece's volume would else depend on where it lies.
        middle = np.stack([np.bincount(self.net.labels, corners.mean(1)[:, i], count) for i in range(3)], axis=1)
        middle /= np.bincount(self.net.labels, minlength=count)[:, None]
        reach = corners[:, 0] - middle[self.net.labels]
        volume = np.bincount(self.net.labels, np.einsum("ij,ij->i", reach, cross) / 6, count)
        self.volume = volume.astype(np.float64)
        self.closed = self.net.faulty == 0
        self.low, self.high = np.full((count, 3), np.inf), np.full((count, 3), -np.inf)
        np.minimum.at(self.low, self.net.labels, corners.min(1))
        np.maximum.at(self.high, self.net.labels, corners.max(1))

    def inside(self, piece: int) -> bool:
        """Tell whether a piece lies wholly inside closed pieces that face outward."""
        margin = _TOUCH * self.longest
        around = self.closed & (self.volume > 0)
        around &= (self.low < self.low[piece] - margin).all(1) & (self.high > self.high[piece] + margin).all(1)
        around[piece] = False
        others = np.flatnonzero(around)[:_MOST]
        points = self._points(piece)
        for other in others:
            faces = self.net.faces[self.net.labels == other]
            turns = igl.winding_number(self.net.positions, faces.astype(np.int64), points)
            if (np.abs(np.asarray(turns)) > 0.9).all():
                return True
        return False

    def gap(self, piece: int) -> float:
        """Return the distance in metres from a piece to the rest."""
        rest = self.net.faces[self.net.labels != piece].astype(np.int64)
        square, *_ = igl.point_mesh_squared_distance(self._points(piece), self.net.positions, rest)
        return float(np.sqrt(np.min(square)))

    def _points(self, piece: int) -> NDArray[np.float64]:
        """Return up to 32 of a piece's vertices (n, 3)."""
        used = np.unique(self.net.faces[self.net.labels == piece])
        return np.ascontiguousarray(self.net.positions[used[:: max(1, len(used) // 32)]])
