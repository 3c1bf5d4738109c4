"""Colours of what the picture does not show: a guess, and reported as one.

The network's colour volume, matched to the picture where both are known, gives the broad colours; a correction that
is exact at the border of the seen part and spreads over the surface (diffuse.py) makes the two meet. The less the
volume explains of the picture, the farther the correction reaches; a volume that explains nothing leaves the picture's
own colours, spread over the back.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import map_coordinates

from importer.reconstruct.frustum import world_to_frustum
from importer.records import F32, Camera, Prediction
from importer.texture.dense import Dense, smooth, vertex_graph
from importer.texture.diffuse import diffuse
from importer.texture.picture import Source, sample
from importer.texture.sight import FACING, GRAZING, facing, smoothstep

_HOLD = 4.0  # how firmly the picture's colours hold where they are seen, against one edge of the mesh
_SLANT = 0.03  # what is left of that for a point seen at a slant
_FADE = 0.15  # length of the correction when the volume is fully trusted, part of the diagonal
_ALIKE = 0.10  # difference of colour (sRGB, rms) at which the back stops being like the front
_FACELESS = 120  # rounds of smoothing that wash features of a face out
_WIDE = 24  # rounds of smoothing of the likeness: whole regions are alike or not, a mix of both looks like a ghost


def guess_colors(
    dense: Dense, weight: F32, source: Source, prediction: Prediction, camera: Camera, *, mirror: bool = True
) -> tuple[F32, F32]:
    """Guess the broad colours and the likeness to the picture of every dense vertex.

    Parameters
    ----------
    weight : (n,)
        The picture's weight at the vertices (sight.py).
    source : Source
        The picture.
    camera : Camera
        Sees the dense mesh as the picture does.
    mirror : bool
        Let the back look like the front at all.

    Returns
    -------
    color : (n, 3) float32
        sRGB 0..1, equal to the picture's low band where that is seen or alike.
    alike : (n,) float32
        0..1: how plausible it is that a point which faces away looks like the point before it in the picture.
    """
    vertices = dense.mesh.vertices
    uv, _ = camera.project(vertices)
    graph = vertex_graph(dense)
    picture, broad = smooth(graph, sample(source.sharp, uv), 2), sample(source.broad, uv)
    matched, trust = _match(_volume_colors(prediction, camera, vertices), broad, weight)
    alike = _likeness(dense, matched - broad, weight, trust, camera)
    if not mirror:
        # A volume that repeats the front repeats its face as well, if dimly: leave the broad colours alone.
        repeats = smoothstep(smooth(graph, alike[:, None], _FACELESS), 0.2, 0.5)
        matched = matched + repeats * (smooth(graph, matched, _FACELESS) - matched)
        alike = np.zeros_like(alike)
    fade = _FADE * dense.diagonal / max(trust, 1e-3)
    pull = (dense.edge_length / (2 * fade)) ** 2
    # Rims of pictures shine or darken: what is seen at a slant tells less of the sides than what is seen squarely.
    square = _SLANT + (1 - _SLANT) * smoothstep(facing(camera, vertices, dense.normals), 0.2, 0.7)
    shown = np.stack([weight**2 * square, (alike * (1 - weight)) ** 2], axis=1)
    known = (shown[:, :1] * picture + shown[:, 1:] * broad) / np.maximum(shown.sum(axis=1, keepdims=True), 1e-9)
    offset = diffuse(graph, vertices, dense.normals, _HOLD * shown.sum(axis=1), known - matched, pull)
    return np.asarray(np.clip(matched + offset, 0, 1), np.float32), alike


def _likeness(dense: Dense, apart: F32, weight: F32, trust: float, camera: Camera) -> F32:
    """Say how plausible (n,) the mirrored picture is: where the volume expects the colours that the front has there.

    The yardstick is how far volume and picture lie `apart` where the picture is seen, so that a vague volume does not
    forbid what it cannot tell; one that explains next to nothing of the picture gives no reason to mirror it.
    """
    graph = vertex_graph(dense)
    squared = (apart**2).mean(axis=1, keepdims=True)
    usual = float((squared[:, 0] * weight).sum() / max(float(weight.sum()), 1e-6))
    agrees = np.exp(-squared / (_ALIKE**2 + usual)) * smoothstep(np.float32(trust), 0.1, 0.3)
    wide = smoothstep(smooth(graph, agrees.astype(np.float32), _WIDE)[:, 0], 0.3, 0.6)
    away = smoothstep(-facing(camera, dense.mesh.vertices, dense.normals), GRAZING, FACING)
    return smooth(graph, np.asarray(wide * away, np.float32)[:, None], 2)[:, 0]


def _volume_colors(prediction: Prediction, camera: Camera, points: F32) -> F32:
    """Read the network's colour volume at world points: (n, 3)."""
    u, v, w = world_to_frustum(points, camera, prediction.depth_range).T
    depth, height, width = prediction.color.shape[1:]
    place = [(w + 1) / 2 * depth - 0.5, v * height - 0.5, u * width - 0.5]
    channels = [map_coordinates(c.astype(np.float32), place, order=1, mode="nearest") for c in prediction.color]
    return np.stack(channels, axis=1).astype(np.float32)


def _match(volume: F32, picture: F32, weight: F32) -> tuple[F32, float]:
    """Fit the volume's colours to the picture's where that is seen: a gain and an offset a channel.

    Returns the fitted colours and the part of the picture's variance that they explain, 0..1. A volume of one colour
    becomes the picture's mean and explains nothing.
    """
    total = float(weight.sum())
    if total < 1e-6:
        return volume, 1.0
    share = (weight / total)[:, None]
    mean_volume, mean_picture = (share * volume).sum(axis=0), (share * picture).sum(axis=0)
    dv, dp = volume - mean_volume, picture - mean_picture
    # The constant is the variance below which the volume counts as one colour.
    gain = np.clip((share * dv * dp).sum(axis=0) / ((share * dv * dv).sum(axis=0) + 1e-4), 0, 1.3)
    left = float((share * (dp - gain * dv) ** 2).sum())
    trust = 1 - left / max(float((share * dp * dp).sum()), 1e-6)
    return np.asarray(gain * dv + mean_picture, np.float32), float(np.clip(trust, 0, 1))
