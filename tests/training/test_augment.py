import io

import numpy as np
import torch
from PIL import Image

from training.augment import augment, jpeg, with_hole, without_thin_parts


def uniform(low, high, *shape):
    generator = torch.Generator().manual_seed(3)
    return torch.rand(2, *shape, generator=generator) * (high - low) + low


def picture() -> torch.Tensor:
    """Soft hills of colour with fine grain: (1, 3, 64, 64)."""
    at = torch.linspace(0, 6, 64)
    hills = torch.stack([0.5 + 0.3 * torch.sin(at[:, None] + k) * torch.cos(at * (1 + 0.2 * k)) for k in range(3)])
    return (hills + 0.05 * torch.randn(64, 64, generator=torch.Generator().manual_seed(0)))[None].clamp(0, 1)


def through_pillow(color: torch.Tensor, quality: int) -> torch.Tensor:
    data = io.BytesIO()
    Image.fromarray((color[0].permute(1, 2, 0) * 255).round().byte().numpy()).save(
        data, "JPEG", quality=quality, subsampling=2
    )
    return torch.from_numpy(np.asarray(Image.open(data)).copy()).permute(2, 0, 1)[None] / 255


def error(a, b):
    return float((a - b).square().mean().sqrt())


def test_jpeg_is_what_an_encoder_makes():
    color = picture()
    for quality in (20, 50, 75):
        ours, true = jpeg(color, torch.full((1, 1, 1, 1), float(quality))), through_pillow(color, quality)
        assert error(ours, true) < 0.35 * error(color, true), quality


def test_jpeg_keeps_the_mean_and_loses_grain():
    color = picture()
    spoilt = jpeg(color, torch.full((1, 1, 1, 1), 15.0))
    assert torch.allclose(spoilt.mean((2, 3)), color.mean((2, 3)), atol=0.01)
    grain = [(c[..., 1:] - c[..., :-1]).square().mean() for c in (color, spoilt)]
    assert grain[1] < 0.3 * grain[0]


def test_each_picture_has_its_own_quality():
    both = jpeg(picture().repeat(2, 1, 1, 1), torch.tensor([10.0, 95.0]).view(2, 1, 1, 1))
    assert error(both[:1], picture()) > 2 * error(both[1:], picture())


def test_thin_parts_may_go_and_thick_ones_stay():
    mask = torch.zeros(2, 1, 64, 64)
    mask[:, :, 20:44, 4:30] = 1
    thick = mask.clone()
    mask[:, :, 30:33, 30:64] = 1  # a bar of three pixels
    less = without_thin_parts(mask, uniform)
    assert torch.equal(less[:, :, :, :30], thick[:, :, :, :30])
    left = less[:, :, 31, 30:]
    assert (left == 0).any() and (left == 1).any(), "all of it, or nothing, is gone"


def test_a_hole_is_small_and_adds_nothing():
    """Its radius is between 2 and 16 pixels; a soft edge of one pixel lies outside."""
    mask = torch.ones(2, 1, 128, 128)
    for part, radius in ((0.0, 2), (1.0, 16)):
        hole = with_hole(mask, lambda low, high, *shape, part=part: torch.full((2, *shape), low + part * (high - low)))
        missing = (1 - hole).sum((1, 2, 3))
        assert (missing > 3.14 * radius**2).all() and (missing < 3.15 * (radius + 1) ** 2).all()
    assert not with_hole(torch.zeros(2, 1, 128, 128), uniform).any()


def test_inputs_are_spoilt_alike_from_the_same_seed_and_stay_in_range():
    rows = torch.randint(0, 255, (6, 64, 64, 4), generator=torch.Generator().manual_seed(1), dtype=torch.uint8)
    one, two = (augment(rows, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(one, two) and one.shape == (6, 4, 64, 64) and one.min() >= 0 and one.max() <= 1
