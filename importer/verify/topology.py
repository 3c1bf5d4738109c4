"""Connectivity of a mesh after welding vertices at the same place (they are split at UV seams)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from importer.records import F64, I32


@dataclass(frozen=True)
class Topology:
    """``labels`` (m,) is the connected component of each kept face, ``faces`` (m, 3) the welded triangles."""

    faces: I32
    positions: F64
    labels: I32
    open_edges: int
    crowded_edges: int  # of more than two faces
    turned_edges: int  # of two faces that run along it the same way: their windings disagree
    faulty: I32  # (components,) edges of each piece that are any of these
    edges: I32  # (components,) edges of each piece

    @property
    def closed(self) -> bool:
        """Every edge has exactly two faces of one winding."""
        return not (self.open_edges or self.crowded_edges or self.turned_edges)

    @property
    def components(self) -> int:
        """Connected pieces."""
        return int(self.labels.max(initial=-1)) + 1


def topology(positions: NDArray[np.floating], faces: NDArray[np.integer]) -> Topology:
    """Weld and measure; faces that weld to a line or a point are dropped. There must be at least one vertex."""
    positions = np.asarray(positions, np.float64)
    low = positions.min(0)
    extent = float((positions - low).max())
    # Millionths of the longest side fit into 21 bits an axis.
    x, y, z = np.round((positions - low) / max(extent * 1e-6, 1e-30)).astype(np.int64).T
    _, first, inverse = np.unique((x << 42) | (y << 21) | z, return_index=True, return_inverse=True)
    welded = inverse[faces].astype(np.int32)
    a, b, c = welded.T
    welded = welded[(a != b) & (b != c) & (c != a)]
    edges = welded[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    start, end = edges.min(1).astype(np.int64), edges.max(1).astype(np.int64)
    _, owner, count = np.unique(start * len(first) + end, return_inverse=True, return_counts=True)
    # +1 and -1 for the two directions: an edge of two faces must sum to 0.
    direction = np.bincount(owner, np.where(edges[:, 0] < edges[:, 1], 1, -1), minlength=len(count))
    links = coo_matrix((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), (len(first), len(first)))
    labels = connected_components(links, directed=False)[1][welded[:, 0]]
    labels = np.unique(labels, return_inverse=True)[1].reshape(-1).astype(np.int32)
    piece = np.zeros(len(count), np.int32)
    piece[owner] = np.repeat(labels, 3)
    bad = (count != 2) | (direction != 0)
    pieces = int(labels.max(initial=-1)) + 1
    return Topology(
        faces=welded,
        positions=positions[first],
        labels=labels,
        open_edges=int((count == 1).sum()),
        crowded_edges=int((count > 2).sum()),
        turned_edges=int(((count == 2) & (direction != 0)).sum()),
        faulty=np.bincount(piece[bad], minlength=pieces).astype(np.int32),
        edges=np.bincount(piece, minlength=pieces).astype(np.int32),
    )
