"""Solid volumes and colour grids of shapes: dense surface points, flood fill from outside, bit packing (torch, CPU or
CUDA).

A voxel is solid when it holds surface or cannot be reached from outside through face neighbours without crossing one
that does. Points on the surface lie so close together that no path can slip between them: every disc of half a
voxel's radius on the surface holds a point, and the segment between two neighbouring voxel centres has such a disc
inside the two voxels.

Many models are not closed: people with cracks along their seams, props without a bottom. What a walk on voxels of twice
the size cannot reach, and what `training.winding` finds enclosed, is solid too.
"""

from __future__ import annotations

import torch
from torch import Tensor

from training.corpus import ALPHA_MASK, Shape
from training.flood import coarse, fine, flood_outside
from training.winding import enclosed

SIZE = 256  # voxels along the cube's side
COLOR_SIZE = 64
CUBE = 1.04  # the cube's side: shapes span 1, the rest is air all around
SPACING = 0.4  # voxels between surface points
CHUNK = 1 << 24  # surface points made at a time


def triangle_points(corners: Tensor, spacing: float) -> tuple[Tensor, Tensor]:
    """Cover triangles `corners` (m, 3, 3) with rows of points at most `spacing` apart.

    Rows run parallel to the longest side AB and shrink towards C, so each lies over the next and slivers cost little.
    Returns triangle indices (p,) and barycentric weights (p, 3).
    """
    sides = (corners - corners.roll(-1, 1)).norm(dim=2)  # AB, BC, CA
    first = sides.argmax(1)
    length = sides.gather(1, first[:, None])[:, 0]
    area = torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).norm(dim=1)
    columns = (length / spacing).ceil().long() + 1
    rows = (area / length.clamp_min(1e-9) / spacing).ceil().long() + 1
    count = columns * rows
    triangle = torch.repeat_interleave(torch.arange(len(corners), device=corners.device), count)
    start = torch.cumsum(count, 0) - count
    local = torch.arange(len(triangle), device=corners.device) - start[triangle]
    along = (local % columns[triangle]) / (columns[triangle] - 1).clamp_min(1)
    up = torch.div(local, columns[triangle], rounding_mode="floor") / (rows[triangle] - 1).clamp_min(1)
    weights = torch.stack([(1 - up) * (1 - along), (1 - up) * along, up], 1)
    order = (torch.arange(3, device=corners.device) - first[triangle][:, None]) % 3  # weight of corner k: A, B or C
    return triangle, weights.gather(1, order)


def behind_cracks(wall: Tensor) -> Tensor:
    """Return the empty voxels (b, n, n, n) bool of `wall` that a walk on voxels of twice the size cannot reach."""
    blocks = coarse(~wall)
    hidden = fine(blocks & ~flood_outside(~blocks))
    for _ in range(2):  # up to the wall, whose coarse voxels reach two voxels inwards
        hidden = grown(hidden) & ~wall
    return hidden


def grown(volume: Tensor) -> Tensor:
    """Return `volume` (b, n, n, n) bool and its face neighbours."""
    out = volume.clone()
    for axis in (1, 2, 3):
        n = volume.shape[axis]
        out.narrow(axis, 1, n - 1).logical_or_(volume.narrow(axis, 0, n - 1))
        out.narrow(axis, 0, n - 1).logical_or_(volume.narrow(axis, 1, n - 1))
    return out


