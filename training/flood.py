"""Flooding the empty voxels of volumes from their boundary, by labelled components on the CPU.

Most of a volume is air around the object, so only the wall's box is labelled. That takes about a tenth of a second for
a volume of 256^3; many processes do it at once while the GPU makes other volumes' walls (`training.pool`).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import label
from torch import Tensor


def flood_outside(wall: Tensor) -> Tensor:
    """Return the empty voxels (b, n, n, n) bool that a walk through face neighbours reaches from the boundary."""
    return torch.from_numpy(np.stack([outside(each) for each in wall.cpu().numpy()])).to(wall.device)


def outside(wall: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the empty cells of `wall` (n, n, n) that are connected with its boundary.

    Around the wall's box there is only air, so what reaches a face of the box is outside.
    """
    found = np.ones_like(wall)
    if wall.any():
        box = wall_box(wall)
        found[box] = boundary_components(~wall[box])
    return found


def wall_box(wall: NDArray[np.bool_]) -> tuple[slice, ...]:
    """Return the smallest box that holds `wall` (n, n, n), which is not empty."""
    sides = []
    for axis in range(3):
        filled = np.flatnonzero(wall.any(tuple(k for k in range(3) if k != axis)))
        sides.append(slice(int(filled[0]), int(filled[-1]) + 1))
    return tuple(sides)


def boundary_components(free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the cells of `free` (l, m, n) whose component touches the boundary."""
    labels = np.zeros(free.shape, np.int32)
    count = int(label(free, output=labels))  # type: ignore[arg-type]
    keep = np.zeros(count + 1, bool)
    for axis in range(3):
        for end in (0, -1):
            keep[labels.take(end, axis)] = True
    keep[0] = False
    return keep[labels]


def coarse(free: Tensor) -> Tensor:
    """Return which blocks (b, n / 2, n / 2, n / 2) of eight voxels of `free` (b, n, n, n) bool are free altogether."""
    b, n = free.shape[:2]
    return free.view(b, n // 2, 2, n // 2, 2, n // 2, 2).all(6).all(4).all(2)


def fine(blocks: Tensor) -> Tensor:
    """Return the voxels (b, 2 n, 2 n, 2 n) of `blocks` (b, n, n, n)."""
    b, n = blocks.shape[:2]
    wide = blocks[:, :, None, :, None, :, None].expand(b, n, 2, n, 2, n, 2)
    return wide.reshape(b, 2 * n, 2 * n, 2 * n)
