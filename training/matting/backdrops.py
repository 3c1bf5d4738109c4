"""Backgrounds made of nothing but random numbers, as photographs and paintings have them (torch, whole batches).

Each is a mixture: clouds with the spectrum of natural pictures, patterns in perspective, a wall above a floor, clutter
of boxes, discs and bars, all more or less out of focus.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


class Dice:
    """Random numbers for a batch: one each row."""

    def __init__(self, count: int, device: torch.device, generator: torch.Generator) -> None:
        self.count, self.device, self.generator = count, device, generator

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Return (b, *shape) in low..high."""
        return torch.rand(self.count, *shape, generator=self.generator, device=self.device) * (high - low) + low

    def normal(self, *shape: int) -> Tensor:
        """Return (b, *shape) of a standard normal distribution."""
        return torch.randn(self.count, *shape, generator=self.generator, device=self.device)

    def chance(self, p: float) -> Tensor:
        """Return (b, 1, 1, 1) bool."""
        return torch.rand(self.count, 1, 1, 1, generator=self.generator, device=self.device) < p


def grid(size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return x (1, 1, 1, s) and y (1, 1, s, 1) in -1..1."""
    at = (torch.arange(size, device=device) + 0.5) / size * 2 - 1
    return at.view(1, 1, 1, -1), at.view(1, 1, -1, 1)


def palette(dice: Dice) -> Tensor:
    """Return a colour (b, 3, 1, 1): most often dull, at times strong."""
    grey = dice.uniform(0.05, 0.95, 1, 1, 1)
    return (grey + dice.normal(3, 1, 1) * dice.uniform(0, 0.3, 1, 1, 1)).clamp(0, 1)


def clouds(dice: Dice, size: int) -> Tensor:
    """Return coloured noise (b, 3, s, s) with a spectrum of 1 / f^a, a from 0.7 (grain) to 2.2 (haze)."""
    half = size // 2
    fy = torch.fft.fftfreq(half, device=dice.device).view(1, 1, -1, 1)
    fx = torch.fft.rfftfreq(half, device=dice.device).view(1, 1, 1, -1)
    frequency = torch.sqrt(fx**2 + fy**2).clamp_min(1 / half)
    slope = dice.uniform(0.7, 2.2, 1, 1, 1)
    white = torch.fft.rfft2(dice.normal(3, half, half))
    noise = torch.fft.irfft2(white * frequency**-slope, s=(half, half))
    noise = noise - noise.mean((2, 3), keepdim=True)
    noise = noise / noise.std((1, 2, 3), keepdim=True).clamp_min(1e-6)
    alike = 1 - dice.uniform(0.0, 0.9, 1, 1, 1) ** 2  # how much the channels go together
    noise = alike * noise.mean(1, keepdim=True) * 1.7 + (1 - alike) * noise
    noise = F.interpolate(noise, size=(size, size), mode="bilinear", align_corners=False)
    return (palette(dice) + noise * dice.uniform(0.03, 0.28, 1, 1, 1)).clamp(0, 1)


def gradient(dice: Dice, size: int) -> Tensor:
    """Return a soft passage (b, 3, s, s) between a few colours."""
    corners = torch.stack([palette(dice)[..., 0, 0] for _ in range(4)], 2).view(dice.count, 3, 2, 2)
    mean = corners.mean((2, 3), keepdim=True)
    corners = mean + (corners - mean) * dice.uniform(0, 1, 1, 1, 1)
    return F.interpolate(corners, size=(size, size), mode="bilinear", align_corners=True)


def pattern(dice: Dice, size: int) -> Tensor:
    """Return stripes, tiles or bricks (b, 3, s, s) of two colours, turned, some as a floor in perspective."""
    x, y = grid(size, dice.device)
    depth = torch.where(
        dice.chance(0.4), 1 / (y - dice.uniform(-1.6, -1.1, 1, 1, 1)).clamp_min(0.05), torch.ones_like(y)
    )
    angle = dice.uniform(0, 3.1416, 1, 1, 1)
    often = torch.exp(dice.uniform(0.5, 3.0, 1, 1, 1))
    u = (x * torch.cos(angle) + y * torch.sin(angle)) * depth * often + dice.uniform(0, 1, 1, 1, 1)
    v = (y * torch.cos(angle) - x * torch.sin(angle)) * depth * often * dice.uniform(0.5, 2, 1, 1, 1)
    u = u + torch.where(dice.chance(0.5), torch.floor(v) * 0.5, torch.zeros_like(v))
    line = dice.uniform(0.03, 0.5, 1, 1, 1)
    stripes = (u - torch.floor(u)) < line
    cross = (v - torch.floor(v)) < line
    checks = (torch.floor(u) + torch.floor(v)) % 2 < 1
    kind = dice.uniform(0, 1, 1, 1, 1)
    mask = torch.where(kind < 0.35, stripes, torch.where(kind < 0.7, stripes | cross, checks)).float()
    shade = torch.sin(torch.floor(u) * 12.9898 + torch.floor(v) * 78.233) * dice.uniform(0, 0.15, 1, 1, 1)
    one, two = palette(dice), palette(dice)
    two = one + (two - one) * dice.uniform(0.1, 1, 1, 1, 1)
    return (one * mask + two * (1 - mask) + shade).clamp(0, 1)


def clutter(dice: Dice, picture: Tensor, textures: Tensor, count: int) -> Tensor:
    """Lay `count` turned boxes, discs and bars over `picture` (b, 3, s, s), painted with parts of `textures`."""
    size = picture.shape[-1]
    x, y = grid(size, dice.device)
    for _ in range(count):
        cx, cy = dice.uniform(-1.1, 1.1, 1, 1, 1), dice.uniform(-1.1, 1.1, 1, 1, 1)
        angle = torch.where(dice.chance(0.5), torch.zeros_like(cx), dice.uniform(0, 3.1416, 1, 1, 1))
        u = (x - cx) * torch.cos(angle) + (y - cy) * torch.sin(angle)
        v = (y - cy) * torch.cos(angle) - (x - cx) * torch.sin(angle)
        a, b = (torch.exp(dice.uniform(-3.2, -0.2, 1, 1, 1)) for _ in range(2))
        box = (u.abs() < a) & (v.abs() < b)
        disc = (u / a) ** 2 + (v / b) ** 2 < 1
        inside = torch.where(dice.chance(0.6), box, disc) & dice.chance(0.8)
        paint = palette(dice) + 0.6 * (textures - textures.mean((2, 3), keepdim=True))
        paint = paint * (1 + dice.uniform(-0.4, 0.4, 1, 1, 1) * u / a.clamp_min(0.1))
        picture = torch.where(inside, paint.clamp(0, 1), picture)
        textures = textures.roll(1, 0)
    return picture


def blurred(picture: Tensor, radius: int) -> Tensor:
    """Blur by two passes of a box."""
    if radius < 1:
        return picture
    for _ in range(2):
        picture = F.avg_pool2d(F.pad(picture, [radius] * 4, mode="replicate"), 2 * radius + 1, 1)
    return picture


def backdrops(dice: Dice, size: int) -> Tensor:
    """Return backgrounds (b, 3, s, s) in 0..1."""
    cloud, soft, tiles = clouds(dice, size), gradient(dice, size), pattern(dice, size)
    tiles = torch.where(dice.chance(0.6), (tiles + 0.5 * (cloud - cloud.mean((2, 3), keepdim=True))).clamp(0, 1), tiles)
    kind = dice.uniform(0, 1, 1, 1, 1)
    wall = torch.where(kind < 0.4, cloud, torch.where(kind < 0.65, soft, tiles))
    other = torch.where(dice.chance(0.5), cloud.flip(0), tiles.roll(1, 0))
    _, y = grid(size, dice.device)
    x, _ = grid(size, dice.device)
    floor = y + dice.uniform(-0.15, 0.15, 1, 1, 1) * x > dice.uniform(-0.3, 0.7, 1, 1, 1)
    picture = torch.where(floor & dice.chance(0.5), other, wall)
    count = int(torch.randint(2, 9, (), generator=dice.generator, device=dice.device))
    busy = clutter(dice, picture, cloud.roll(2, 0), count)
    picture = torch.where(dice.chance(0.6), busy, picture)
    soft1, soft2 = blurred(picture, 2), blurred(picture, 6)
    kind = dice.uniform(0, 1, 1, 1, 1)
    return torch.where(kind < 0.45, picture, torch.where(kind < 0.75, soft1, soft2))
