"""Triangles to pixels: which face covers each pixel, where in the face, and how far away.

Scan conversion of all triangles at once (spans of rows, then pixels of spans, by `np.repeat`), no loop over them.
Coverage is the top-left rule: a pixel belongs to a triangle if its centre is inside, on a left edge or on a top edge,
so that triangles sharing an edge never both own a pixel and never leave one out. An edge's crossings are computed from
its upper to its lower end whichever triangle asks, which makes both answers the same bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from importer.records import F32, F64, I32

_NOTHING = np.iinfo(np.uint64).max


@dataclass(frozen=True)
class Raster:
    """What covers each pixel.

    ``face`` (h, w) int32, -1 where nothing is; ``weights`` (h, w, 3) float32, the barycentric weights of the face's
    corners, 0 where nothing is; ``depth`` (h, w) float32, infinite where nothing is, 0 where no depth was given.
    """

    face: I32
    weights: F32
    depth: F32

    @property
    def covered(self) -> NDArray[np.bool_]:
        """(h, w) bool: pixels that a triangle covers."""
        return self.face >= 0

    def interpolate(self, faces: NDArray[np.integer], values: NDArray[np.floating]) -> F32:
        """Interpolate vertex `values` (n, c) over `faces` (m, 3) to the covered pixels (k, c), in row order."""
        inside = self.covered
        corners = faces[self.face[inside]]
        weights = self.weights[inside]
        return blend(weights, corners, values)


def blend(weights: F32, corners: NDArray[np.integer], values: NDArray[np.floating]) -> F32:
    """Mix the `values` (n, c) of three `corners` (k, 3) by `weights` (k, 3): (k, c) float32."""
    values = np.asarray(values, np.float32)
    result = weights[:, :1] * values[corners[:, 0]]
    result += weights[:, 1:2] * values[corners[:, 1]]
    result += weights[:, 2:] * values[corners[:, 2]]
    return np.asarray(result, np.float32)


def rasterize(
    corners: NDArray[np.floating],
    shape: tuple[int, int],
    depth: NDArray[np.floating] | None = None,
    *,
    perspective: bool = False,
) -> Raster:
    """Rasterise triangles of either winding.

    Parameters
    ----------
    corners : (m, 3, 2) floating
        Positions in pixels, x to the right, y down; the centre of pixel (row r, column c) is (c + 0.5, r + 0.5).
        Triangles without area, or with a corner that is not finite, cover nothing.
    shape : (height, width)
        What lies outside is cut off.
    depth : (m, 3) floating, optional
        Distance of the corners; the nearest triangle wins, among equals the one that comes first. Without it, the
        first triangle wins.
    perspective : bool
        `depth` is the distance along the axis of a pinhole camera: weights and depth are corrected for perspective, and
        triangles with a corner at depth 0 or less cover nothing.

    Returns
    -------
    Raster
    """
    corners = np.asarray(corners, np.float64)
    gradients = _gradients(corners)
    usable = np.isfinite(gradients).all(axis=(1, 2))
    if depth is not None:
        depth = np.asarray(depth, np.float64)
        usable &= np.isfinite(depth).all(axis=1)
        if perspective:
            usable &= (depth > 0).all(axis=1)
    ids = np.flatnonzero(usable).astype(np.int32)
    face, pixel = _cover(corners[ids], ids, shape)
    best = np.full(shape[0] * shape[1], _NOTHING, np.uint64)
    key = face.astype(np.uint64)
    if depth is not None:
        key |= _sortable(_depths(corners, gradients, depth, face, pixel, shape[1], perspective)) << np.uint64(32)
    np.minimum.at(best, pixel, key)
    return _resolve(best, corners, gradients, depth, shape, perspective)


def _cover(corners: F64, ids: I32, shape: tuple[int, int]) -> tuple[I32, NDArray[np.int64]]:
    """Return face id and flat pixel index of every covered pixel of every triangle."""
    height, width = shape
    order = np.lexsort((corners[..., 0], corners[..., 1]), axis=1)
    top, middle, low = (corners[np.arange(len(corners)), order[:, i]] for i in range(3))
    first = np.clip(np.ceil(top[:, 1] - 0.5), 0, height).astype(np.int64)
    last = np.clip(np.ceil(low[:, 1] - 0.5), 0, height).astype(np.int64)
    triangle, row = _expand(first, last)
    y = row + 0.5
    across = _crossing(top[triangle], low[triangle], y)
    above = (y < middle[triangle, 1])[:, None]
    bent = _crossing(
        np.where(above, top[triangle], middle[triangle]), np.where(above, middle[triangle], low[triangle]), y
    )
    left = np.clip(np.ceil(np.minimum(across, bent) - 0.5), 0, width).astype(np.int64)
    right = np.clip(np.ceil(np.maximum(across, bent) - 0.5), 0, width).astype(np.int64)
    span, column = _expand(left, right)
    return ids[triangle[span]], row[span] * width + column


def _expand(start: NDArray[np.int64], stop: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For every range i, list i beside each of the integers start[i]..stop[i] - 1."""
    counts = np.maximum(stop - start, 0)
    owner = np.repeat(np.arange(len(counts)), counts)
    offsets = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - np.repeat(offsets - start, counts)


