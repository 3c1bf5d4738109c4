"""What a surface with holes encloses: signed crossings of the rays along the axes (torch, CPU or CUDA).

A ray that leaves a body crosses its surface outwards once more than inwards, whatever bodies overlap; so a cell whose
rays all do so is inside, also where a missing bottom or an open neck lets a flood in. The mean over all directions
would be the generalised winding number (Jacobson et al., 2013), which is also large in a bowl that a viewer looks into;
asking all directions keeps bowls hollow. The ray downwards is not asked: nobody looks at an object from below.
"""

from __future__ import annotations

import torch
from torch import Tensor

DOWN = (1, False)
NUDGE = (0.0051, 0.0042)  # rays pass beside cell centres, since many edges run exactly through them


def crossings(corners: Tensor, axis: int, size: int) -> Tensor:
    """Return the crossings (size, size, size + 1) int32 of all rays along `axis`, which comes last.

    Entry k counts triangles `corners` (m, 3, 3), in cells, between the centres of cells k - 1 and k: +1 where their
    outer side looks along the axis, -1 where it looks back. The other two axes come first, in their order.
    """
    planar = [k for k in range(3) if k != axis]
    grid = torch.zeros(size, size, size + 1, dtype=torch.int32, device=corners.device)
    flat = corners[..., planar].double() - 0.5 - corners.new_tensor(NUDGE).double()  # rays at integers
    low, high = flat.amin(1).ceil().clamp(0, size).long(), flat.amax(1).floor().clamp(-1, size - 1).long()
    extent = (high - low + 1).clamp_min(0)
    count = extent.prod(1)
    triangle = torch.repeat_interleave(torch.arange(len(corners), device=corners.device), count)
    local = torch.arange(len(triangle), device=corners.device) - (torch.cumsum(count, 0) - count)[triangle]
    width = extent[triangle, 1]
    ray = low[triangle] + torch.stack([torch.div(local, width, rounding_mode="floor"), local % width], 1)
    a, b, c = (flat[triangle] - ray[:, None]).unbind(1)
    weights = torch.stack([cross(b, c), cross(c, a), cross(a, b)], 1)  # areas; all of one sign inside
    hit = (weights > 0).all(1) | (weights < 0).all(1)
    weights, triangle, ray = weights[hit], triangle[hit], ray[hit]
    area = weights.sum(1)
    height = (weights * corners[triangle][:, :, axis].double()).sum(1) / area
    entry = (height + 0.5).floor().long().clamp(0, size)
    sign = torch.sign(area).int() * (-1 if axis == 1 else 1)  # axes (x, z) are left-handed seen along y
    grid.view(-1).index_add_(0, (ray[:, 0] * size + ray[:, 1]) * (size + 1) + entry, sign)
    return grid


def cross(a: Tensor, b: Tensor) -> Tensor:
    """Return the cross product (p,) of plane vectors (p, 2)."""
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def enclosed(corners: Tensor, size: int) -> Tensor:
    """Return the cells (size, size, size) bool whose rays all leave a body, or all enter one that is inside out.

    `corners` (m, 3, 3): triangles in cells, counter-clockwise seen from outside, Y up.
    """
    shape = (size, size, size)
    leaving = torch.ones(shape, dtype=torch.bool, device=corners.device)
    entering = leaving.clone()
    for axis in range(3):
        grid = crossings(corners, axis, size)
        behind = torch.cumsum(grid, 2, dtype=torch.int32)[..., :size]
        ahead = grid.sum(2, keepdim=True, dtype=torch.int32) - behind
        for forward, outward in ((True, ahead), (False, -behind)):
            if (axis, forward) != DOWN:
                outward = torch.movedim(outward, 2, axis)
                leaving &= outward > 0
                entering &= outward < 0
    return leaving | entering
