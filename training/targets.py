"""Sampling solid volumes and colour grids along the rays of a view: the volumes that a network learns (torch).

`to_cube` (b, 3, 4) takes camera axes (x right, y up, z towards the viewer, eye at the origin) to the shape's unit
cube. The frustum is that of `importer.reconstruct.frustum`, with the view's side as the unit of length.
"""

from __future__ import annotations

import torch
from torch import Tensor

from training.scenes import DEPTH_RANGE


def axis_points(count: int, offset: float, device: torch.device) -> Tensor:
    """Return `count` cell positions in 0..1, `offset` 0..1 within the cell."""
    return (torch.arange(count, device=device, dtype=torch.float32) + offset) / count


def cube_points(to_cube: Tensor, tan_half: Tensor, shape: tuple[int, int, int], offset: tuple[float, float, float]):
    """Return unit cube coordinates x, y, z, each (b, depth, rows, columns), of one point of every frustum cell."""
    u = axis_points(shape[2], offset[2], to_cube.device)[None, None, None, :]
    v = axis_points(shape[1], offset[1], to_cube.device)[None, None, :, None]
    w = 2 * axis_points(shape[0], offset[0], to_cube.device)[None, :, None, None] - 1
    half = tan_half[:, None, None, None]
    depth = 0.5 / half + DEPTH_RANGE * w
    reach = 2 * depth * half
    x, y, z = (u - 0.5) * reach, (0.5 - v) * reach, -depth
    m = to_cube[..., None, None, None]
    return [m[:, i, 0] * x + m[:, i, 1] * y + m[:, i, 2] * z + m[:, i, 3] for i in range(3)]


def sample_occupancy(bits: Tensor, shape: Tensor, to_cube: Tensor, tan_half: Tensor, size: int = 128) -> Tensor:
    """Count how many of 8 points of every frustum cell are solid.

    Parameters
    ----------
    bits : (s, n, n, n / 8) uint8 from `training.solid.pack_bits`.
    shape : (b,) int64, rows of `bits`.
    to_cube : (b, 3, 4) float32.
    tan_half : (b,) float32.

    Returns
    -------
    (b, size, size, size) uint8 in 0..8, depth from near to far, rows from the top.
    """
    n, flat = bits.shape[1], bits.view(-1)
    base = shape[:, None, None, None] * (n**3 // 8)
    total = torch.zeros(len(shape), size, size, size, dtype=torch.uint8, device=bits.device)
    for a in (0.25, 0.75):
        for b in (0.25, 0.75):
            for c in (0.25, 0.75):
                x, y, z = cube_points(to_cube, tan_half, (size, size, size), (a, b, c))
                inside = (x >= 0) & (x < 1) & (y >= 0) & (y < 1) & (z >= 0) & (z < 1)
                i, j, l = ((p.clamp(0, 0.99999) * n).to(torch.int32) for p in (x, y, z))
                cell = ((i * n + j) * n + l).clamp(0, n**3 - 1)
                bit = ((flat[base + (cell >> 3)].to(torch.int32) >> (cell & 7)) & 1).to(torch.uint8)
                total = total + torch.where(inside, bit, torch.zeros_like(bit))
    return total


def sample_color(grids: Tensor, shape: Tensor, to_cube: Tensor, tan_half: Tensor) -> Tensor:
    """Sample colour grids (s, 4, c, c, c) uint8 for the colour volume: (b, 4, 32, 64, 64) uint8, RGB and weight."""
    c, flat = grids.shape[2], grids.view(-1)
    x, y, z = cube_points(to_cube, tan_half, (32, 64, 64), (0.5, 0.5, 0.5))
    inside = (x >= 0) & (x < 1) & (y >= 0) & (y < 1) & (z >= 0) & (z < 1)
    i, j, l = ((p.clamp(0, 0.99999) * c).to(torch.int32) for p in (x, y, z))
    cell = (i * c + j) * c + l + shape[:, None, None, None] * (4 * c**3)
    value = torch.stack([flat[cell + q * c**3] for q in range(4)], 1)
    # What has no weight has no colour.
    return torch.where(inside[:, None] & (value[:, 3:] > 0), value, torch.zeros_like(value))
