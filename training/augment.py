"""Pictures as a user would bring them: colours, blur, noise, JPEG and mask errors on whole batches (torch)."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

GREY = 0.5
# Quantisation of the JPEG standard's annex K: brightness, colour.
TABLES = torch.tensor(
    [
        [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
         51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
         120, 101, 72, 92, 95, 98, 112, 100, 103, 99],
        [17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99,
         *[99] * 36],
    ]
).view(2, 8, 8) / 255  # fmt: skip
YCBCR = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
RGB = torch.linalg.inv(YCBCR)


def compose(color: Tensor, alpha: Tensor) -> Tensor:
    """Put straight colours (b, 3, h, w) on the grey background: the network's input (b, 4, h, w)."""
    return torch.cat([color * alpha + GREY * (1 - alpha), alpha], 1)


def straight(premultiplied: Tensor) -> tuple[Tensor, Tensor]:
    """Split premultiplied bytes (b, h, w, 4) into straight colours, bled outwards under soft edges, and alpha."""
    image = premultiplied.permute(0, 3, 1, 2).float() / 255
    alpha = image[:, 3:]
    wide = F.avg_pool2d(image, 7, 1, 3, count_include_pad=False)
    wide = F.avg_pool2d(wide, 5, 1, 2, count_include_pad=False)
    bled = wide[:, :3] / wide[:, 3:].clamp_min(1e-3)
    color = torch.where(alpha > 0.98, image[:, :3], torch.where(alpha > 0.3, image[:, :3] / alpha.clamp_min(0.3), bled))
    return color.clamp(0, 1), alpha


def plain_input(premultiplied: Tensor) -> Tensor:
    """Return the input (b, 4, h, w) of rendered bytes (b, h, w, 4), as they are."""
    image = premultiplied.permute(0, 3, 1, 2).float() / 255
    return torch.cat([image[:, :3] + GREY * (1 - image[:, 3:]), image[:, 3:]], 1)


def augment(premultiplied: Tensor, generator: torch.Generator) -> Tensor:
    """Return network inputs (b, 4, h, w) of rendered bytes (b, h, w, 4), each spoilt a little and in its own way."""
    b, device = len(premultiplied), premultiplied.device

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return torch.rand(b, *shape, generator=generator, device=device) * (high - low) + low

    def chance(p: float) -> Tensor:
        return torch.rand(b, 1, 1, 1, generator=generator, device=device) < p

    color, alpha = straight(premultiplied)
    color = color.clamp_min(1e-4) ** torch.exp(uniform(-0.35, 0.35, 1, 1, 1))
    mean = (color * alpha).mean((2, 3), keepdim=True) / alpha.mean((2, 3), keepdim=True).clamp_min(0.02)
    color = (color - mean) * uniform(0.7, 1.3, 1, 1, 1) + mean * uniform(0.8, 1.2, 3, 1, 1)
    grey = color.mean(1, keepdim=True)
    color = grey + (color - grey) * torch.where(
        chance(0.05), torch.zeros_like(grey[:, :, :1, :1]), uniform(0.6, 1.4, 1, 1, 1)
    )
    color = torch.where(chance(0.4), color * gradient(uniform, color.shape[-1]), color)
    color, alpha = blurred(color, alpha, chance)
    alpha = torch.where(chance(0.35), wrong_mask(alpha, uniform), alpha)
    noise = torch.randn(color.shape, generator=generator, device=device, dtype=color.dtype)
    color = color + noise * torch.where(chance(0.3), uniform(0, 0.06, 1, 1, 1), torch.zeros_like(color[:, :1, :1, :1]))
    color = torch.where(chance(0.3), jpeg(color.clamp(0, 1), uniform(25, 95, 1, 1, 1)), color)
    alpha = torch.where(chance(0.06), without_thin_parts(alpha, uniform), alpha)
    alpha = torch.where(chance(0.05), with_hole(alpha, uniform), alpha)
    return compose(color.clamp(0, 1), alpha.clamp(0, 1))


