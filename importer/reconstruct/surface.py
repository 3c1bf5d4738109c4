"""From occupancy in the frustum to a dense closed mesh that agrees with the picture's mask.

The mask is sharper than the volume and is trusted more: what lies outside it is carved away, and every ray inside it
must hit something, so that bars thinner than a voxel survive (the two halves of silhouette consistency; Laurentini 1994
for the visual hull). The surface is marching cubes (Lewiner 2003) on a cubic B-spline of the volume, which has no voxel
terraces. Where it ends a little short of the mask it is moved onto it (outline.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.measure import marching_cubes

from importer.errors import StageError
from importer.profile.schema import Reconstruct
from importer.reconstruct.frustum import frustum_to_world
from importer.reconstruct.outline import onto_outline
from importer.records import F32, F64, U8, Mesh, Prediction

RESOLUTION = (
    192  # samples along each side of the box; thin bars gain nothing above it, since the mask places their sides
)
_LIMIT = 1.5  # of the field, in samples
_SHARP, _WIDE = 0.3, 1.08  # samples a unit of the logit of an edge: its sigma / 1.65; a box's, and a blurred one's
_AGREE = 0.35  # samples between the two
_MASK_SIDE = 4 * RESOLUTION
_THIN = _MASK_SIDE // RESOLUTION  # a sample: half the least width at which a part of the mask stays in one piece
_LEAST, _MAX_FILL = 1.0, 5.0  # half the thickness, in samples, that a ray without any evidence gets and may get
_BAR = 2  # samples; of a bar of half this width every ray counts
_MERGE = 2  # samples by which filled parts reach into what is there
_NUDGE = 0.003  # samples; least distance of the field from 0, so that no triangle is degenerate
_DOUBT = 1e-6  # what a volume that says "empty" leaves in the squared weight of a ray
_MAPS = 0.05  # how much the predicted depth maps count against a volume that is sure


def surface(prediction: Prediction, settings: Reconstruct) -> Mesh:
    """Return the dense surface in the frame of ``prediction.view.camera``, closed, wound outward.

    Raises
    ------
    StageError
        The network sees nothing inside the mask.
    """
    mask = mask_distance(prediction.view.rgba[..., 3]) if settings.carve else None
    field, origin = _field(prediction, mask)
    if not (field > 0).any():
        fix = "Choose another model with reconstruct.model, or a picture that shows the whole object."
        raise StageError("the network found no solid object in the picture", where="reconstruct", fix=fix)
    field = np.where(np.abs(field) < _NUDGE, np.copysign(np.float32(_NUDGE), field), field)
    field = np.pad(field, 1, constant_values=-_LIMIT)
    corners, faces, _, _ = marching_cubes(field, 0.0)
    places = corners - 1 + origin
    if mask is not None:
        outline = _outline(field[1:-1, 1:-1, 1:-1].max(0), origin)
        places[:, :0:-1] = onto_outline(places[:, :0:-1], outline, mask)
    w, v, u = (places + 0.5).T / RESOLUTION
    points = frustum_to_world(np.stack([u, v, 2 * w - 1], axis=1), prediction.view.camera, prediction.depth_range)
    return Mesh(points.astype(np.float32), np.ascontiguousarray(faces, np.int32))


def _field(prediction: Prediction, mask: F32 | None) -> tuple[F32, F64]:
    """Return the distance to the surface in samples, positive inside, and the index (w, v, u) of the first."""
    probability = _sigmoid(prediction.logits.astype(np.float32))
    if mask is None:
        whole = (0, RESOLUTION)
        return _upsampled(probability, whole, whole, whole), np.zeros(3)
    rows, columns = (_span(mask.max(axis), -2.0) for axis in (1, 0))
    window = (slice(*rows), slice(*columns))
    middle = _middle(prediction, probability)
    depth = _depth_span(probability, middle[mask > 0])
    field = _upsampled(probability, depth, rows, columns)
    fill = _fill(field, middle - depth[0], mask, window)
    return _carved(field, mask[window], fill), np.array([depth[0], rows[0], columns[0]], np.float64)


def _depth_span(probability: F32, middle: F32) -> tuple[int, int]:
    """Range of samples in depth that can hold matter, from the volume or from the fill."""
    near, far = (np.array(_span(probability.max((1, 2)), 0.02)) * RESOLUTION / len(probability)).tolist()
    if middle.size:
        near, far = min(near, float(middle.min())), max(far, float(middle.max()))
    margin = _MAX_FILL + 3
    return max(int(near - margin), 0), min(int(far + margin) + 1, RESOLUTION)


def mask_distance(alpha: U8) -> F32:
    """Return the signed distance to the mask's edge in samples, positive inside, (RESOLUTION, RESOLUTION)."""
    shrink = alpha.shape[0] > _MASK_SIDE
    fine = cv2.resize(alpha, (_MASK_SIDE,) * 2, interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR) > 127
    return _signed(_thickened(fine.astype(np.uint8)) > 0)


