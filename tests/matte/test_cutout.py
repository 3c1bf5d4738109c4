from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from importer.errors import PictureError
from importer.intake.decode import intake
from importer.matte import cutout, network
from importer.matte.cutout import matte
from importer.profile.schema import Matte

from . import scenes

RED, GREY, DARK = (205, 50, 40), (120, 120, 122), (45, 48, 60)
WHITE = scenes.flat((255, 255, 255))
BACKGROUNDS = {
    "white": WHITE,
    "studio": scenes.studio(),
    "studio with shadow": scenes.shaded(scenes.studio()),
    "white with shadow": scenes.shaded(WHITE),
    "green": scenes.flat((40, 180, 70)),
    "black": scenes.flat((8, 8, 8)),
}
PICTURES = Path(__file__).parents[3] / "shared" / "images"


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    """No test may fetch weights."""
    monkeypatch.setattr(network, "_unreachable", dict.fromkeys(network.ALLOWED, "offline"))


@pytest.mark.parametrize("back", BACKGROUNDS)
@pytest.mark.parametrize("color", [RED, DARK], ids=["red", "dark"])
@pytest.mark.parametrize("shape", ["disk", "ring", "star"])
def test_plain_background_gives_the_true_mask(shape, color, back):
    truth = scenes.SHAPES[shape]()
    jpeg = 85 if shape != "star" else None  # a star's tips are thinner than a block of JPEG's colour
    picture = scenes.photograph(truth, scenes.surface(color), BACKGROUNDS[back], noise=2, jpeg=jpeg)
    result = matte(picture, Matte())
    assert result.method == "plain background"
    assert scenes.iou(scenes.placed(truth, result.rgba), result.rgba) >= 0.97


@pytest.mark.parametrize("back", ["white", "studio", "studio with shadow", "white with shadow", "green"])
def test_thin_legs_stay_and_the_gaps_between_them_open(back):
    truth = scenes.table()
    result = matte(scenes.photograph(truth, scenes.surface(RED), BACKGROUNDS[back], noise=1), Matte())
    assert scenes.iou(scenes.placed(truth, result.rgba), result.rgba) >= 0.97


@pytest.mark.parametrize("back", ["white", "studio", "green"])
def test_hole_that_shows_the_background_is_open(back):
    picture = scenes.photograph(scenes.ring(), scenes.surface(GREY), BACKGROUNDS[back], noise=2, jpeg=90)
    rgba = matte(picture, Matte()).rgba
    middle = rgba.shape[0] // 2
    assert rgba[middle - 30 : middle + 30, middle - 30 : middle + 30, 3].max() == 0


def test_white_label_inside_is_not_a_hole():
    """A label a little darker than the white background, and a highlight that fades out, belong to the object."""
    colors = scenes.surface(RED)
    colors[150:200, 150:210] = 236
    y, x = np.mgrid[0 : scenes.SIZE, 0 : scenes.SIZE]
    shine = np.exp(-(((x - 240) / 14) ** 2 + ((y - 220) / 14) ** 2))[..., None]
    colors = np.minimum(255, colors * (1 - shine) + 262 * shine)
    rgba = matte(scenes.photograph(scenes.disk(), colors, WHITE), Matte()).rgba
    assert scenes.iou(scenes.placed(scenes.disk(), rgba), rgba) >= 0.985


@pytest.mark.parametrize("back", [(255, 255, 255), (40, 180, 70), (8, 8, 8)])
def test_no_background_is_left_in_the_edge_s_colours(back):
    """An even red disk: every visible pixel of the cutout must be that red, to what rounding and alpha allow."""
    truth, color = scenes.disk(), np.array([190, 40, 60])
    rgba = matte(scenes.photograph(truth, scenes.flat(color), scenes.flat(back)), Matte()).rgba
    off = np.abs(rgba[..., :3].astype(int) - color).max(axis=-1)
    assert off[rgba[..., 3] > 0].max() <= 20
    assert off.max() <= 20  # nor under clear pixels, where texture filtering reaches
    soft = (rgba[..., 3] > 20) & (rgba[..., 3] < 235)
    assert soft.sum() > 300  # the edge is soft
    true = scenes.placed(truth, rgba)
    assert np.abs(rgba[..., 3] / 255 - true)[soft].mean() < 0.1  # and measures coverage


def test_alpha_of_the_picture_is_used_as_it_is():
    truth = scenes.star()
    result = matte(scenes.cut_out(truth, scenes.surface(RED)), Matte())
    assert result.method == "alpha" and result.warnings == ()
    assert scenes.iou(scenes.placed(truth, result.rgba), result.rgba) > 0.995


def test_trim_leaves_an_equal_margin_even_beyond_the_frame():
    coverage = np.zeros((scenes.SIZE, scenes.SIZE))
    coverage[40:240, 0:100] = 1
    result = matte(scenes.cut_out(coverage, scenes.surface(RED)), Matte())
    assert result.rgba.shape == (216, 116, 4)  # 4 % of 200 on each side
    assert (result.rgba[8:-8, 8:-8, 3] == 255).all() and result.rgba[..., 3].sum() == 255 * 200 * 100
    assert any("cut off at the left of" in note and "some space around" in note for note in result.warnings)


