"""Pictures with busy backgrounds and the opacity of the object in them: renders over backdrops (torch, batches)."""

from __future__ import annotations

import functools
import math

import torch
import torch.nn.functional as F
from torch import Tensor

from training.matting.backdrops import Dice, backdrops, blurred, palette

# JPEG's example tables for luminance and chrominance (ITU-T T.81, annex K), rows of frequencies.
_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
_CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
    99, 99, 99, *[99] * 32,
)  # fmt: skip


def place(dice: Dice, renders: Tensor, size: int, low: float, high: float, wander: float) -> Tensor:
    """Return renders (b, 4, h, w) as they stand in a picture (b, 4, size, size), a part `low`..`high` of it high."""
    scale = dice.uniform(low, high) / 0.87
    stretch = torch.exp(dice.normal() * 0.12)
    matrix = torch.zeros(dice.count, 2, 3, device=dice.device)
    matrix[:, 0, 0], matrix[:, 1, 1] = stretch / scale, 1 / (scale * stretch)
    room = (1.05 - scale * 0.87).clamp_min(0.03) * wander
    matrix[:, :, 2] = -dice.normal(2).clamp(-1.5, 1.5) * 0.5 * room[:, None] / scale[:, None]
    matrix[:, 0] *= torch.where(dice.uniform(0, 1) < 0.5, -1.0, 1.0)[:, None]
    flow = F.affine_grid(matrix, [dice.count, 4, size, size], align_corners=False)
    return F.grid_sample(renders, flow, mode="bilinear", padding_mode="zeros", align_corners=False).clamp(0, 1)


def shadow(dice: Dice, alpha: Tensor) -> Tensor:
    """Return how much light (b, 1, s, s) reaches the background: the object's shape, squashed to its feet, blurred."""
    size = alpha.shape[-1]
    rows = torch.arange(size, device=alpha.device, dtype=torch.float32).view(1, 1, -1, 1)
    foot = (rows * (alpha.amax(3, keepdim=True) > 0.5)).amax(2, keepdim=True) / size * 2 - 1
    squash, shear = dice.uniform(2.0, 6.0, 1, 1, 1), dice.uniform(-1.5, 1.5, 1, 1, 1)
    at = (torch.arange(size, device=alpha.device) + 0.5) / size * 2 - 1
    x, y = at.view(1, 1, 1, -1), at.view(1, 1, -1, 1)
    above = foot - y + 0.12
    flow = torch.stack(
        [(x - shear * above).expand(-1, 1, size, -1), (foot - above * squash + 0.1).expand(-1, 1, -1, size)], -1
    )
    cast = F.grid_sample(alpha, flow[:, 0], align_corners=False)
    cast = torch.where(dice.chance(0.5), blurred(cast, 3), blurred(cast, 9))
    return 1 - cast * dice.uniform(0, 0.7, 1, 1, 1) * dice.chance(0.6)


