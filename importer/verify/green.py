"""Which way a normal map's green points, told by the map alone.

Bumps are heights h, and a map of them holds the slopes p = dh/dx and q = dh/dy. Then dp/dy = dq/dx; with green upside
down, dp/dy = -dq/dx. So the correlation of the two is near 1 for green up (OpenGL) and near -1 for green down (DirectX)
where a map was made of heights, and near 0 where it was baked from another shape.
"""

from __future__ import annotations

import numpy as np

from importer.records import U8

_SIDE = 1024  # pixels a side that are looked at
_NOISE = 0.03  # steps of 8 bits make slopes as rough as that
_CREASE = 0.4  # borders of charts, which are no bumps


def upward(pixels: U8) -> tuple[float, float]:
    """Return the correlation, -1..1, and the part of the map (h, w, 3 or 4) that tells anything."""
    vectors = pixels[:_SIDE, :_SIDE, :3].astype(np.float32) / 127.5 - 1
    if min(vectors.shape[:2]) < 8:
        return 0.0, 0.0
    steep = np.maximum(vectors[..., 2], 0.2)
    p, q = -vectors[..., 0] / steep, -vectors[..., 1] / steep
    a, b = (p[:-2, 1:-1] - p[2:, 1:-1]) / 2, (q[1:-1, 2:] - q[1:-1, :-2]) / 2
    ok = vectors[..., 2] > 0.3
    ok = ok[2:, 1:-1] & ok[:-2, 1:-1] & ok[1:-1, 2:] & ok[1:-1, :-2]
    told = ok & (np.abs(a) < _CREASE) & (np.abs(b) < _CREASE) & (np.abs(a) + np.abs(b) > _NOISE)
    a, b = a[told].astype(np.float64), b[told].astype(np.float64)
    power = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return (float((a * b).sum()) / power if power > 0 else 0.0), float(told.mean())
