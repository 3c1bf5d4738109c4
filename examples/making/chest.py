"""A wooden treasure chest with iron bands."""

from __future__ import annotations

import numpy as np
from materials import iron, paint, wood
from shapes import Part, ball, rod, rounded_box, slab

W, D, H = 1.0, 0.62, 0.42  # the box; the lid is half a cylinder of diameter D
LID = D / 2 * 0.82  # the lid's height


def arch(radius_z: float, radius_y: float, steps: int = 40) -> list[tuple[float, float]]:
    """Return half an ellipse, counter-clockwise, from the right."""
    return [(radius_z * np.cos(a), radius_y * np.sin(a)) for a in np.linspace(0, np.pi, steps)]


def hoop(outer: float, thickness: float) -> list[tuple[float, float]]:
    """Return the outline of a band over the lid."""
    outside, inside = arch(D / 2 + outer, LID + outer), arch(D / 2 + outer - thickness, LID + outer - thickness)
    return outside + inside[::-1]


def across(p: np.ndarray) -> np.ndarray:
    """Return the length round the chest at right angles to its planks."""
    turn = np.arctan2(p[:, 1] - H, p[:, 2] * LID / (D / 2))
    return np.where(p[:, 1] > H + 0.004, 10 + turn * 0.28, p[:, 1]) + 0.01


def parts() -> list[Part]:
    """Return the chest, front +Z."""
    planks = wood("a5703f", "4a2a14", 0, across, 0.105)
    band, trim, gold = iron(), iron("59554f", 0.35), paint("d9a23a", 0.3, 1.0)
    dark = paint("1a1512", 0.9)
    result = [
        rounded_box((W, H, D), 0.012, planks).at(0, H / 2, 0),
        slab(arch(D / 2, LID), W, planks).turned(90, (0, 1, 0)).at(0, H + 0.004, 0),
        rounded_box((W + 0.035, 0.06, D + 0.035), 0.012, trim).at(0, 0.03, 0),
        rounded_box((W + 0.03, 0.045, D + 0.03), 0.01, trim).at(0, H - 0.02, 0),
        rounded_box((W + 0.03, 0.035, D + 0.03), 0.01, trim).at(0, H + 0.028, 0),
    ]
    for x in (-0.47, -0.2, 0.2, 0.47):
        wide = 0.085 if abs(x) > 0.3 else 0.07
        result.append(rounded_box((wide, H, D + 0.03), 0.008, band).at(x, H / 2, 0))
        result.append(slab(hoop(0.018, 0.05), wide, band).turned(90, (0, 1, 0)).at(x, H + 0.004, 0))
        for y in (0.13, 0.22, 0.31):
            result.append(ball(0.017, gold).at(x, y, D / 2 + 0.016))
        for a in np.radians((22, 50, 90, 130, 158)):
            spot = ((D / 2 + 0.018) * np.cos(a), H + 0.004 + (LID + 0.018) * np.sin(a))
            result.append(ball(0.017, gold).at(x, spot[1], spot[0]))
    for side in (-1, 1):
        for z in (-0.26, 0.26):
            result.append(rounded_box((0.03, H, 0.075), 0.008, band).at(side * (W / 2 + 0.004), H / 2, z))
        result.append(rounded_box((0.045, 0.05, 0.24), 0.02, trim).at(side * (W / 2 + 0.03), 0.26, 0))
    plate = [(-0.09, -0.13), (0.09, -0.13), (0.1, 0.08), (-0.1, 0.08)]
    result += [
        slab(plate, 0.045, gold).at(0, H - 0.02, D / 2 + 0.02),
        rounded_box((0.085, 0.1, 0.03), 0.012, gold).at(0, H + 0.05, D / 2 + 0.035),
        rod(0.026, 0.01, dark).turned(90, (1, 0, 0)).at(0, H - 0.06, D / 2 + 0.042),
        slab([(-0.012, -0.07), (0.012, -0.07), (0.008, 0), (-0.008, 0)], 0.01, dark).at(0, H - 0.06, D / 2 + 0.042),
    ]
    return result
