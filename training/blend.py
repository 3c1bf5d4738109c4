"""The network as it ships: averaged with its mirror image, its volume sharpened by its own depth maps.

The depth bins alone are soft where depth is uncertain, and their best threshold is not one half. The slab between the
predicted front and back depth is crisp, because a median stays a surface. Three numbers join them, chosen on held-out
records of packs that training saw; the unseen packs, whose mean is the reported score, take no part in the choice.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.augment import plain_input
from training.network import Network, unit
from training.pool import Pool
from training.scores import overlap, truth


@dataclass(frozen=True)
class Blend:
    """Logits shipped = network's + ``weight`` tanh(``slope`` d) + ``bias``, d the depth inside the slab in w."""

    weight: float = 0.0
    slope: float = 12.0
    bias: float = 0.0


GRID = [
    Blend(weight, slope, bias)
    for weight, slope, bias in itertools.product(
        (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0),
        (3.0, 4.0, 6.0, 8.0, 12.0, 20.0),
        (0.0, 0.3, 0.6, 0.75, 0.9, 1.05, 1.2, 1.5),
    )
]


def slab(depth: Tensor, alpha: Tensor, slope: float) -> Tensor:
    """Return -1..1 (b, 128, h, w): in or out of the slab between front and back depth (b, 2, h, w), 0 off the mask."""
    bins = ((torch.arange(128, device=depth.device, dtype=depth.dtype) + 0.5) / 64 - 1).view(1, 128, 1, 1)
    return torch.tanh(slope * torch.minimum(bins - depth[:, :1], depth[:, 1:] - bins)) * alpha


def join(occupancy: Tensor, depth: Tensor, alpha: Tensor, blend: Blend) -> Tensor:
    """Return the logits that ship; `alpha` (b, 1, h, w) is the mask at the volume's resolution."""
    return occupancy + blend.weight * slab(depth, alpha, blend.slope) + blend.bias


class Shipped(nn.Module):
    """Picture (1, 4, 256, 256) to the contract's outputs."""

    def __init__(self, network: Network, blend: Blend) -> None:
        super().__init__()
        self.network, self.blend = network, blend

    def mean(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the outputs averaged over the picture and its mirror image, without the blend."""
        b = len(image)
        outputs = self.network(torch.cat([image, image.flip(3)]))
        both = [(o[:b], o[b:].flip(-1)) for o in outputs[:5]]
        sign = torch.tensor([-1.0, 1.0, 1.0, -1.0, 1.0, 1.0], device=image.device).view(1, 6, 1, 1)
        both[3] = both[3][0], both[3][1] * sign
        occupancy, color, depth, normal, albedo = ((x + y) / 2 for x, y in both)
        normal = torch.cat([unit(normal[:, :3]), unit(normal[:, 3:])], 1)
        return occupancy, color, depth, normal, albedo, (outputs[5][:b] + outputs[5][b:]) / 2

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return the contract's outputs."""
        occupancy, *rest = self.mean(image)
        alpha = F.avg_pool2d(image[:, 3:], 2)
        return join(occupancy, rest[1], alpha, self.blend), *rest


@torch.no_grad()
def choose(network: Network, pool: Pool, batch: int = 4) -> tuple[Blend, float]:
    """Return the blend of `GRID` with the best mean IoU on the views of `pool`, and that IoU."""
    shipped = Shipped(network, Blend())
    total = torch.zeros(len(GRID), device=pool.bits.device)
    solids = truth(pool)
    for at in range(0, len(pool), batch):
        image = plain_input(pool.views["image"][at : at + batch])
        occupancy, _, depth, *_ = shipped.mean(image)
        alpha, solid = F.avg_pool2d(image[:, 3:], 2), solids[at : at + batch]
        for i, blend in enumerate(GRID):
            total[i] += overlap(join(occupancy, depth, alpha, blend) > 0, solid).sum()
    best = int(total.argmax())
    return GRID[best], float(total[best]) / len(pool)