def _crossing(upper: F64, lower: F64, y: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return x where the edges from upper to lower (n, 2) cross the rows y."""
    run = lower - upper
    drop = np.where(run[:, 1] == 0, 1.0, run[:, 1])
    return upper[:, 0] + (y - upper[:, 1]) / drop * run[:, 0]


def _gradients(corners: F64) -> F64:
    """Return how the weights of the second and third corner grow with x and y (m, 2, 2); not finite without area."""
    a, b, c = (corners[:, i] for i in range(3))
    ab, ac = b - a, c - a
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1 / (ab[:, 0] * ac[:, 1] - ac[:, 0] * ab[:, 1])
        second = np.stack([ac[:, 1], -ac[:, 0]], axis=1) * scale[:, None]
        third = np.stack([-ab[:, 1], ab[:, 0]], axis=1) * scale[:, None]
    return np.stack([second, third], axis=1)


def _depths(
    corners: F64, gradients: F64, depth: F64, face: I32, pixel: NDArray[np.int64], width: int, perspective: bool
) -> F32:
    """Depth of pixel centres on their triangles, from the plane of each triangle (of 1 / depth in perspective)."""
    values = 1 / np.where(depth > 0, depth, 1) if perspective else depth
    plane = np.einsum("mi,mij->mj", values[:, 1:] - values[:, :1], gradients)
    base = values[:, 0] - np.einsum("mj,mj->m", plane, corners[:, 0])
    row, column = np.divmod(pixel, width)
    found = base[face] + plane[face, 0] * (column + 0.5) + plane[face, 1] * (row + 0.5)
    # A centre on the edge of a sliver may be carried far off by rounding.
    found = np.clip(found, values.min(axis=1)[face], values.max(axis=1)[face])
    return (1 / found if perspective else found).astype(np.float32)


def _sortable(values: F32) -> NDArray[np.uint64]:
    """Map float32 to integers below 2**32 that have the same order, also for negative values."""
    bits = (values + np.float32(0)).view(np.uint32)
    return np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31)).astype(np.uint64)


def _resolve(
    best: NDArray[np.uint64],
    corners: F64,
    gradients: F64,
    depth: F64 | None,
    shape: tuple[int, int],
    perspective: bool,
) -> Raster:
    """Turn the winning keys into a raster."""
    pixel = np.flatnonzero(best != _NOTHING)
    face = (best[pixel] & np.uint64(0xFFFFFFFF)).astype(np.int32)
    row, column = np.divmod(pixel, shape[1])
    offset = np.stack([column + 0.5, row + 0.5], axis=1) - corners[face, 0]
    second, third = np.einsum("kij,kj->ik", gradients[face], offset)
    # The centre is inside by the coverage rule; clipping removes what rounding leaves outside.
    second = np.clip(second, 0, 1)
    third = np.clip(third, 0, 1 - second)
    weights = np.stack([1 - second - third, second, third], axis=1)
    if perspective and depth is not None:
        weights /= depth[face]
        weights /= weights.sum(axis=1, keepdims=True)
    result = Raster(np.full(shape, -1, np.int32), np.zeros((*shape, 3), np.float32), np.full(shape, np.inf, np.float32))
    result.face.ravel()[pixel] = face
    result.weights.reshape(-1, 3)[pixel] = weights
    # With perspective-correct weights depth is linear in them too.
    result.depth.ravel()[pixel] = 0 if depth is None else np.einsum("ij,ij->i", weights, depth[face])
    return result
