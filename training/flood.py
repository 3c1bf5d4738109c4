"""Flooding the empty voxels of volumes from their boundary: labelled components on the CPU, sweeps on a GPU."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import label
from torch import Tensor

COARSEST = 32  # voxels along the side of the volume that is flooded without a coarser one


def flood_outside(wall: Tensor) -> Tensor:
    """Return the empty voxels (b, n, n, n) bool that a walk through face neighbours reaches from the boundary."""
    if wall.is_cuda:
        return sweep_outside(~wall)
    return torch.from_numpy(np.stack([boundary_components(free.numpy()) for free in ~wall]))


def boundary_components(free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the cells of `free` (n, n, n) whose component touches the boundary."""
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


def sweep_outside(free: Tensor) -> Tensor:
    """Flood `free` (b, n, n, n) bool from the boundary by sweeps to and fro along each axis until nothing changes.

    Blocks of eight voxels are flooded first, so that few sweeps are left for the voxels themselves.
    """
    from training.sweep import sweep  # Triton, which comes with PyTorch for CUDA

    n = free.shape[1]
    reached = fine(sweep_outside(coarse(free))) if n % 2 == 0 and n > COARSEST else torch.zeros_like(free)
    for axis in (1, 2, 3):
        for end in (0, -1):
            reached.select(axis, end).copy_(free.select(axis, end))
    total, before = int(reached.sum()), -1
    while total != before:
        for axis in (1, 2, 3):
            sweep(free, reached, axis)
        before, total = total, int(reached.sum())
    return reached