def surface(shape: Shape, size: int, device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Return the surface voxels (n, n, n) bool, axes x, y, z, and surface colours (4, c, c, c): sum of RGB, count."""
    wall = torch.zeros(size**3, dtype=torch.bool, device=device)
    grid = COLOR_SIZE * size // SIZE
    colour = torch.zeros(4, grid**3, device=device)
    faces = torch.from_numpy(shape.faces).long().to(device)
    rgba, uv = torch.from_numpy(shape.rgba).to(device).float() / 255, torch.from_numpy(shape.uv).to(device)
    layer, flags = torch.from_numpy(shape.layer).to(device).long(), torch.from_numpy(shape.flags).to(device)
    textures = torch.from_numpy(shape.textures).to(device)
    corners = shape_corners(shape, device)
    for part in split(corners * size):
        triangle, weights = triangle_points(corners[part] * size, SPACING)
        corner = faces[part][triangle]
        point = (corners[part][triangle] * weights[..., None]).sum(1)
        tint = (rgba[corner] * weights[..., None]).sum(1)
        material = layer[corner[:, 0]]
        if len(textures):
            place = (uv[corner] * weights[..., None]).sum(1)
            texel = ((place - place.floor()) * textures.shape[1]).long().clamp_max(textures.shape[1] - 1)
            sample = textures[material.clamp_min(0), texel[:, 1], texel[:, 0]].float() / 255
            tint = torch.where((material >= 0)[:, None], tint * sample, tint)
            cut = ((flags[corner[:, 0]] & ALPHA_MASK) > 0) & (tint[:, 3] < 0.5)
            point, tint = point[~cut], tint[~cut]
        wall[flat_index(point, size)] = True
        where = flat_index(point, grid)
        colour.index_add_(1, where, torch.cat([tint[:, :3], torch.ones_like(tint[:, :1])], 1).T.contiguous())
    return wall.view(size, size, size), colour.view(4, grid, grid, grid)


def split(corners: Tensor) -> list[Tensor]:
    """Split the triangles into runs that give at most about `CHUNK` points each."""
    longest = (corners - corners.roll(-1, 1)).norm(dim=2).amax(1)
    area = torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).norm(dim=1)
    points = (longest / SPACING + 2) * (area / longest.clamp_min(1e-9) / SPACING + 2)
    run = (torch.cumsum(points.double(), 0) / CHUNK).long()
    return [torch.nonzero(run == k)[:, 0] for k in run.unique().tolist()]


def flat_index(point: Tensor, size: int) -> Tensor:
    """Return the flat voxel index of points (p, 3) in 0..1."""
    x, y, z = (point * size).long().clamp_(0, size - 1).unbind(1)
    return (x * size + y) * size + z


def spread_colour(sums: Tensor, rounds: int = 4) -> Tensor:
    """Turn colour sums (4, c, c, c) into uint8 RGB and a weight that is 255 on the surface and falls off around it.

    Each round gives empty cells the mean of their filled neighbours, so that a shifted prediction still meets a colour.
    """
    filled = (sums[3:] > 0).float()
    value = sums[:3] / sums[3:].clamp_min(1e-6)
    weight = filled.clone()
    for step in range(rounds):
        blurred = torch.nn.functional.avg_pool3d(torch.cat([value * filled, filled])[None], 3, 1, 1)[0]
        fresh = (filled == 0) & (blurred[3:] > 0)
        value = torch.where(fresh, blurred[:3] / blurred[3:].clamp_min(1e-6), value)
        weight = torch.where(fresh, torch.full_like(weight, 0.5**step), weight)
        filled = (filled.bool() | fresh).float()
    return (torch.cat([value, weight]) * 255).round().to(torch.uint8)


def pack_bits(volume: Tensor) -> Tensor:
    """Pack bool (b, n, n, n) along the last axis, lowest bit first, to uint8 (b, n, n, n / 8)."""
    b, n = volume.shape[:2]
    bits = volume.view(b, n, n, n // 8, 8).to(torch.uint8)
    scale = torch.tensor([1, 2, 4, 8, 16, 32, 64, 128], dtype=torch.uint8, device=volume.device)
    return (bits * scale).sum(-1, dtype=torch.uint8)


def solids(shapes: list[Shape], device: torch.device | str, size: int = SIZE) -> tuple[Tensor, Tensor]:
    """Return packed solid volumes (b, n, n, n / 8) and colour grids (b, 4, n / 4, n / 4, n / 4), both uint8."""
    pairs = [surface(shape, size, device) for shape in shapes]
    walls = torch.stack([wall for wall, _ in pairs])
    colours = torch.stack([spread_colour(sums) for _, sums in pairs])
    solid = ~flood_outside(walls) | behind_cracks(walls)
    for volume, shape in zip(solid, shapes, strict=True):
        volume |= enclosed(shape_corners(shape, device) * size, size)
    return pack_bits(solid), colours


def shape_corners(shape: Shape, device: torch.device | str) -> Tensor:
    """Return the corners (m, 3, 3) of a shape's triangles in the unit cube."""
    vertices = torch.from_numpy(shape.vertices).to(device)
    return vertices[torch.from_numpy(shape.faces).long().to(device)] / CUBE + 0.5