def compose(renders: Tensor, others: Tensor, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return pictures (b, 3, size, size) in 0..1 and the objects' opacities (b, 1, size, size).

    `renders` and `others` (b, 256, 256, 4) uint8 are premultiplied; the others stand in the background, out of focus or
    cut by the frame.
    """
    dice = Dice(len(renders), renders.device, generator)
    front, distant = (r.permute(0, 3, 1, 2).float() / 255 for r in (renders, others))
    back = backdrops(dice, size)
    behind = place(dice, distant, size, 0.25, 0.7, 3.0)
    behind = torch.where(dice.chance(0.6), blurred(behind, 4), behind) * dice.chance(0.25)
    back = behind[:, :3] + back * (1 - behind[:, 3:])
    subject = place(dice, front, size, 0.35, 0.97, 1.0)
    alpha = subject[:, 3:]
    color = subject[:, :3] * torch.exp(dice.uniform(-0.5, 0.3, 1, 1, 1)) * (1 + 0.12 * dice.normal(3, 1, 1))
    near = torch.where(
        dice.chance(0.12), (color.sum((2, 3)) / alpha.sum((2, 3)).clamp_min(1))[..., None, None], palette(dice)
    )
    plain = near + 0.06 * (back - back.mean((2, 3), keepdim=True))
    back = torch.where(dice.chance(0.15), plain.clamp(0, 1), back) * shadow(dice, alpha)
    edge = torch.where(dice.chance(0.3), blurred(alpha, 1), alpha)
    color = torch.where(dice.chance(0.3), blurred(color, 1), color)
    picture = torch.minimum(color, edge) + back * (1 - edge)
    return spoilt(dice, picture), alpha


def spoilt(dice: Dice, picture: Tensor) -> Tensor:
    """Return the picture as a camera and a file leave it: exposure, cast, vignette, blur, noise and JPEG."""
    size = picture.shape[-1]
    at = (torch.arange(size, device=picture.device) + 0.5) / size * 2 - 1
    corner = at.view(1, 1, 1, -1) ** 2 + at.view(1, 1, -1, 1) ** 2
    picture = picture.clamp(1e-4, 1) ** torch.exp(dice.uniform(-0.4, 0.4, 1, 1, 1))
    picture = picture * (1 + 0.06 * dice.normal(3, 1, 1)) * (1 - dice.uniform(0, 0.2, 1, 1, 1) * corner)
    picture = torch.where(dice.chance(0.2), blurred(picture, 1), picture)
    picture = torch.where(dice.chance(0.03), picture.mean(1, keepdim=True), picture)
    noise = dice.normal(3, size, size)
    noise = torch.where(dice.chance(0.3), blurred(noise, 1) * 2, noise)
    picture = picture + noise * dice.uniform(0, 0.05, 1, 1, 1) * dice.chance(0.6)
    quality = dice.uniform(25, 98, 1, 1, 1)
    return torch.where(dice.chance(0.6), jpeg(picture.clamp(0, 1), quality), picture).clamp(0, 1)


@functools.lru_cache(maxsize=4)
def cosines(device: torch.device) -> Tensor:
    """Return the matrix (8, 8) of the discrete cosine transform."""
    k = torch.arange(8, dtype=torch.float64)
    matrix = torch.cos(math.pi * (2 * k[None] + 1) * k[:, None] / 16) * math.sqrt(2 / 8)
    matrix[0] /= math.sqrt(2)
    return matrix.float().to(device)


def jpeg(picture: Tensor, quality: Tensor) -> Tensor:
    """Return what JPEG at `quality` (b, 1, 1, 1) in 1..100 leaves of pictures (b, 3, s, s), chroma at half the size."""
    r, g, b = (255 * picture).unbind(1)
    luma = 0.299 * r + 0.587 * g + 0.114 * b
    chroma = torch.stack([0.564 * (b - luma), 0.713 * (r - luma)], 1)
    small = F.avg_pool2d(chroma, 2)
    factor = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
    luma = quantised(luma[:, None] - 128, _LUMA, factor) + 128
    blue, red = F.interpolate(quantised(small, _CHROMA, factor), scale_factor=2.0, mode="nearest").unbind(1)
    y = luma[:, 0]
    green = y - 0.344 * blue - 0.714 * red
    return torch.stack([y + 1.402 * red, green, y + 1.772 * blue], 1) / 255


def quantised(plane: Tensor, table: tuple[int, ...], factor: Tensor) -> Tensor:
    """Quantise planes (b, c, h, w), sides a multiple of 8 after padding, in the frequencies of 8 x 8 blocks."""
    h, w = plane.shape[-2:]
    padded = F.pad(plane, (0, -w % 8, 0, -h % 8), mode="replicate")
    steps = torch.tensor(table, dtype=torch.float32, device=plane.device).view(8, 8)
    step = (steps * factor[..., None]).round().clamp_min(1)
    m = cosines(plane.device)
    blocks = padded.unflatten(2, (-1, 8)).unflatten(4, (-1, 8)).transpose(3, 4)  # b, c, rows, columns, 8, 8
    wave = torch.round(m @ blocks @ m.T / step[:, :, None]) * step[:, :, None]
    return (m.T @ wave @ m).transpose(3, 4).flatten(4, 5).flatten(2, 3)[..., :h, :w]
