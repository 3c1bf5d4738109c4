import io

import numpy as np
import pytest
import torch
from PIL import Image

from training.matting.backdrops import Dice, backdrops
from training.matting.compose import compose, jpeg, place, shadow


def renders(count=4):
    """Premultiplied red discs."""
    at = (np.arange(256) + 0.5) / 256 - 0.5
    disc = (at[:, None] ** 2 + at**2 < 0.42**2).astype(np.uint8)
    image = np.stack([disc * 200, disc * 40, disc * 30, disc * 255], -1)
    return torch.from_numpy(np.repeat(image[None], count, 0))


def dice(count=4, seed=0):
    return Dice(count, torch.device("cpu"), torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("quality", [30, 60, 90])
@pytest.mark.parametrize("colours", [1, 3])
def test_jpeg_is_what_an_encoder_leaves(quality, colours):
    rng = np.random.default_rng(0)
    low = Image.fromarray((rng.random((5, 5, 3)) * 255).astype(np.uint8)).resize((160, 160), Image.Resampling.BICUBIC)
    image = np.clip(np.asarray(low) * 0.7 + rng.normal(0, 10, (160, 160, 1)) + 30, 0, 255).astype(np.uint8)
    image = np.repeat(image[..., :colours], 3 // colours, 2)
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    wanted = np.asarray(Image.open(file)).astype(float)
    tensor = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255
    got = jpeg(tensor, torch.tensor([[[[float(quality)]]]]))[0].permute(1, 2, 0).numpy() * 255
    damage = np.abs(wanted - image).mean()
    # What is left is rounding, and that decoders make chroma smooth between its samples.
    assert np.abs(got - wanted).mean() < 0.15 * damage + (0.3 if colours == 1 else 1.5)


def test_the_picture_shows_the_object_where_opacity_says_so():
    picture, alpha = compose(renders(16), renders(16), 160, torch.Generator().manual_seed(3))
    assert picture.shape == (16, 3, 160, 160) and alpha.shape == (16, 1, 160, 160)
    assert picture.min() >= 0 and picture.max() <= 1 and torch.isfinite(picture).all()
    share = alpha.mean((1, 2, 3))
    assert (share > 0.04).all() and (share < 0.9).all() and share.max() / share.min() > 2, "objects of many sizes"
    red = picture[:, :1] - picture[:, 1:].mean(1, keepdim=True)
    inside = (red * (alpha > 0.99)).sum((1, 2, 3)) / (alpha > 0.99).sum((1, 2, 3))
    outside = (red * (alpha < 0.01)).sum((1, 2, 3)) / (alpha < 0.01).sum((1, 2, 3))
    assert (inside > outside + 0.1).float().mean() > 0.8, "but for colourless pictures and red rooms"


def test_the_same_seed_gives_the_same_pictures_and_another_others():
    one, two, three = (compose(renders(), renders(), 96, torch.Generator().manual_seed(s))[0] for s in (1, 1, 2))
    assert torch.equal(one, two) and (one - three).abs().mean() > 0.05


def test_placing_keeps_opacity_and_colour_together():
    placed = place(dice(), renders().permute(0, 3, 1, 2).float() / 255, 128, 0.5, 0.9, 1.0)
    assert (placed[:, :1] <= placed[:, 3:] * 0.79 + 1e-3).all()


def test_a_shadow_only_darkens_and_lies_low():
    alpha = renders(8).permute(0, 3, 1, 2)[:, 3:].float() / 255
    light = shadow(dice(8), alpha)
    assert light.max() <= 1 and light.min() > 0.25
    dark = (1 - light).sum((1, 2, 3))
    shadowed = dark > 1
    assert shadowed.any()
    lower = (1 - light)[:, :, 128:].sum((1, 2, 3))
    assert (lower[shadowed] > 0.6 * dark[shadowed]).all()


def test_backdrops_are_many_kinds():
    pictures = backdrops(dice(32, 5), 96)
    assert pictures.shape == (32, 3, 96, 96) and pictures.min() >= 0 and pictures.max() <= 1
    fine = pictures.diff(dim=3).abs().mean((1, 2, 3))
    assert fine.max() > 8 * fine.min(), "smooth ones and busy ones"
    assert pictures.mean((1, 2, 3)).std() > 0.08
