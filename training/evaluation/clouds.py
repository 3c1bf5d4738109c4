"""Points spread evenly over a surface, with normals: of a volume in the view's frustum, of a mesh, of a record (torch).

All in camera axes (x right, y up, z towards the viewer), the view's side at the reference plane as the unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from training.corpus import Shape
from training.scenes import DEPTH_RANGE
from training.solid import CUBE

POINTS = 10_000
_TRIES = 3  # points drawn for each one kept, since some lie inside
_REACH = 2.0  # voxels of the solid within which air must lie for a point to be on the outside


@dataclass(frozen=True)
class Cloud:
    """``points`` and unit ``normals`` (n, 3) float32."""

    points: Tensor
    normals: Tensor


def volume_cloud(field: Tensor, tan_half: float, generator: torch.Generator, count: int = POINTS) -> Cloud:
    """Return points on the zero level of `field` (d, h, w), positive inside, in the frustum of a view.

    The points are those where grid lines cross the level, which are the vertices of marching cubes. A plane with
    normal n is crossed by sum |n a_k| / det(a_1, a_2, a_3) grid lines of a lattice a_k per area, so each point is
    drawn with the inverse of that: the cloud is even whatever the surface's direction.
    """
    cells = field.shape[0]
    field = F.pad(field.float(), (1, 1, 1, 1, 1, 1), value=min(float(field.min()), -1e-3))
    slope = torch.stack(torch.gradient(F.avg_pool3d(field[None].clamp(-4, 4), 3, 1, 1)[0]))
    inside = field > 0
    places, slopes = [], []
    for axis in range(3):
        size = field.shape[axis] - 1
        a, b = inside.narrow(axis, 0, size), inside.narrow(axis, 1, size)
        low = torch.nonzero(a != b)
        high = low.clone()
        high[:, axis] += 1
        near, far = field[tuple(low.T)], field[tuple(high.T)]
        place = low.float()
        place[:, axis] += near / (near - far)
        places.append(place)
        slopes.append((slope[:, *low.T] + slope[:, *high.T]).T)
    place, slope = torch.cat(places) - 1, torch.cat(slopes)
    if not len(place):
        nothing = torch.zeros(count, 3, device=field.device)
        return Cloud(nothing, nothing)
    points, normals, area = to_camera_axes(place, slope, cells, tan_half)
    chosen = spread_draw(area / slope.abs().sum(1).clamp_min(1e-9), count, generator)
    return Cloud(points[chosen], normals[chosen])


def to_camera_axes(place: Tensor, slope: Tensor, cells: int, tan_half: float) -> tuple[Tensor, Tensor, Tensor]:
    """Take grid places (n, 3) as (depth, row, column) and slopes there to points, outward normals, |gradient| x volume.

    The slopes transform by the frustum's Jacobian; the last result (n,) is the gradient's length times a cell's volume.
    """
    at = (place + 0.5) / cells
    u, v, w = at[:, 2], at[:, 1], 2 * at[:, 0] - 1
    depth = 0.5 / tan_half + DEPTH_RANGE * w
    reach = 2 * depth * tan_half
    x, y = (u - 0.5) * reach, (0.5 - v) * reach
    gx, gy = slope[:, 2] * cells / reach, -slope[:, 1] * cells / reach
    gz = (x * gx + y * gy) / depth - slope[:, 0] * cells / 2 / DEPTH_RANGE
    gradient = torch.stack([gx, gy, gz], 1)
    length = gradient.norm(dim=1, keepdim=True)
    return torch.stack([x, y, -depth], 1), -gradient / length.clamp_min(1e-9), length[:, 0] * reach**2


def spread_draw(weight: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Draw `count` indices in proportion to `weight` (n,), one from each equal share of the sum, in random order."""
    total = torch.cumsum(weight.double(), 0)
    share = torch.randperm(count, generator=generator) + torch.rand(count, generator=generator, dtype=torch.float64)
    return torch.searchsorted(total, share.to(weight.device) / count * total[-1]).clamp_max(len(weight) - 1)


def mesh_cloud(corners: Tensor, generator: torch.Generator, count: int = POINTS) -> tuple[Cloud, Tensor]:
    """Return points spread over triangles `corners` (m, 3, 3) by area, and the triangle of each."""
    cross = torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = cross.norm(dim=1)
    face = spread_draw(area, count, generator)
    r = torch.rand(count, 2, generator=generator).to(corners.device)
    root = r[:, :1].sqrt()
    weights = torch.cat([1 - root, root * (1 - r[:, 1:]), root * r[:, 1:]], 1)
    normals = (cross / area.clamp_min(1e-12)[:, None])[face]
    return Cloud((corners[face] * weights[..., None]).sum(1), normals), face


def record_cloud(shape: Shape, bits: Tensor, to_cube: NDArray[np.float32], generator: torch.Generator) -> Cloud:
    """Return points on the outside of a record as a view sees it; what its solid encloses is left out.

    `bits` (n, n, n / 8) is the packed solid and `to_cube` (3, 4) the view's map from camera axes to the unit cube.
    """
    vertices = torch.from_numpy(shape.vertices / np.float32(CUBE) + np.float32(0.5)).to(bits.device)
    corners = vertices[torch.from_numpy(shape.faces).long().to(bits.device)]
    cloud, _ = mesh_cloud(corners, generator, _TRIES * POINTS)
    size = len(bits)
    steps = torch.tensor([[x, y, z] for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1)], dtype=torch.float32)
    around = cloud.points[:, None] + steps.to(bits.device) * (_REACH / size)
    index = (around * size).long().clamp_(0, size - 1)
    flat = (index[..., 0] * size + index[..., 1]) * size + index[..., 2]
    solid = (bits.view(-1)[flat >> 3] >> (flat & 7)) & 1
    outer = torch.nonzero((solid.amin(1) == 0) & (solid[:, len(steps) // 2] == 1))[:, 0]
    if not len(outer):  # nothing that one can see: an empty record
        outer = torch.arange(len(solid), device=bits.device)
    shuffled = torch.rand(len(outer), generator=generator).argsort().to(bits.device)
    kept = outer[shuffled][torch.arange(POINTS, device=bits.device) % len(outer)]
    inverse = np.linalg.inv(to_cube[:, :3].astype(np.float64))
    turn = torch.from_numpy(inverse.astype(np.float32)).to(bits.device)
    offset = torch.from_numpy(to_cube[:, 3]).to(bits.device)
    normals = F.normalize(cloud.normals[kept] @ torch.from_numpy(to_cube[:, :3].copy()).to(bits.device), dim=1)
    return Cloud((cloud.points[kept] - offset) @ turn.T, normals)
