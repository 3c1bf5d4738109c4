"""What stands out from the picture's border, without a network.

Robust background detection (Zhu, Liang, Wei and Sun, "Saliency optimization from robust background detection", CVPR
2014): a superpixel is background as far as its colour region runs along the border, so an object that touches the
border is not lost; the rest is judged by its contrast to that background, and smoothed by least squares.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, diags
from scipy.sparse.csgraph import dijkstra
from scipy.sparse.linalg import spsolve
from skimage.segmentation import slic

from importer.matte.lab import to_lab
from importer.records import F32, F64, I32, U8

_SIGMA_COLOR, _SIGMA_PLACE, _SIGMA_BORDER = 10.0, 0.25, 1.0  # as in the paper
_MU, _BACKGROUND_WEIGHT = 0.1, 5.0


def saliency(rgb: U8, superpixels: int = 400) -> tuple[F32, F32]:
    """Return per pixel (h, w): saliency 0..1, and the probability of background 0..1."""
    lab = to_lab(rgb)
    labels = slic(rgb, superpixels, compactness=10, start_label=0, enforce_connectivity=True)
    count = int(labels.max()) + 1
    color, place = _means(lab, labels, count)
    apart = np.linalg.norm(color[:, None] - color[None], axis=-1)
    border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    pairs = _neighbours(labels)
    background = _background(apart, pairs, border)
    near = np.exp(-((np.linalg.norm(place[:, None] - place[None], axis=-1) / _SIGMA_PLACE) ** 2) / 2)
    contrast = (apart * near) @ background
    contrast = (contrast - contrast.min()) / max(float(np.ptp(contrast)), 1e-9)
    contrast[contrast < contrast.mean()] = 0
    result = _smooth(contrast * (1 - background), background, apart, pairs)
    return result[labels].astype(np.float32), background[labels].astype(np.float32)


def _means(lab: F32, labels: I32, count: int) -> tuple[F64, F64]:
    flat = labels.ravel()
    size = np.bincount(flat, minlength=count)[:, None]
    height, width = labels.shape
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    values = np.dstack([lab, x, y]).reshape(-1, 5)
    mean = np.stack([np.bincount(flat, values[:, i], count) for i in range(5)], axis=1) / size
    return mean[:, :3], mean[:, 3:]


def _neighbours(labels: I32) -> I32:
    """Return (n, 2) pairs of labels that touch, each once, sorted."""
    across = np.stack([labels[:, :-1].ravel(), labels[:, 1:].ravel()], axis=1)
    down = np.stack([labels[:-1].ravel(), labels[1:].ravel()], axis=1)
    pairs = np.sort(np.concatenate([across, down]), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _background(apart: F64, pairs: I32, border: I32) -> F64:
    """Return each superpixel's probability of background from its boundary connectivity (equations 1 to 5)."""
    count = len(apart)
    ends = np.array([(a, b) for i, a in enumerate(border) for b in border[i + 1 :]], dtype=pairs.dtype).reshape(-1, 2)
    links = np.unique(np.concatenate([pairs, ends]), axis=0)
    cost = apart[links[:, 0], links[:, 1]]
    touching = apart[pairs[:, 0], pairs[:, 1]]
    least = np.full(count, np.inf)
    np.minimum.at(least, pairs[:, 0], touching)
    np.minimum.at(least, pairs[:, 1], touching)
    step = np.maximum(cost - float(np.mean(least[np.isfinite(least)])), 0) + 1e-6  # small steps add up otherwise
    graph = csr_matrix((step, (links[:, 0], links[:, 1])), shape=(count, count))
    way = dijkstra(graph, directed=False)
    close = np.exp(-(way**2) / (2 * _SIGMA_COLOR**2))
    connectivity = close[:, border].sum(axis=1) / np.sqrt(close.sum(axis=1))
    return 1 - np.exp(-(connectivity**2) / (2 * _SIGMA_BORDER**2))


def _smooth(front: F64, background: F64, apart: F64, pairs: I32) -> F64:
    """Return the saliency that agrees best with both guesses and between neighbours (the paper's equation 9)."""
    count = len(front)
    first, second = pairs[:, 0], pairs[:, 1]
    weight = np.exp(-(apart[first, second] ** 2) / (2 * _SIGMA_COLOR**2)) + _MU
    links = coo_matrix(
        (np.tile(weight, 2), (np.concatenate([first, second]), np.concatenate([second, first]))), shape=(count, count)
    ).tocsr()
    degree = np.asarray(links.sum(axis=1)).ravel()
    system = (diags(degree + _BACKGROUND_WEIGHT * background + front) - links).tocsc()
    return np.clip(np.asarray(spsolve(system, front)), 0, 1)
