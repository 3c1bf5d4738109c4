"""A chunky toy robot."""

from __future__ import annotations

import numpy as np
from materials import clouds, full, hashed, mix, paint, rgb
from shapes import Material, Part, ball, lathe, rod, rounded_box


def enamel(code: str, under: str = "8a8d90") -> Material:
    """Return enamel over steel, chipped here and there, with panel lines."""

    def material(p: np.ndarray):
        worn = np.clip((clouds(p * 9, 21, 5) - 0.66) * 16, 0, 1)
        tone = clouds(p * 3, 4, 3) - 0.5
        base = mix(rgb(code) * (1 + 0.14 * tone[:, None]), rgb(under), worn)
        return base.clip(0, 1), 0.36 + 0.15 * worn + 0.1 * tone, 0.8 * worn, -0.003 * worn

    return material


def screen(p: np.ndarray):
    """Return the dark face with two glowing eyes and a smile."""
    x, y = np.abs(p[:, 0]), p[:, 1] - 1.50
    eye = np.clip((0.062 - np.hypot((x - 0.125), (y - 0.035) * 0.8)) * 120, 0, 1)
    smile = np.clip((0.013 - np.abs(np.hypot(p[:, 0], y - 0.02) - 0.13)) * 160, 0, 1) * (y < -0.06)
    lit = np.maximum(eye, smile)
    return mix(rgb("12202b"), rgb("63f2ff"), lit), full(p, 0.16), full(p, 0), full(p, 0)


def hazard(p: np.ndarray):
    """Return black and yellow stripes."""
    stripe = ((p[:, 0] + p[:, 1]) / 0.085 % 1 < 0.5).astype(float)
    speck = hashed(np.floor(p * 90).astype(np.int64), 3) * 0.06
    return mix(rgb("f2b91d"), rgb("23211f"), stripe) - speck[:, None], full(p, 0.5), full(p, 0), full(p, 0)


def parts() -> list[Part]:
    """Return the robot, front +Z, 1.8 units tall."""
    teal, cream, orange = enamel("2c8f96"), enamel("ece3cf"), enamel("e8702a")
    steel, rubber, red = paint("8d9196", 0.34, 1.0), paint("2b2d31", 0.75), paint("d8322c", 0.25)
    result = [
        rounded_box((0.66, 0.46, 0.50), 0.11, cream).at(0, 1.47, 0),
        rounded_box((0.52, 0.30, 0.08), 0.05, screen).at(0, 1.485, 0.235),
        rod(0.11, 0.14, rubber, 0.01).at(0, 1.22, 0),
        rounded_box((0.74, 0.62, 0.52), 0.10, teal).at(0, 0.90, 0),
        rounded_box((0.44, 0.30, 0.06), 0.03, cream).at(0, 0.97, 0.25),
        rounded_box((0.60, 0.10, 0.54), 0.03, hazard).at(0, 0.64, 0),
        rounded_box((0.46, 0.14, 0.38), 0.06, steel).at(0, 0.55, 0),
        rod(0.018, 0.16, steel).at(0.16, 1.76, 0),
        ball(0.048, red).at(0.16, 1.85, 0),
    ]
    for i, color in enumerate(("d8322c", "f2b91d", "4fb04a")):
        result.append(ball(0.036, paint(color, 0.2)).at(-0.12 + 0.12 * i, 1.03, 0.285))
    result.append(rounded_box((0.32, 0.05, 0.03), 0.012, rubber).at(0, 0.91, 0.28))
    for s in (-1, 1):
        bolt = [(0, -0.05), (0.085, -0.05), (0.1, -0.03), (0.1, 0.03), (0.07, 0.05), (0, 0.05)]
        result += [
            lathe(bolt, orange).turned(90, (0, 0, 1)).at(s * 0.35, 1.48, 0),
            ball(0.145, orange).at(s * 0.43, 1.08, 0),
            rod(0.075, 0.26, rubber, 0.01).at(s * 0.47, 0.90, 0),
            rounded_box((0.19, 0.28, 0.21), 0.06, teal).at(s * 0.48, 0.70, 0.02),
            rod(0.06, 0.08, steel).at(s * 0.48, 0.54, 0.02),
            rounded_box((0.17, 0.13, 0.19), 0.05, cream).at(s * 0.48, 0.46, 0.03),
            rounded_box((0.05, 0.13, 0.09), 0.022, steel).at(s * 0.48 - 0.055, 0.37, 0.07),
            rounded_box((0.05, 0.13, 0.09), 0.022, steel).at(s * 0.48 + 0.055, 0.37, 0.07),
            rod(0.095, 0.22, rubber, 0.01).at(s * 0.19, 0.42, 0),
            rounded_box((0.26, 0.24, 0.28), 0.06, teal).at(s * 0.19, 0.27, 0),
            rounded_box((0.30, 0.16, 0.44), 0.065, orange).at(s * 0.19, 0.085, 0.05),
            rounded_box((0.31, 0.05, 0.45), 0.02, rubber).at(s * 0.19, 0.025, 0.05),
        ]
    return result
