"""A mushroom house."""

from __future__ import annotations

import numpy as np
from materials import clouds, full, mix, noise, paint, rgb, wood
from shapes import Part, ball, lathe, rod, rounded_box, slab, smooth_profile

SPOTS = [(12, 28, 0.15), (75, 40, 0.12), (-48, 36, 0.13), (140, 33, 0.15), (-115, 30, 0.13), (30, 62, 0.10)]
SPOTS += [
    (-160, 55, 0.11),
    (-75, 66, 0.09),
    (105, 66, 0.09),
    (-15, 50, 0.07),
    (48, 14, 0.08),
    (-85, 14, 0.09),
    (-25, 12, 0.07),
    (170, 12, 0.09),
]


def cap(p: np.ndarray):
    """Return the red cap with cream spots, paler under the rim."""
    d = np.column_stack([p[:, 0], (p[:, 1] - 0.78) * 1.25, p[:, 2]])
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    spot = np.zeros(len(p))
    for yaw, up, radius in SPOTS:
        a, e = np.radians([yaw, up])
        center = np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
        away = np.arccos((d @ center).clip(-1, 1)) + 0.035 * (noise(d * 9, 2) - 0.5)
        spot = np.maximum(spot, np.clip((radius * 1.25 - away) * 60, 0, 1))
    tone = clouds(p * 5, 9, 4)
    red = mix(rgb("a81f1c"), rgb("d8402c"), tone)
    gills = 0.5 + 0.5 * np.sin(np.arctan2(p[:, 0], p[:, 2]) * 60)
    under = np.clip((0.80 - p[:, 1]) * 40, 0, 1)
    base = mix(mix(red, rgb("f5ead2"), spot), mix(rgb("c9b08c"), rgb("efe0c2"), gills), under)
    return base, 0.38 + 0.25 * spot + 0.3 * under, full(p, 0), 0.018 * spot * (1 - under) + 0.004 * gills * under


def stem(p: np.ndarray):
    """Return the pale stem, darker towards the ground."""
    fiber = clouds(p * [26, 3, 26], 4, 3)
    low = np.clip(0.35 - p[:, 1], 0, 0.35) / 0.35
    return (
        mix(mix(rgb("efe3c8"), rgb("cdb78e"), fiber), rgb("8f8a55"), low * 0.6),
        full(p, 0.8),
        full(p, 0),
        0.012 * fiber,
    )


def grass(p: np.ndarray):
    """Return mossy ground."""
    tone = clouds(p * 12, 6, 4)
    return mix(rgb("3f6b2a"), rgb("8bb04a"), tone), full(p, 0.9), full(p, 0), 0.03 * tone


def bricks(p: np.ndarray):
    """Return the chimney's bricks."""
    row = np.floor(p[:, 1] / 0.05)
    along = (p[:, 0] + p[:, 2]) / 0.09 + 0.5 * (row % 2)
    gap = np.minimum(p[:, 1] / 0.05 - row, along - np.floor(along))
    joint = np.clip(gap * 9, 0, 1)
    return (
        mix(rgb("cbbfae"), mix(rgb("8e4a35"), rgb("b4694c"), noise(p * 20, 1)), joint),
        full(p, 0.85),
        full(p, 0),
        0.01 * joint,
    )


def stone(p: np.ndarray):
    """Return grey stone."""
    return mix(rgb("7d7a75"), rgb("b3aea5"), clouds(p * 9, 8)), full(p, 0.85), full(p, 0), 0.02 * clouds(p * 16, 3)


def parts() -> list[Part]:
    """Return the house, front +Z."""
    body = smooth_profile([(0, 0.02), (0.36, 0.03), (0.35, 0.2), (0.285, 0.5), (0.27, 0.8), (0.2, 0.9), (0, 0.92)])
    hat = smooth_profile(
        [(0, 0.84), (0.3, 0.80), (0.62, 0.72), (0.69, 0.75), (0.66, 0.90), (0.5, 1.15), (0.27, 1.30), (0, 1.35)], 96
    )
    round_top = [(0.115 * np.cos(a), 0.24 + 0.115 * np.sin(a)) for a in np.linspace(0, np.pi, 24)]
    frame_top = [(0.15 * np.cos(a), 0.24 + 0.15 * np.sin(a)) for a in np.linspace(0, np.pi, 24)]
    door = wood("8a5a30", "46290f", 1, lambda p: p[:, 0] + 5, 0.06)
    beam = wood("6e4523", "39200d", 1, lambda p: p[:, 0] + p[:, 2] + 5, 0.3)
    glow, brass = paint("ffd873", 0.2), paint("d9a23a", 0.3, 1.0)
    result = [
        lathe(body, stem, 60),
        lathe(hat, cap, 70),
        lathe([(0, -0.02), (0.56, -0.02), (0.58, 0.01), (0.52, 0.045), (0.36, 0.07), (0, 0.075)], grass, 60),
        slab([*frame_top, (-0.15, -0.02), (0.15, -0.02)], 0.16, beam).at(0, 0.07, 0.29),
        slab([*round_top, (-0.115, 0), (0.115, 0)], 0.04, door).at(0, 0.07, 0.365),
        ball(0.018, brass).at(0.07, 0.25, 0.395),
        rounded_box((0.13, 0.36, 0.13), 0.01, bricks).at(0.30, 1.22, -0.10),
        rounded_box((0.17, 0.05, 0.17), 0.012, stone).at(0.30, 1.41, -0.10),
        rounded_box((0.30, 0.05, 0.16), 0.02, stone).at(0, 0.065, 0.44),
        rounded_box((0.34, 0.04, 0.12), 0.018, stone).at(0, 0.04, 0.53),
    ]
    for yaw in (52, -52):
        turn = (0.0, 1.0, 0.0)
        ring = rod(0.085, 0.05, beam, 0.01).turned(90, (1, 0, 0)).at(0, 0.52, 0.28)
        pane = rod(0.062, 0.06, glow).turned(90, (1, 0, 0)).at(0, 0.52, 0.283)
        cross = [rounded_box((0.13, 0.016, 0.02), 0.005, beam), rounded_box((0.016, 0.13, 0.02), 0.005, beam)]
        result += [part.turned(yaw, turn) for part in (ring, pane, *(bar.at(0, 0.52, 0.31) for bar in cross))]
    return result
