"""The default network: a 2D U-Net whose channels are depth bins of the view's frustum (contract: docs/design.md).

Convolutions with batch normalisation, which folds into them for use, at 128, 64 and 32 pixels; transformer blocks at
16. Front and back depth are predicted as maps, and the slab between them is a first guess of the volume that the
depth bins
correct: maps are easier to learn than volumes (Xiu et al., ECON, 2023), and the slab keeps edges along the view
straight.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Plan:
    """Channels at 128, 64, 32 and 16 pixels and blocks of each stage, on the way down and up."""

    channels: tuple[int, int, int, int] = (64, 128, 256, 384)
    down: tuple[int, int, int] = (0, 2, 2)
    tokens: int = 16
    up: tuple[int, int, int] = (2, 2, 2)  # at 128, 64, 32
    fine: int = 96  # channels at 128 pixels on the way up
    heads: int = 6


TINY = Plan((8, 16, 16, 32), (1, 1, 1), 1, (1, 1, 1), 16, 2)


def conv_norm(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    """Return a convolution and its normalisation."""
    conv = nn.Conv2d(inputs, outputs, size, stride, (size - 1) // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    """Two 3 x 3 convolutions and a shortcut (He et al., 2015)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = conv_norm(channels, channels, 3)
        self.second = conv_norm(channels, channels, 3)
        nn.init.constant_(self.second[1].weight, 0.2)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """Return (b, c, h, w)."""
        return F.relu(x + self.second(F.relu(self.first(x))))


class Attention(nn.Module):
    """A pre-norm transformer block on (b, tokens, channels)."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.qkv, self.out = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)
        self.grow, self.shrink = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return (b, tokens, c)."""
        b, n, c = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, c)
        x = x + self.out(mixed)
        return x + self.shrink(F.gelu(self.grow(self.norm2(x))))


class Up(nn.Module):
    """Double the resolution and add the features of the way down."""

    def __init__(self, inputs: int, skip: int, outputs: int) -> None:
        super().__init__()
        self.deep, self.skip = conv_norm(inputs, outputs, 1), conv_norm(skip, outputs, 1)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """Return (b, outputs, 2 h, 2 w); `skip` is (b, skip, 2 h, 2 w)."""
        return F.relu(F.interpolate(self.deep(x), scale_factor=2.0, mode="nearest") + self.skip(skip))


