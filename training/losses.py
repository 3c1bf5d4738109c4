"""What the network is taught: volume, silhouette, maps, colours and camera."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

WEIGHTS = {
    "occupancy": 0.3,
    "overlap": 4.0,
    "silhouette": 0.5,
    "depth": 3.0,
    "normal": 0.5,
    "albedo": 1.0,
    "color": 1.0,
    "camera": 1.0,
}


AGREEMENT = 0.75  # of a solid's silhouette with the picture's; less where faces are missing or seen from behind


def volume_losses(logits: Tensor, count: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return occupancy, overlap and silhouette losses of logits (b, d, h, w) against counts 0..8 of solid points.

    Occupancy: cross-entropy, twice as heavy on voxels that the surface cuts, relative to the object's own
    volume, so that thin objects count as much as thick ones. Overlap: one minus the soft intersection over union.
    Silhouette: the highest logit along each pixel's ray against whether the ray hits anything. Views whose solid does
    not look like the picture's `mask` (b, h, w) bool teach nothing.
    """
    logits, target = logits.float(), count.float() / 8
    shadow = target.amax(1)
    seen = shadow >= 0.5
    alike = (seen & mask).sum((1, 2)) > AGREEMENT * (seen | mask).sum((1, 2))
    weight = alike / alike.sum().clamp_min(1)
    heavier = torch.where((count > 0) & (count < 8), 2.0, 1.0)
    entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none") * heavier
    volume = target.sum((1, 2, 3))
    occupancy = entropy.sum((1, 2, 3)) / (volume + 0.005 * target[0].numel())
    chance = torch.sigmoid(logits)
    both = (chance * target).sum((1, 2, 3))
    overlap = 1 - (both + 1) / (chance.sum((1, 2, 3)) + volume - both + 1)
    silhouette = F.binary_cross_entropy_with_logits(logits.amax(1), shadow, reduction="none").mean((1, 2))
    return (weight * occupancy).sum(), (weight * overlap).sum(), (weight * silhouette).sum()


def masked_mean(values: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of `values` where `mask` (broadcast) is set."""
    mask = mask.expand_as(values)
    return (values * mask).sum() / mask.sum().clamp_min(1)


def map_losses(outputs: tuple[Tensor, ...], views: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Return depth, normal and albedo losses inside the mask."""
    _, _, depth, normal, albedo, _ = outputs
    mask = (views["front"][..., 3] > 127).float()[:, None]
    true_depth = views["depth"].float() / 32767
    depth_loss = masked_mean((depth - true_depth).abs(), mask)
    normal_loss = torch.zeros((), device=depth.device)
    for i, name in enumerate(("front", "back")):
        true = (views[name][..., :3].permute(0, 3, 1, 2).float() - 128) / 127
        cosine = (normal[:, 3 * i : 3 * i + 3] * true).sum(1, keepdim=True)
        normal_loss = normal_loss + masked_mean(1 - cosine, mask) / (1 + i)
    base = views["base"].permute(0, 3, 1, 2).float() / 255
    return depth_loss, normal_loss, masked_mean((albedo - base).abs(), mask)


def color_loss(color: Tensor, grid: Tensor, recolor: Tensor) -> Tensor:
    """Return the mean colour error near the surface; `grid` (b, 4, d, h, w) uint8 holds RGB and weight."""
    true = grid.float() / 255
    m = recolor[..., None, None, None]
    tinted = sum(m[:, :, k] * true[:, k : k + 1] for k in range(3)) + m[:, :, 3]
    return masked_mean((color - tinted.clamp(0, 1)).abs(), true[:, 3:])


def losses(outputs: tuple[Tensor, ...], views: dict[str, Tensor], count: Tensor, grid: Tensor) -> dict[str, Tensor]:
    """Return every loss by name, unweighted."""
    occupancy, overlap, silhouette = volume_losses(outputs[0], count, views["front"][..., 3] > 127)
    depth, normal, albedo = map_losses(outputs, views)
    camera, true = outputs[5], views["camera"]
    elevation = ((camera[:, 0] - true[:, 0]).abs() * views["upright"]).mean()
    fov = (camera[:, 1] / true[:, 1]).log().abs().mean()
    color = color_loss(outputs[1], grid, views["recolor"])
    return {"occupancy": occupancy, "overlap": overlap, "silhouette": silhouette, "depth": depth, "normal": normal,
            "albedo": albedo, "color": color, "camera": elevation + 0.5 * fov}  # fmt: skip


def total(parts: dict[str, Tensor]) -> Tensor:
    """Return the weighted sum."""
    return torch.stack([WEIGHTS[name] * value for name, value in parts.items()]).sum()
