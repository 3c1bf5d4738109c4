"""Scores on evaluation views: the network's and the inflated silhouette's volume against the solid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from torch import Tensor

from training.augment import plain_input
from training.pool import Pool
from training.scenes import DEPTH_RANGE
from training.targets import sample_occupancy

THICKNESS = (0.3, 0.45, 0.6, 0.75, 0.9, 1.1, 1.3, 1.6)

Predict = Callable[[Tensor], tuple[Tensor, ...]]


def truth(pool: Pool, batch: int = 4) -> Tensor:
    """Return the solid voxels (n, 128, 128, 128) bool of all views: at least half of their points are inside."""
    views = pool.views
    parts = [slice(at, at + batch) for at in range(0, len(pool), batch)]
    sampled = [
        sample_occupancy(pool.bits, views["parts"][r], views["to_cube"][r], views["camera"][r, 1]) >= 4 for r in parts
    ]
    return torch.cat(sampled)


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """Return intersection over union (b,) of bool volumes."""
    return (a & b).flatten(1).sum(1) / (a | b).flatten(1).sum(1).clamp_min(1)


def network_scores(predict: Predict, pool: Pool, solid: Tensor, batch: int = 8) -> dict[str, NDArray]:
    """Return, per view (n,), IoU against `solid` and the errors of depth, normal, albedo and camera."""
    rows: dict[str, list[Tensor]] = {k: [] for k in ("iou", "depth", "normal", "albedo", "elevation", "tan")}
    for at in range(0, len(pool), batch):
        part = slice(at, at + batch)
        occupancy, _, depth, normal, albedo, camera = predict(plain_input(pool.views["image"][part]))
        rows["iou"].append(overlap(occupancy > 0, solid[part]))
        views = {k: v[part] for k, v in pool.views.items()}
        mask = (views["front"][..., 3] > 127).float()
        area = mask.sum((1, 2)).clamp_min(1)
        error = (depth - (views["depth"].float() / 32767)).abs().mean(1)
        rows["depth"].append((error * mask).sum((1, 2)) / area * DEPTH_RANGE)
        cosine = (normal[:, :3] * (views["front"][..., :3].permute(0, 3, 1, 2).float() - 128) / 127).sum(1).clamp(-1, 1)
        rows["normal"].append((torch.rad2deg(torch.acos(cosine)) * mask).sum((1, 2)) / area)
        error = (albedo - views["base"].permute(0, 3, 1, 2).float() / 255).abs().mean(1)
        rows["albedo"].append((error * mask).sum((1, 2)) / area)
        off = (camera - views["camera"]).abs()
        rows["elevation"].append(torch.rad2deg(off[:, 0]))
        rows["tan"].append(off[:, 1])
    return {k: torch.cat(v).float().cpu().numpy() for k, v in rows.items()}


def inflate(mask: NDArray[np.bool_], thickness: tuple[float, ...], device: torch.device | str = "cpu") -> Tensor:
    """Return volumes (n, d, h, w) bool: half a pixel's depth is `thickness` times a circle's at its place."""
    size = len(mask)
    edge = np.asarray(distance_transform_edt(mask)) / size  # in sides of the view
    half = np.sqrt(np.maximum(edge * (2 * edge.max() - edge), 0)) / DEPTH_RANGE * mask
    halves = torch.from_numpy(np.multiply.outer(thickness, half)).to(device)[:, None]
    bins = (torch.arange(size, device=device) + 0.5) / size * 2 - 1
    return (bins.abs()[None, :, None, None] <= halves) & (halves > 0)


def silhouette_scores(pool: Pool, solid: Tensor) -> NDArray:
    """Return IoU (n, thicknesses) of the inflated silhouette of each view."""
    rows = []
    for i in range(len(pool)):
        mask = pool.views["front"][i, ..., 3].cpu().numpy() > 127
        guesses = inflate(mask, THICKNESS, solid.device)
        rows.append(overlap(guesses, solid[i : i + 1].expand_as(guesses)))
    return torch.stack(rows).cpu().numpy()
