"""A toy rocket."""

from __future__ import annotations

import numpy as np
from materials import clouds, full, mix, paint, rgb
from shapes import Part, lathe, rod, slab, smooth_profile


def hull(p: np.ndarray):
    """Return the white hull with a red nose, a checkered belt, panel lines and rivets."""
    turn = np.arctan2(p[:, 0], p[:, 2]) / (2 * np.pi) + 0.5
    y = p[:, 1]
    red = np.clip((y - 1.28) * 200, 0, 1)
    belt = (np.abs(y - 0.46) < 0.06).astype(float)
    check = ((np.floor(turn * 24) + np.floor((y - 0.46) / 0.06)) % 2) * belt
    line = np.min([np.abs(y - h) for h in (0.34, 0.60, 1.02, 1.28)], axis=0)
    seam = np.clip(line / 0.008, 0, 1)
    dirt = clouds(p * [5, 2.5, 5], 5, 4)
    base = mix(mix(rgb("f1eee6"), rgb("d9402f"), red), rgb("2f3440"), check)
    base *= ((0.55 + 0.45 * seam) * (0.92 + 0.14 * dirt))[:, None]
    return base.clip(0, 1), 0.28 + 0.18 * dirt, full(p, 0), 0.012 * seam


def parts() -> list[Part]:
    """Return the rocket, front +Z."""
    red, steel, dark = paint("d9402f", 0.3), paint("9a9da3", 0.3, 1.0), paint("24262b", 0.5)
    glass, rim = paint("4aa3d8", 0.12, 0.0, 0.3), paint("e9b23c", 0.28, 1.0)
    body = smooth_profile(
        [(0.19, 0.20), (0.27, 0.40), (0.315, 0.72), (0.285, 1.05), (0.2, 1.32), (0.1, 1.52), (0.0, 1.66)], 90
    )
    nozzle = [(0, 0.06), (0.15, 0.06), (0.19, 0.05), (0.15, 0.16), (0.16, 0.22), (0, 0.22)]
    fin = [(0.0, 0.62), (0.16, 0.50), (0.33, 0.25), (0.36, 0.0), (0.28, 0.0), (0.17, 0.18), (0.0, 0.26)]
    result = [
        lathe([(0, 0.2), *body], hull, 60),
        lathe(nozzle, steel, 30),
        rod(0.12, 0.05, dark).at(0, 0.055, 0),
        rod(0.02, 0.14, rim, 0.004).at(0, 1.70, 0),
    ]
    for yaw in (45, 135, 225, 315):
        result.append(slab([(x + 0.2, y) for x, y in fin], 0.06, red).turned(yaw, (0.0, 1.0, 0.0)))
    for y, radius in ((0.86, 0.135), (1.16, 0.085)):
        ring = rod(radius, 0.09, rim, 0.015).turned(90, (1, 0, 0))
        pane = rod(radius * 0.74, 0.10, glass, 0.02).turned(90, (1, 0, 0))
        depth = float(np.interp(y, [h for _, h in body], [r for r, _ in body]))
        lean = 4.0 if y < 1 else 14.0
        result += [part.turned(-lean, (1, 0, 0)).at(0, y, depth - 0.012) for part in (ring, pane)]
    return result