def _outline(top: F32, origin: F64) -> F32:
    """Return the signed distance to the surface's outline like `mask_distance`, from the rays' largest values."""
    whole = np.full((RESOLUTION, RESOLUTION), -_LIMIT, np.float32)
    row, column = origin[1:].astype(int)
    whole[row : row + top.shape[0], column : column + top.shape[1]] = top
    return _signed(cv2.resize(whole, (_MASK_SIDE,) * 2, interpolation=cv2.INTER_CUBIC) > 0)


def _signed(fine: NDArray[np.bool_]) -> F32:
    """Return the signed distance in samples, positive inside, from a mask of `_MASK_SIDE` pixels."""
    inside, outside = (cv2.distanceTransform(m.astype(np.uint8), cv2.DIST_L2, 5) for m in (fine, ~fine))
    signed = (np.maximum(inside - 0.5, 0) - np.maximum(outside - 0.5, 0)) * (RESOLUTION / _MASK_SIDE)
    return np.asarray(cv2.resize(signed, (RESOLUTION,) * 2, interpolation=cv2.INTER_AREA), np.float32)


def _thickened(mask: U8) -> U8:
    """Give the parts of a 0/1 mask that are too thin for the samples a width of two: thinner ones fall to pieces.

    Thin is what an opening removes, but for the corners, which lie beside what it leaves.
    """
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _THIN + 1,) * 2)
    body = cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc)
    thin = cv2.subtract(mask, cv2.dilate(body, disc))
    if not thin.any():
        return mask
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    spine = np.where(distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)) - 0.5, thin, 0)
    return np.asarray(cv2.max(mask, cv2.dilate(spine.astype(np.uint8), disc)), np.uint8)


def _upsampled(probability: F32, *ranges: tuple[int, int]) -> F32:
    """Distance to the surface in samples, at the samples of `ranges`, one range an axis.

    A smoothed edge is nearly a normal distribution function, whose logit is nearly linear. Wide smoothing leaves no
    ripples of the voxels in flat parts, narrow smoothing keeps edges, thin parts and narrow gaps: the wide one counts
    as far as it agrees with the narrow one.
    """
    sharp = _distance(_splined(probability, ranges, blur=False), _SHARP)
    wide = _distance(_splined(probability, ranges, blur=True), _WIDE)
    return np.clip(wide, sharp - _AGREE, sharp + _AGREE, out=wide)


def _splined(volume: F32, ranges: tuple[tuple[int, int], ...], blur: bool) -> F32:
    z, y, x = (_spline(n, r, blur) for n, r in zip(volume.shape, ranges, strict=True))
    result = np.matmul(y, volume @ x.T)
    return (z @ result.reshape(len(volume), -1)).reshape(len(z), len(y), len(x))


def _spline(cells: int, samples: tuple[int, int], blur: bool) -> F32:
    """Matrix from cell values to samples, both at the centres of their cells; borders repeat.

    Without blur the interpolating cubic of Catmull and Rom (1974), with blur a cubic B-spline of binomial averages.
    """
    at = (np.arange(*samples) + 0.5) * cells / RESOLUTION - 0.5
    base = np.floor(at).astype(int)
    t = at - base
    weights = np.stack([2 * t**2 - t - t**3, 3 * t**3 - 5 * t**2 + 2, t + 4 * t**2 - 3 * t**3, t**3 - t**2]) / 2
    if blur:
        weights = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, 3 * (t + t**2 - t**3) + 1, t**3]) / 6
        weights = np.stack([np.convolve(w, np.array([1, 4, 6, 4, 1]) / 16) for w in weights.T], axis=1)
    matrix = np.zeros((len(at), cells), np.float32)
    first = base - 1 - (len(weights) - 4) // 2
    for k, weight in enumerate(weights):
        np.add.at(matrix, (np.arange(len(at)), np.clip(first + k, 0, cells - 1)), weight)
    return matrix


def _distance(probability: F32, spread: float) -> F32:
    inside = np.clip(probability, 0.02, 0.98)
    return np.clip(np.float32(spread) * np.log(inside / (1 - inside)), -_LIMIT, _LIMIT)


def _sigmoid(x: F32) -> F32:
    return np.asarray(1 / (1 + np.exp(-x)), np.float32)


def _span(profile: F32, threshold: float) -> tuple[int, int]:
    hits = np.nonzero(profile > threshold)[0]
    return (int(hits[0]), int(hits[-1]) + 1) if len(hits) else (0, len(profile))


