"""Simplification that keeps vertices and seams, where meshoptimizer is missing: half-edge collapses by quadrics.

Garland and Heckbert 1997 with collapses onto existing vertices; vertices on seams and borders stay. Slower and less
free than meshoptimizer, but it needs no compiler.
"""

from __future__ import annotations

import heapq

import numpy as np

from importer.mesh.measure import face_vectors
from importer.mesh.topology import directed_edges, edge_keys
from importer.records import F32, F64, I32, Mesh


def collapse(vertices: F32, faces: I32, target: int, most_error: float) -> I32:
    """Reduce a mesh to about `target` triangles.

    Parameters
    ----------
    vertices : (n, 3) float32
        Vertices at the same place are a seam, and stay.
    faces : (m, 3) int32
    target : int
    most_error : float
        Largest distance of a moved corner from the planes it comes from, in units of the vertices.
    """
    state = _State(vertices.astype(np.float64), faces)
    queue = [entry for v in range(len(vertices)) for entry in state.candidates(v)]
    heapq.heapify(queue)
    while state.count > target and queue:
        cost, start, end, stamp = heapq.heappop(queue)
        if cost > most_error**2:
            break
        if stamp != state.stamp[start] or not state.alive(start, end) or not state.allowed(start, end):
            continue
        for neighbour in state.merge(start, end):
            for entry in state.candidates(neighbour):
                heapq.heappush(queue, entry)
    return faces[:0] if not state.faces else np.array([state.faces[k] for k in sorted(state.faces)], np.int32)


class _State:
    """The mesh while it shrinks: faces by number, and the faces around each vertex."""

    def __init__(self, points: F64, faces: I32) -> None:
        self.points = points
        self.faces = {k: tuple(int(v) for v in f) for k, f in enumerate(faces)}
        self.around: list[set[int]] = [set() for _ in points]
        for k, face in self.faces.items():
            for v in face:
                self.around[v].add(k)
        self.locked = _borders(faces, len(points))
        self.quadrics = _quadrics(points, faces)
        self.stamp = [0] * len(points)

    @property
    def count(self) -> int:
        return len(self.faces)

    def neighbours(self, v: int) -> set[int]:
        return {u for k in self.around[v] for u in self.faces[k]} - {v}

    def alive(self, start: int, end: int) -> bool:
        return bool(self.around[start] & self.around[end])

    def candidates(self, v: int) -> list[tuple[float, int, int, int]]:
        """The cheapest collapse of v onto a neighbour, if it may move."""
        if self.locked[v] or not self.around[v]:
            return []
        self.stamp[v] += 1
        costs = [(self._cost(v, u), v, u, self.stamp[v]) for u in sorted(self.neighbours(v))]
        return sorted(costs)[:3]

    def _cost(self, v: int, u: int) -> float:
        p = np.append(self.points[u], 1.0)
        q = self.quadrics[v]
        return max(float(p @ q @ p) / max(float(np.trace(q[:3, :3])), 1e-30), 0.0)

    def allowed(self, start: int, end: int) -> bool:
        """Whether the collapse keeps the surface manifold (the link condition) and flips no face."""
        if len(self.neighbours(start) & self.neighbours(end)) != 2:
            return False
        for k in self.around[start] - self.around[end]:
            before = self.points[list(self.faces[k])]
            after = self.points[[end if v == start else v for v in self.faces[k]]]
            old, new = (np.cross(p[1] - p[0], p[2] - p[0]) for p in (before, after))
            if old @ new <= 0.25 * np.linalg.norm(old) * np.linalg.norm(new):
                return False
        return True

    def merge(self, start: int, end: int) -> list[int]:
        """Move `start` onto `end`; returns the vertices whose collapses have new costs."""
        for k in sorted(self.around[start]):
            face = self.faces[k]
            if end in face:
                for v in face:
                    self.around[v].discard(k)
                del self.faces[k]
            else:
                self.faces[k] = tuple(end if v == start else v for v in face)
                self.around[end].add(k)
        self.around[start] = set()
        self.quadrics[end] = self.quadrics[end] + self.quadrics[start]
        return sorted(self.neighbours(end) | {end})


def _borders(faces: I32, n: int) -> list[bool]:
    edges = directed_edges(faces)
    keys, uses = np.unique(edge_keys(edges, n), return_counts=True)
    locked = np.zeros(n, bool)
    for ends in np.divmod(keys[uses != 2], n):
        locked[ends] = True
    return locked.tolist()


def _quadrics(points: F64, faces: I32) -> F64:
    """Sum of the squared distances to the planes around each vertex, weighted by area, (n, 4, 4)."""
    vectors = face_vectors(Mesh(points.astype(np.float32), faces))
    area = np.linalg.norm(vectors, axis=1)
    normal = vectors / np.maximum(area, 1e-30)[:, None]
    plane = np.column_stack([normal, -np.einsum("ij,ij->i", normal, points[faces[:, 0]])])
    matrices = plane[:, :, None] * plane[:, None, :] * area[:, None, None]
    quadrics = np.zeros((len(points), 4, 4))
    for k in range(3):
        np.add.at(quadrics, faces[:, k], matrices)
    return quadrics