class Network(nn.Module):
    """Picture (b, 4, 256, 256) in 0..1 to the six outputs of the contract, in its order."""

    def __init__(self, plan: Plan | None = None) -> None:
        super().__init__()
        self.plan = plan = plan or Plan()
        c0, c1, c2, c3 = plan.channels

        def blocks(count: int, channels: int) -> nn.Sequential:
            return nn.Sequential(*[Residual(channels) for _ in range(count)])

        self.stem = nn.Sequential(conv_norm(16, c0, 3), nn.ReLU())
        self.down0 = blocks(plan.down[0], c0)
        self.to1 = nn.Sequential(conv_norm(c0, c1, 3, 2), nn.ReLU())
        self.down1 = blocks(plan.down[1], c1)
        self.to2 = nn.Sequential(conv_norm(c1, c2, 3, 2), nn.ReLU())
        self.down2 = blocks(plan.down[2], c2)
        self.to3 = conv_norm(c2, c3, 3, 2)
        self.place = nn.Parameter(torch.randn(1, 256, c3) * 0.02)
        self.tokens = nn.ModuleList([Attention(c3, plan.heads) for _ in range(plan.tokens)])
        self.norm = nn.LayerNorm(c3)
        self.camera = nn.Sequential(nn.Linear(c3, 128), nn.GELU(), nn.Linear(128, 2))
        self.up2, self.refine2 = Up(c3, c2, c2), blocks(plan.up[2], c2)
        self.up1, self.refine1 = Up(c2, c1, c1), blocks(plan.up[1], c1)
        self.up0, self.refine0 = Up(c1, c0, plan.fine), blocks(plan.up[0], plan.fine)
        self.color = nn.Conv2d(c1, 3 * 32, 1)
        self.maps = nn.Conv2d(plan.fine, 11, 3, padding=1)
        self.occupancy = nn.Conv2d(plan.fine, 128, 3, padding=1)
        self.slab = nn.Parameter(torch.tensor([3.0, 12.0]))  # height and slope of the slab's logits
        self.carve = nn.Parameter(torch.tensor(6.0))  # how far they fall outside the mask
        nn.init.normal_(self.occupancy.weight, std=0.01)
        nn.init.constant_(self.occupancy.bias, 0.0)  # type: ignore[arg-type]

    def down(self, image: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return features at 16 pixels, and those at 128, 64 and 32 for the way up."""
        x = self.down0(self.stem(F.pixel_unshuffle(image * 2 - 1, 2)))
        skips = [x]
        x = self.down1(self.to1(x))
        skips.append(x)
        x = self.down2(self.to2(x))
        skips.append(x)
        return self.to3(x), skips

    def mix(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return features at 16 pixels that know of one another, and the raw camera; compiled in training."""
        b, c, h, w = x.shape
        tokens = x.flatten(2).transpose(1, 2) + self.place
        for block in self.tokens:
            tokens = block(tokens)
        tokens = self.norm(tokens)
        return tokens.transpose(1, 2).reshape(b, c, h, w), self.camera(tokens.mean(1))

    def up(self, x: Tensor, skips: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Return features at 128 and 64 pixels."""
        x = self.refine2(self.up2(x, skips[2]))
        middle = self.refine1(self.up1(x, skips[1]))
        return self.refine0(self.up0(middle, skips[0])), middle

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Return occupancy, color, depth, normal, albedo, camera."""
        x, skips = self.down(image)
        x, camera = self.mix(x)
        return self.outputs(*self.up(x, skips), camera, F.avg_pool2d(image, 2))

    def outputs(self, fine: Tensor, middle: Tensor, raw: Tensor, small: Tensor) -> tuple[Tensor, ...]:
        """Return the outputs of features at 128 and 64 pixels, raw camera and picture at 128; compiled in training."""
        maps = self.maps(fine).float()
        depth = maps[:, :2] * 0.5 + torch.tensor([-0.3, 0.3], device=maps.device).view(1, 2, 1, 1)
        normal = torch.cat([unit(maps[:, 2:5]), unit(maps[:, 5:8])], 1)
        albedo = torch.sigmoid(maps[:, 8:] + 4 * (small[:, :3] - 0.5))
        occupancy = self.occupancy(fine).float() + self.between(depth) + self.carve * (small[:, 3:] - 1)
        color = torch.sigmoid(self.color(middle).float()).unflatten(1, (3, 32))
        raw = raw.float()
        camera = torch.stack([0.25 + 0.5 * raw[:, 0], 0.27 * torch.exp(0.5 * raw[:, 1])], 1)
        return occupancy, color, depth, normal, albedo, camera

    def between(self, depth: Tensor) -> Tensor:
        """Return logits (b, 128, h, w) that are high between front and back depth (b, 2, h, w)."""
        bins = (torch.arange(128, device=depth.device, dtype=depth.dtype) + 0.5) / 64 - 1
        bins = bins.view(1, 128, 1, 1)
        inside = torch.minimum(bins - depth[:, :1], depth[:, 1:] - bins)
        return self.slab[0] * torch.tanh(self.slab[1] * inside)


def unit(x: Tensor) -> Tensor:
    """Return unit vectors along axis 1."""
    return x / torch.sqrt((x * x).sum(1, keepdim=True) + 1e-6)


def fold(network: Network) -> Network:
    """Fold every normalisation into its convolution, in place; the outputs in evaluation mode stay the same."""
    network.eval()
    for module in network.modules():
        if isinstance(module, nn.Sequential) and len(module) > 1 and isinstance(module[1], nn.BatchNorm2d):
            module[0] = nn.utils.fuse_conv_bn_eval(module[0], module[1])  # type: ignore[arg-type]
            module[1] = nn.Identity()
    return network