def gradient(uniform, size: int) -> Tensor:
    """Return a soft change of brightness across the picture, as light and occlusion make it."""
    at = torch.linspace(-1, 1, size, device=uniform(0, 1).device)
    slope = uniform(-0.25, 0.25, 2, 1, 1)
    return 1 + slope[:, :1] * at[None, None, :, None] + slope[:, 1:] * at[None, None, None, :]


def blurred(color: Tensor, alpha: Tensor, chance) -> tuple[Tensor, Tensor]:
    """Blur some pictures, or lower their resolution."""
    both = torch.cat([color, alpha], 1)
    soft = F.avg_pool2d(both, 3, 1, 1, count_include_pad=False)
    both = torch.where(chance(0.25), soft, both)
    small = F.interpolate(F.avg_pool2d(both, 2), scale_factor=2, mode="bilinear", align_corners=False)
    both = torch.where(chance(0.2), small, both)
    return both[:, :3], both[:, 3:]


def wrong_mask(alpha: Tensor, uniform) -> Tensor:
    """Grow or shrink the mask by a pixel or two, more in some places than in others."""
    soft = F.avg_pool2d(alpha, 5, 1, 2)
    coarse = F.interpolate(uniform(-0.18, 0.18, 1, 16, 16), scale_factor=alpha.shape[-1] // 16, mode="bilinear")
    return ((soft - 0.5 + uniform(-0.18, 0.18, 1, 1, 1) + coarse) * 4 + 0.5).clamp(0, 1)


def jpeg(color: Tensor, quality: Tensor) -> Tensor:
    """Return pictures (b, 3, h, w) as JPEG of `quality` (b, 1, 1, 1) in 1..100 leaves them, colour at half size."""
    parts = torch.einsum("ij,bjhw->bihw", YCBCR.to(color), color)
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50).clamp_min(0.01)
    bright = quantised(parts[:, :1], TABLES[0].to(color), scale, 0.5)
    tint = quantised(F.avg_pool2d(parts[:, 1:], 2), TABLES[1].to(color), scale, 0.0)
    tint = F.interpolate(tint, scale_factor=2, mode="bilinear", align_corners=False)
    return torch.einsum("ij,bjhw->bihw", RGB.to(color), torch.cat([bright, tint], 1)).clamp(0, 1)


def quantised(image: Tensor, table: Tensor, scale: Tensor, middle: float) -> Tensor:
    """Round the cosine transform of blocks of 8 x 8 of `image` (b, c, h, w) to `scale` (b, 1, 1, 1) times `table`."""
    k = torch.arange(8, device=image.device, dtype=image.dtype)
    cosines = torch.cos((2 * k + 1) * k[:, None] * math.pi / 16) / 2
    cosines[0] /= math.sqrt(2)
    b, c, h, w = image.shape
    blocks = (image - middle).view(b, c, h // 8, 8, w // 8, 8).transpose(3, 4)
    step = table * scale[..., None, None]
    rounded = torch.round(cosines @ blocks @ cosines.T / step) * step
    return (cosines.T @ rounded @ cosines).transpose(3, 4).reshape(b, c, h, w) + middle


def without_thin_parts(alpha: Tensor, uniform) -> Tensor:
    """Drop from some places of a mask (b, 1, h, w) what is under seven pixels wide, as networks that cut out do."""
    opened = F.max_pool2d(-F.max_pool2d(-alpha, 7, 1, 3), 7, 1, 3)
    where = F.interpolate(uniform(0, 1, 1, 4, 4), scale_factor=alpha.shape[-1] // 4, mode="nearest")
    return torch.where(where < 0.4, torch.minimum(opened, alpha), alpha)


def with_hole(alpha: Tensor, uniform) -> Tensor:
    """Cut one round hole, of 2 to 16 pixels' radius, into each mask (b, 1, h, w)."""
    at = torch.arange(alpha.shape[-1], device=alpha.device, dtype=alpha.dtype) + 0.5
    x, y = (uniform(0.2, 0.8, 1, 1, 1) * alpha.shape[-1] for _ in range(2))
    distance = ((at - x) ** 2 + (at[:, None] - y) ** 2).sqrt()
    return alpha * (distance - uniform(2, 16, 1, 1, 1)).clamp(0, 1)
