"""Tangent-space normals, as engines decode them.

The frame is MikkTSpace's (Mikkelsen 2008): normal N and tangent T interpolated and **not** normalised, bitangent
B = sign * cross(N, T), and the engine computes normalize(x * T + y * B + z * N). The encoder inverts that very matrix.
"""

from __future__ import annotations

import numpy as np

from importer.records import F32, U8
from importer.texture.texels import Texels, unit

FLAT = np.array([128, 128, 255], np.uint8)
_LEAST_Z = 0.05  # a normal map cannot hold a surface that looks away


def encode_normals(texels: Texels, normals: F32) -> U8:
    """Bring world `normals` (k, 3) into the tangent frames of `texels`: RGB (k, 3), OpenGL (+Y), 128 is zero."""
    n, t = texels.normal, texels.tangent
    b = np.cross(n, t) * texels.sign[:, None]
    determinant = np.einsum("ij,ij->i", np.cross(t, b), n)
    local = np.stack([np.einsum("ij,ij->i", normals, np.cross(u, v)) for u, v in ((b, n), (n, t), (t, b))], axis=1)
    local = unit(local * np.sign(determinant)[:, None])
    usable = (np.abs(determinant) > 1e-12) & (np.abs(normals).sum(axis=1) > 0)
    local[~usable] = (0, 0, 1)
    local[:, 2] = np.maximum(local[:, 2], _LEAST_Z)
    # 128 and not 127.5 is zero, so that a flat surface is exactly flat in the files.
    return np.clip(np.rint(unit(local) * 127 + 128), 0, 255).astype(np.uint8)
