"""Chamfer distance, F-score and normal consistency after the best rotation (protocol of ZeroShape, Huang et al. 2024).

Both clouds are centred on their mean and divided by the larger of their x and y extents. Of 24 x 24 x 12 rotations the
best few, by a coarse distance through grids of distances, and the unturned cloud go through ICP (Besl and McKay 1992);
the best of them is scored. Chamfer distance is the mean of accuracy and completeness, not squared.
"""

from __future__ import annotations

import functools

import numpy as np
import torch
from scipy.spatial import KDTree
from torch import Tensor

STEPS = (24, 24, 12)
THRESHOLDS = (0.1, 0.2, 0.5)
COLUMNS = ("chamfer", "f_01", "f_02", "f_05", "normal_consistency")
_COARSE, _FINE = 256, 1024  # points in the search and in ICP
_GRID = 32  # cells along the grid of distances
_KEEP = 5  # rotations that go on to ICP, besides the identity
_ROUNDS = 12
_TOGETHER = 16  # pairs at once


def score_clouds(found: tuple[Tensor, Tensor], true: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
    """Return `COLUMNS`, each (b,), of clouds given as points and normals (b, n, 3); points in random order."""
    parts = []
    for at in range(0, len(found[0]), _TOGETHER):
        part = slice(at, at + _TOGETHER)
        source, target = normalised(found[0][part]), normalised(true[0][part])
        turn, shift = best_motion(source, target)
        moved = source @ turn.mT + shift[:, None]
        turned = found[1][part] @ turn.mT
        parts += [measure(*four) for four in zip(moved, turned, target, true[1][part], strict=True)]
    return dict(zip(COLUMNS, torch.stack(parts).T, strict=True))


def normalised(points: Tensor) -> Tensor:
    """Centre clouds (b, n, 3) on their means and divide them by their larger extent in x and y."""
    centred = points - points.mean(1, keepdim=True)
    extent = (centred.amax(1) - centred.amin(1))[:, :2].amax(1)
    return centred / extent.clamp_min(1e-6)[:, None, None]


@functools.lru_cache(maxsize=2)
def rotations(device: torch.device) -> Tensor:
    """Return the search's rotations (6912, 3, 3): Z-Y-Z angles, so that the identity is one of them."""
    first, last = (np.arange(n) * 2 * np.pi / n for n in STEPS[:2])
    middle = np.linspace(0, np.pi, STEPS[2])
    a, b, c = (m.ravel() for m in np.meshgrid(first, middle, last, indexing="ij"))
    return torch.from_numpy((about_z(a) @ about_y(b) @ about_z(c)).astype(np.float32)).to(device)


def about_z(angle: np.ndarray) -> np.ndarray:
    """Return rotations (n, 3, 3) about z."""
    c, s, o = np.cos(angle), np.sin(angle), np.zeros_like(angle)
    return np.stack([c, -s, o, s, c, o, o, o, o + 1], -1).reshape(-1, 3, 3)


def about_y(angle: np.ndarray) -> np.ndarray:
    """Return rotations (n, 3, 3) about y."""
    c, s, o = np.cos(angle), np.sin(angle), np.zeros_like(angle)
    return np.stack([c, o, s, o, o + 1, o, -s, o, c], -1).reshape(-1, 3, 3)


def nearest(points: Tensor, others: Tensor) -> tuple[Tensor, Tensor]:
    """Return distance and index (b, n) of the nearest of `others` (b, m, 3) to each of `points` (b, n, 3)."""
    if points.is_cuda:
        least = squared(points, others).min(2)
        return least.values.sqrt(), least.indices
    found = [KDTree(b.numpy()).query(a.numpy()) for a, b in zip(points, others, strict=True)]
    return torch.from_numpy(np.stack([f[0] for f in found])).float(), torch.from_numpy(np.stack([f[1] for f in found]))


def squared(points: Tensor, others: Tensor) -> Tensor:
    """Return squared distances (b, n, m), coordinate by coordinate: a matrix product's rounding is too coarse."""
    total = (points[:, :, None, 0] - others[:, None, :, 0]).square_()
    for k in (1, 2):
        off = points[:, :, None, k] - others[:, None, :, k]
        total.addcmul_(off, off)
    return total


def distance_grid(points: Tensor, radius: Tensor) -> Tensor:
    """Return the distance (b, g^3) of the cells of a cube of half side `radius` (b,) to the clouds `points`."""
    at = (torch.arange(_GRID, device=points.device) + 0.5) / _GRID * 2 - 1
    cells = torch.stack(torch.meshgrid(at, at, at, indexing="ij"), -1).view(1, -1, 3)
    return torch.cat([nearest(cells * r, p[None])[0] for r, p in zip(radius, points, strict=True)])


def coarse(points: Tensor, grid: Tensor, radius: Tensor, turns: Tensor) -> Tensor:
    """Return the mean grid distance (r,) of `points` (n, 3) under each of `turns` (r, 3, 3)."""
    moved = torch.matmul(points / (2 * radius) * _GRID, turns.mT) + _GRID / 2
    x, y, z = moved.clamp_(0, _GRID - 1).to(torch.int32).unbind(-1)
    return grid[(x * _GRID + y) * _GRID + z].mean(1)


def best_motion(source: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return the rotation (b, 3, 3) and shift (b, 3) that lay normalised clouds `source` best on `target`."""
    turns = rotations(source.device)
    radius = 1.05 * torch.maximum(source.norm(dim=2).amax(1), target.norm(dim=2).amax(1))
    few, many = [p[:, :_COARSE] for p in (source, target)], [p[:, :_FINE] for p in (source, target)]
    grids = [distance_grid(p, radius) for p in many]
    chosen = []
    for i, r in enumerate(radius):
        cost = coarse(few[0][i], grids[1][i], r, turns) + coarse(few[1][i], grids[0][i], r, turns.mT)
        chosen.append(turns[cost.topk(_KEEP, largest=False).indices])
    turn = torch.stack(chosen)
    turn = torch.cat([torch.eye(3, device=turn.device).expand(len(turn), 1, 3, 3), turn], 1)
    turn, shift = icp(many[0], many[1], turn)
    moved = torch.einsum("bkij,bnj->bkni", turn, many[0]) + shift[:, :, None]
    b, k, n, _ = moved.shape
    there = nearest(moved.reshape(b, k * n, 3), many[1])[0].view(b, k, n).mean(2)
    back = torch.stack([nearest(many[1], moved[:, j])[0].mean(1) for j in range(k)], 1)
    best = (there + back).argmin(1)
    rows = torch.arange(b, device=best.device)
    return turn[rows, best], shift[rows, best]


def icp(source: Tensor, target: Tensor, turn: Tensor) -> tuple[Tensor, Tensor]:
    """Refine rotations `turn` (b, k, 3, 3) by iterative closest points; returns rotations and shifts (b, k, 3)."""
    b, k = turn.shape[:2]
    n = source.shape[1]
    shift = torch.zeros(b, k, 3, device=turn.device)
    for _ in range(_ROUNDS):
        moved = torch.einsum("bkij,bnj->bkni", turn, source) + shift[:, :, None]
        index = nearest(moved.reshape(b, k * n, 3), target)[1]
        match = target.gather(1, index[..., None].expand(-1, -1, 3)).view(b, k, n, 3)
        turn, shift = fitted(source[:, None], match)
    return turn, shift


def fitted(source: Tensor, match: Tensor) -> tuple[Tensor, Tensor]:
    """Return the rotations and shifts that take `source` (b, 1, n, 3) closest to `match` (b, k, n, 3) (Kabsch 1976)."""
    low, high = source.mean(2, keepdim=True), match.mean(2, keepdim=True)
    spread = torch.einsum("bkni,bknj->bkij", match - high, (source - low).expand_as(match)).double().cpu()
    u, _, vh = torch.linalg.svd(spread)
    u[..., 2] *= torch.sign(torch.linalg.det(u @ vh))[..., None]
    turn = (u @ vh).float().to(source.device)
    return turn, high[:, :, 0] - torch.einsum("bkij,bkj->bki", turn, low[:, :, 0].expand_as(high[:, :, 0]))


def measure(points: Tensor, normals: Tensor, target: Tensor, true: Tensor) -> Tensor:
    """Return the scores (5,) of one aligned cloud."""
    there, hit = nearest(points[None], target[None])
    back, met = nearest(target[None], points[None])
    alike = (normals * true[hit[0]]).sum(1).abs().mean() + (true * normals[met[0]]).sum(1).abs().mean()
    scores = [(there.mean() + back.mean()) / 2]
    for threshold in THRESHOLDS:
        precision, recall = (there < threshold).float().mean(), (back < threshold).float().mean()
        scores.append(2 * precision * recall / (precision + recall).clamp_min(1e-9))
    return torch.stack([*scores, alike / 2]).cpu()
