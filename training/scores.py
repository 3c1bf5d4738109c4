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
        sample_occupancy(pool.bits, views["shape"][r], views["to_cube"][r], views["camera"][r, 1]) >= 4 for r in parts
    ]
    return torch.cat(sampled)


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """Return intersection over union (b,) of bool volumes."""
    return (a & b).flatten(1).sum(1) / (a | b).flatten(1).sum(1).clamp_min(1)


def network_scores(predict: Predict, pool: Pool, solid: Tensor, batch: int = 8) -> dict[str, NDArray]:
    """Return, per view (n,), IoU against `solid` and the errors of depth, normal, albedo and camera."""
    rows: list[dict[str, Tensor]] = []
    for at in range(0, len(pool), batch):
        views = {k: v[at : at + batch] for k, v in pool.views.items()}
        outputs = predict(plain_input(views["image"]))
        rows.append({"iou": overlap(outputs[0] > 0, solid[at : at + batch]), **map_errors(outputs, views)})
    return {k: torch.cat([r[k] for r in rows]).float().cpu().numpy() for k in rows[0]}


def map_errors(outputs: tuple[Tensor, ...], views: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the errors (b,) of depth, front normal, albedo and camera inside the mask."""
    _, _, depth, normal, albedo, camera = outputs[:6]
    mask = (views["front"][..., 3] > 127).float()
    area = mask.sum((1, 2)).clamp_min(1)

    def mean(values: Tensor) -> Tensor:
        return (values * mask).sum((1, 2)) / area

    true = (views["front"][..., :3].permute(0, 3, 1, 2).float() - 128) / 127
    cosine = (normal[:, :3] * true).sum(1).clamp(-1, 1)
    off = (camera[:, :2] - views["camera"]).abs()
    return {
        "depth": mean((depth - views["depth"].float() / 32767).abs().mean(1)) * DEPTH_RANGE,
        "normal": mean(torch.rad2deg(torch.acos(cosine))),
        "albedo": mean((albedo - views["base"].permute(0, 3, 1, 2).float() / 255).abs().mean(1)),
        "elevation": torch.rad2deg(off[:, 0]),
        "tan": off[:, 1],
    }


def half_thickness(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return half of the depth (h, w), in w, at which a mask (h, w) becomes round: a disc a ball, a bar a cylinder."""
    edge = np.asarray(distance_transform_edt(mask)) / len(mask)  # in sides of the view
    return np.sqrt(np.maximum(edge * (2 * edge.max() - edge), 0)) / DEPTH_RANGE * mask


def inflate(mask: NDArray[np.bool_], thickness: tuple[float, ...], device: torch.device | str = "cpu") -> Tensor:
    """Return volumes (n, d, h, w) bool: half a pixel's depth is `thickness` times a circle's at its place."""
    size = len(mask)
    halves = torch.from_numpy(np.multiply.outer(thickness, half_thickness(mask))).to(device)[:, None]
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