@dataclass(frozen=True)
class _Fill:
    """Slabs that stand in for missing matter: `half` thickness and `middle` index in samples; -inf where none."""

    half: F32
    middle: F32


def _middle(prediction: Prediction, probability: F32) -> F32:
    """Depth of the middle of the object's matter on every ray, in samples, smooth where the volume is unsure.

    A normalised convolution (Knutsson 1993): the volume's own centre counts as much as it is sure of it, the predicted
    depth maps a little, and neighbours fill in the rest.
    """
    cells = len(probability)
    centre = (np.arange(cells, dtype=np.float32) + 0.5) / cells * 2 - 1
    squared = probability**2
    total = squared.sum(0)
    own = np.tensordot(centre, squared, 1) / np.maximum(total, 1e-6)
    maps = prediction.depth.astype(np.float32).mean(0)
    sure = np.minimum(total, 1.0) ** 2
    alpha = cv2.resize(prediction.view.rgba[..., 3], maps.shape[::-1], interpolation=cv2.INTER_AREA) / np.float32(255)
    result = cv2.GaussianBlur(own * sure + _MAPS * maps * alpha, (0, 0), 6.0)
    result /= cv2.GaussianBlur(sure + _MAPS * alpha, (0, 0), 6.0) + 1e-6
    for sigma in (1.2, 0.5):
        weight = cv2.GaussianBlur(sure, (0, 0), sigma)
        near = cv2.GaussianBlur(own * sure, (0, 0), sigma) / np.maximum(weight, 1e-6)
        trust = weight**2 / (weight**2 + _DOUBT)
        result = trust * near + (1 - trust) * result
    middle = cv2.resize(result, (RESOLUTION, RESOLUTION), interpolation=cv2.INTER_CUBIC)
    return np.asarray((middle + 1) / 2 * RESOLUTION - 0.5, np.float32)


def _fill(field: F32, middle: F32, mask: F32, window: tuple[slice, slice]) -> _Fill:
    """Find the parts of the mask whose rays hit nothing, and give them slabs as thick as they are wide.

    A part is missing where its medial line is, and most of its width if it has any: a volume that merely ends a little
    short of the mask, or leaves a crack between two parts, needs no help.
    """
    mask, middle = mask[window], middle[window]
    missing = (mask > 0) & (field.max(0) < np.minimum(mask, 0.25))
    medial = mask >= 0.75 * cv2.dilate(mask, np.ones((5, 5), np.uint8))
    radius = np.where(missing & medial, np.clip(mask, _LEAST, _MAX_FILL), 0).astype(np.float32)
    solid, empty = (((mask > 0) & (missing == m)).astype(np.float32) for m in (False, True))
    reach = np.zeros_like(mask)  # the radius of the missing part that each ray belongs to
    for r in range(1, int(_MAX_FILL) + 2):
        seeds = (radius > r - 1) & (radius <= r)
        if r > _BAR:
            hits, misses = (cv2.blur(a, (2 * r + 1,) * 2) for a in (solid, empty))
            seeds &= misses > hits
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * (r + _MERGE) + 1,) * 2)
        reach = np.maximum(reach, cv2.dilate(np.where(seeds, radius, 0), disc))
    inside = np.minimum(mask, reach)
    half = np.sqrt(np.maximum(inside * (2 * reach - inside), 0))  # a bar seen from the front is round
    half = np.maximum(half, np.minimum(_step(middle, mask > 0) / 2 + 0.5, _MAX_FILL))  # and in one piece
    used = (reach > 0) & (mask > -1)
    return _Fill(np.where(used, np.where(mask > 0, half, mask), -np.inf).astype(np.float32), middle)


def _step(depth: F32, mask: NDArray[np.bool_]) -> F32:
    """Return the largest difference to a neighbour within `mask`, 0 outside."""
    around = np.ones((3, 3), np.uint8)
    far, near = (cv2.dilate(np.where(mask, d, -np.inf).astype(np.float32), around) for d in (depth, -depth))
    return np.where(mask, np.maximum(far - depth, near + depth), 0).astype(np.float32)


def _carved(field: F32, mask: F32, fill: _Fill) -> F32:
    """Add the fill and cut everything to the mask."""
    v, u = np.nonzero(np.isfinite(fill.half))
    index = np.arange(len(field), dtype=np.float32)[:, None]
    slab = fill.half[v, u] - np.abs(index - fill.middle[v, u])
    field[:, v, u] = np.maximum(field[:, v, u], slab)
    return np.clip(np.minimum(field, mask), -_LIMIT, _LIMIT)
