"""The matting network: a small U-Net from a picture to the opacity of the object in it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.network import Attention, Residual, Up, conv_norm

SIZE = 320  # pixels along the picture's side
CHANNELS = (24, 48, 96, 160, 208)  # at 160, 80, 40, 20 and 10 pixels
TINY = (8, 8, 16, 16, 16)


class Matting(nn.Module):
    """Picture (b, 3, 320, 320) in 0..1 to logits of its opacity (b, 1, 320, 320).

    Convolutions see edges, and two transformer blocks at 10 x 10 what the picture is of.
    """

    def __init__(self, channels: tuple[int, ...] = CHANNELS) -> None:
        super().__init__()
        c0, c1, c2, c3, c4 = self.channels = channels
        self.stem = nn.Sequential(conv_norm(12, c0, 3), nn.ReLU(), Residual(c0))
        self.down = nn.ModuleList(
            nn.Sequential(conv_norm(a, b, 3, 2), nn.ReLU(), *[Residual(b) for _ in range(n)])
            for a, b, n in ((c0, c1, 1), (c1, c2, 2), (c2, c3, 2), (c3, c4, 1))
        )
        self.place = nn.Parameter(torch.randn(1, (SIZE // 32) ** 2, c4) * 0.02)
        self.tokens = nn.ModuleList(Attention(c4, heads=4) for _ in range(2))
        pairs = ((c4, c3, 1), (c3, c2, 2), (c2, c1, 1), (c1, c0, 1))
        self.up = nn.ModuleList(Up(a, b, b) for a, b, _ in pairs)
        self.refine = nn.ModuleList(nn.Sequential(*[Residual(b) for _ in range(n)]) for _, b, n in pairs)
        self.last = nn.Conv2d(c0, 16, 3, padding=1)
        self.fine = nn.Sequential(nn.Conv2d(19, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 1, 3, padding=1))

    def forward(self, image: Tensor) -> Tensor:
        """Return logits."""
        skips = [self.stem(F.pixel_unshuffle(image * 2 - 1, 2))]
        for step in self.down:
            skips.append(step(skips[-1]))
        x = skips.pop()
        b, c, h, w = x.shape
        tokens = x.flatten(2).transpose(1, 2) + self.place
        for block in self.tokens:
            tokens = block(tokens)
        x = tokens.transpose(1, 2).reshape(b, c, h, w)
        for up, refine in zip(self.up, self.refine, strict=True):
            x = refine(up(x, skips.pop()))
        large = F.interpolate(F.relu(self.last(x)), scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.fine(torch.cat([large, image], 1)).float()
