"""From occupancy in the frustum to a dense closed mesh that agrees with the picture's mask.

The mask is sharper than the volume and is trusted more: what lies outside it is carved away, and every ray inside it
must hit something, so that bars thinner than a voxel survive (the two halves of silhouette consistency; Laurentini 1994
for the visual hull). The surface is marching cubes (Lewiner 2003) on a cubic B-spline of the volume, which has no voxel
terraces.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage
from skimage.measure import marching_cubes

from importer.errors import StageError
from importer.profile.schema import Reconstruct
from importer.reconstruct.frustum import frustum_to_world
from importer.records import F32, F64, U8, Mesh, Prediction

RESOLUTION = (
    192  # samples along each side of the box; thin bars gain nothing above it, since the mask places their sides
)
_SLOPE = 0.4  # of the field, per sample across the surface: a box-filtered edge under the B-spline
_MASK_SIDE = 4 * RESOLUTION
_MAX_FILL = 5.0  # half the thickness, in samples, that a ray without any evidence may get
_MERGE = 3  # samples by which filled parts reach into what is there
_NUDGE = 0.02  # least distance of the field from 0: no triangle gets thinner than 5 % of a voxel


def surface(prediction: Prediction, settings: Reconstruct) -> Mesh:
    """Return the dense surface in the frame of ``prediction.view.camera``, closed, wound outward.

    Raises
    ------
    StageError
        The network sees nothing inside the mask.
    """
    field, origin = _field(prediction, settings.carve)
    if not (field > 0).any():
        fix = "Choose another model with reconstruct.model, or a picture that shows the whole object."
        raise StageError("the network found no solid object in the picture", where="reconstruct", fix=fix)
    field = np.where(np.abs(field) < _NUDGE, np.copysign(np.float32(_NUDGE), field), field)
    field = np.pad(field, 1, constant_values=-0.5)
    corners, faces, _, _ = marching_cubes(field, 0.0)
    w, v, u = (corners - 1 + origin + 0.5).T / RESOLUTION
    points = frustum_to_world(np.stack([u, v, 2 * w - 1], axis=1), prediction.view.camera, prediction.depth_range)
    return Mesh(points.astype(np.float32), np.ascontiguousarray(faces, np.int32))


def _field(prediction: Prediction, carve: bool) -> tuple[F32, F64]:
    """Return the field around the object, positive inside, and the sample index of its first element, (w, v, u)."""
    probability = _sigmoid(prediction.logits.astype(np.float32))
    if not carve:
        whole = (0, RESOLUTION)
        return _upsampled(probability, whole, whole, whole) - np.float32(0.5), np.zeros(3)
    mask = mask_distance(prediction.view.rgba[..., 3])
    rows, columns = (_span(mask.max(axis), -2.0) for axis in (1, 0))
    window = (slice(*rows), slice(*columns))
    depth = (0, RESOLUTION)
    field = _upsampled(probability, depth, rows, columns) - np.float32(0.5)
    fill = _fill(field, _middle(prediction, probability), mask, window)
    return _carved(field, mask[window], fill), np.array([depth[0], rows[0], columns[0]], np.float64)


def mask_distance(alpha: U8) -> F32:
    """Return the signed distance to the mask's edge in samples, positive inside, (RESOLUTION, RESOLUTION)."""
    shrink = alpha.shape[0] > _MASK_SIDE
    fine = cv2.resize(alpha, (_MASK_SIDE,) * 2, interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR) > 127
    inside, outside = (cv2.distanceTransform(m.astype(np.uint8), cv2.DIST_L2, 5) for m in (fine, ~fine))
    signed = (np.maximum(inside - 0.5, 0) - np.maximum(outside - 0.5, 0)) * (RESOLUTION / _MASK_SIDE)
    return np.asarray(cv2.resize(signed, (RESOLUTION,) * 2, interpolation=cv2.INTER_AREA), np.float32)


def _upsampled(volume: F32, *ranges: tuple[int, int]) -> F32:
    """Cubic B-spline of the volume at the samples of `ranges`, one range an axis; smooths by about 0.6 voxels."""
    z, y, x = (_spline(n, r) for n, r in zip(volume.shape, ranges, strict=True))
    result = np.matmul(y, volume @ x.T)
    return (z @ result.reshape(len(volume), -1)).reshape(len(z), len(y), len(x))


def _spline(cells: int, samples: tuple[int, int]) -> F32:
    """Matrix from cell values to the samples of the range, both at the centres of their cells; borders repeat."""
    at = (np.arange(*samples) + 0.5) * cells / RESOLUTION - 0.5
    base = np.floor(at).astype(int)
    t = at - base
    weights = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, 3 * (t + t**2 - t**3) + 1, t**3]) / 6
    matrix = np.zeros((len(at), cells), np.float32)
    for k in range(4):
        np.add.at(matrix, (np.arange(len(at)), np.clip(base + k - 1, 0, cells - 1)), weights[k])
    return matrix


def _sigmoid(x: F32) -> F32:
    return 1 / (1 + np.exp(-x))


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
    weight = probability**2
    total = weight.sum(0)
    own = np.tensordot(centre, weight, 1) / np.maximum(total, 1e-6)
    maps = prediction.depth.astype(np.float32).mean(0)
    sure = np.minimum(total, 1.0) ** 2
    alpha = cv2.resize(prediction.view.rgba[..., 3], maps.shape[::-1], interpolation=cv2.INTER_AREA) / np.float32(255)
    values, confidence = own * sure + 0.05 * maps * alpha, sure + 0.05 * alpha + 1e-6
    coarse = cv2.GaussianBlur(values, (0, 0), 6.0) / cv2.GaussianBlur(confidence, (0, 0), 6.0)
    fine = cv2.GaussianBlur(values + 0.05 * coarse, (0, 0), 1.2) / cv2.GaussianBlur(confidence + 0.05, (0, 0), 1.2)
    middle = cv2.resize(fine, (RESOLUTION, RESOLUTION), interpolation=cv2.INTER_CUBIC)
    return np.asarray((middle + 1) / 2 * RESOLUTION - 0.5, np.float32)


def _fill(field: F32, middle: F32, mask: F32, window: tuple[slice, slice]) -> _Fill:
    """Find the rays inside the mask that hit nothing, and give each a slab as thick as the part is wide."""
    mask, middle = mask[window], middle[window]
    missing = (mask > 0) & (field.max(0) < np.minimum(mask * _SLOPE, 0.1))
    width = np.where(missing, mask, 0)
    reach = 2 * int(np.ceil(_MAX_FILL)) + 1
    radius = np.minimum(ndimage.maximum_filter(width, reach), _MAX_FILL)
    near = np.asarray(ndimage.binary_dilation(missing, iterations=_MERGE)) & (mask > -1)
    inside = np.minimum(mask, radius)
    half = np.sqrt(np.maximum(inside * (2 * radius - inside), 0))  # a bar seen from the front is round
    return _Fill(np.where(near, np.where(mask > 0, half, mask), -np.inf).astype(np.float32), middle)


def _carved(field: F32, mask: F32, fill: _Fill) -> F32:
    """Add the fill and cut everything to the mask."""
    v, u = np.nonzero(np.isfinite(fill.half))
    index = np.arange(len(field), dtype=np.float32)[:, None]
    slab = (fill.half[v, u] - np.abs(index - fill.middle[v, u])) * np.float32(_SLOPE)
    field[:, v, u] = np.maximum(field[:, v, u], slab)
    return np.clip(np.minimum(field, mask * np.float32(_SLOPE)), -0.5, 0.5)
