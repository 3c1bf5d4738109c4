"""Pictures as a user would bring them: colours, blur, noise and mask errors on whole batches (torch)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

GREY = 0.5


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
    color = (
        color * gradient(uniform, color.shape[-1])
        if torch.rand((), generator=generator, device=device) < 0.4
        else color
    )
    color, alpha = blurred(color, alpha, chance)
    alpha = torch.where(chance(0.35), wrong_mask(alpha, uniform), alpha)
    noise = torch.randn(color.shape, generator=generator, device=device, dtype=color.dtype)
    color = color + noise * torch.where(chance(0.3), uniform(0, 0.06, 1, 1, 1), torch.zeros_like(color[:, :1, :1, :1]))
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
