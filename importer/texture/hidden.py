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
from importer.texture.sight import facing, smoothstep

_HOLD = 4.0  # how firmly the picture's colours hold where they are seen, against one edge of the mesh
_FADE = 0.15  # length of the correction when the volume is fully trusted, part of the diagonal
_ALIKE = 0.10  # difference of colour (sRGB, rms) at which the back stops being like the front


def guess_colors(dense: Dense, weight: F32, source: Source, prediction: Prediction, camera: Camera) -> tuple[F32, F32]:
    """Guess the broad colours and the likeness to the picture of every dense vertex.

    Parameters
    ----------
    weight : (n,)
        The picture's weight at the vertices (sight.py).
    source : Source
        The picture.
    camera : Camera
        Sees the dense mesh as the picture does.

    Returns
    -------
    color : (n, 3) float32
        sRGB 0..1, equal to the picture's low band where that is seen.
    alike : (n,) float32
        0..1: how plausible it is that a point which faces away carries the detail of the point before it.
    """
    vertices = dense.mesh.vertices
    uv, _ = camera.project(vertices)
    picture, broad = sample(source.sharp, uv), sample(source.broad, uv)
    volume = _volume_colors(prediction, camera, vertices)
    matched, trust = _match(volume, broad, weight)
    graph = vertex_graph(dense)
    fade = _FADE * dense.diagonal / max(trust, 1e-3)
    pull = (dense.edge_length / (2 * fade)) ** 2
    seen = smooth(graph, picture, 2)
    offset = diffuse(graph, vertices, dense.normals, _HOLD * weight**2, seen - matched, pull)
    color = np.asarray(np.clip(matched + offset, 0, 1), np.float32)
    apart = np.sqrt(((color - broad) ** 2).mean(axis=1))
    away = smoothstep(-facing(camera, vertices, dense.normals), 0.1, 0.5)
    alike = away * np.exp(-((apart / _ALIKE) ** 2))
    return np.asarray(color, np.float32), smooth(graph, alike[:, None].astype(np.float32), 4)[:, 0]


def _volume_colors(prediction: Prediction, camera: Camera, points: F32) -> F32:
    """Read the network's colour volume at world points: (n, 3)."""
    u, v, w = world_to_frustum(points, camera, prediction.depth_range).T
    depth, height, width = prediction.color.shape[1:]
    place = [(w + 1) / 2 * depth - 0.5, v * height - 0.5, u * width - 0.5]
    channels = [map_coordinates(c.astype(np.float32), place, order=1, mode="nearest") for c in prediction.color]
    return np.stack(channels, axis=1)


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