def test_soft_shadow_in_alpha_is_left_out():
    truth = scenes.disk()
    y, x = np.mgrid[0 : 1 : scenes.SIZE * 1j, 0 : 1 : scenes.SIZE * 1j]
    shadow = 0.6 * np.exp(-(((x - 0.52) / 0.3) ** 2 + ((y - 0.82) / 0.05) ** 2))
    alpha = truth + (1 - truth) * shadow
    colors = scenes.surface(RED) * (truth / np.maximum(alpha, 1e-6))[..., None]
    result = matte(scenes.cut_out(alpha, colors), Matte())
    assert any("shadow" in note for note in result.warnings)
    assert scenes.iou(scenes.placed(truth, result.rgba), result.rgba) >= 0.98


def test_premultiplied_colours_are_made_straight():
    truth = cv2.GaussianBlur(scenes.disk(), (0, 0), 2)
    color = np.array([190, 140, 60])
    result = matte(scenes.cut_out(truth, scenes.flat(color) * truth[..., None]), Matte())
    assert any("premultiplied" in note for note in result.warnings)
    seen = result.rgba[..., 3] > 60
    assert np.abs(result.rgba[..., :3].astype(int) - color).max(axis=-1)[seen].max() <= 6


def test_specks_are_removed_and_large_parts_kept():
    coverage = np.zeros((scenes.SIZE, scenes.SIZE))
    coverage[100:260, 60:160] = coverage[150:240, 220:300] = 1
    coverage[20:24, 330:334] = coverage[340:343, 20:23] = 1
    result = matte(scenes.cut_out(coverage, scenes.surface(RED)), Matte())
    assert result.rgba[..., 3].astype(bool).sum() == 160 * 100 + 90 * 80
    assert any("2 specks" in note for note in result.warnings)


def test_rounded_corners_are_no_cutout():
    """A clear rim says nothing of the object: auto goes on to the background."""
    picture = scenes.photograph(scenes.disk(), scenes.surface(RED), WHITE)
    rgba = picture.rgba.copy()
    rgba[:6, :6, 3] = rgba[-6:, -6:, 3] = 0
    result = matte(replace(picture, rgba=rgba, has_alpha=True), Matte())
    assert result.method == "plain background"
    assert scenes.iou(scenes.placed(scenes.disk(), result.rgba), result.rgba) >= 0.97


@pytest.mark.parametrize(
    ("picture", "method", "what"),
    [
        (scenes.photograph(scenes.disk() * 0, WHITE, WHITE), "auto", "no object was found"),
        (scenes.photograph(scenes.disk() * 0, WHITE, WHITE), "plain", "no object was found"),
        (scenes.cut_out(np.ones((90, 90)), np.full((90, 90, 3), 99.0)), "alpha", "the whole frame"),
        (scenes.photograph(scenes.disk(), WHITE * 0, WHITE), "alpha", "no transparency"),
    ],
)
def test_nothing_everything_and_no_alpha_are_errors_with_ways_out(picture, method, what):
    with pytest.raises(PictureError) as caught:
        matte(picture, Matte(method=method))
    assert what in caught.value.what
    assert "transparency" in caught.value.fix and "plain background" in caught.value.fix


def test_busy_background_is_guessed_where_the_network_sees_nothing(monkeypatch):
    """Bricks and a textured object in the middle: a rough mask and a warning, no error."""
    monkeypatch.setattr(cutout, "shipped_alpha", lambda rgb: np.zeros(rgb.shape[:2], np.float32))
    random = np.random.default_rng(2)
    bricks = np.kron(random.integers(50, 210, (36, 18, 1)), np.ones((10, 20, 3))) * np.array([0.7, 0.75, 0.6])
    front = scenes.surface(RED) + random.normal(0, 8, (scenes.SIZE, scenes.SIZE, 1))
    result = matte(scenes.photograph(scenes.star(), front, bricks, noise=3), Matte())
    assert result.method == "grabcut"
    assert any("guess" in note and "saw no object" in note and "isnet-general-use" in note for note in result.warnings)
    assert scenes.iou(scenes.placed(scenes.star(), result.rgba), result.rgba) > 0.85


def test_same_picture_same_bytes_whatever_ran_before():
    bricks = np.kron(np.random.default_rng(2).integers(60, 200, (36, 36, 3)), np.ones((10, 10, 1)))
    picture = scenes.photograph(scenes.disk(), scenes.surface(RED), bricks)
    first = matte(picture, Matte())
    cv2.setRNGSeed(99)
    np.random.default_rng().random(10)
    again = matte(picture, Matte())
    assert first.rgba.tobytes() == again.rgba.tobytes() and first.warnings == again.warnings


@pytest.mark.skipif(not PICTURES.exists(), reason="needs the sample pictures in ../shared/images")
@pytest.mark.parametrize(
    ("name", "method", "part"),
    [
        ("instantmesh_cake.jpg", "plain background", (0.36, 0.42)),
        ("instantmesh_chair_comfort.jpg", "plain background", (0.33, 0.39)),
        ("instantmesh_fruit.jpg", "plain background", (0.44, 0.50)),
        ("openlrm_building.png", "plain background", (0.38, 0.48)),
        ("openlrm_traffic.png", "plain background", (0.30, 0.36)),
        ("instantmesh_plant.jpg", "network", (0.38, 0.50)),
        ("triposr_unicorn.png", "alpha", (0.15, 0.40)),
    ],
)
def test_sample_pictures_take_the_way_that_was_judged_by_eye(name, method, part):
    picture = intake((PICTURES / name).read_bytes(), name)
    result = matte(picture, Matte())
    assert result.method == method
    assert part[0] < (result.rgba[..., 3] > 127).sum() / picture.rgba[..., 3].size < part[1]
