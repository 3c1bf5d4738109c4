"""From a cut-out picture to what the network says of its shape."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from importer.errors import ModelError, PictureError
from importer.profile.schema import Reconstruct
from importer.reconstruct.contract import Contract
from importer.reconstruct.frustum import orbit_camera
from importer.reconstruct.models import Model, load
from importer.records import F16, F32, U8, Camera, Cutout, Prediction, View

MAX_VIEW = 2048  # pixels; more than the largest common texture can show
_LOGIT_LIMIT = 20.0  # sigmoid(20) is 1 in half precision
_ELEVATION_LIMIT = np.radians(80.0)
_TAN_LIMITS = (0.02, 1.5)  # tan(fov / 2): from a nearly parallel view to 113 degrees


def predict(cutout: Cutout, settings: Reconstruct) -> Prediction:
    """Run the network on the object.

    Parameters
    ----------
    cutout : Cutout
        The object alone, (h, w, 4) straight alpha.
    settings : Reconstruct
        `model` names the network.

    Raises
    ------
    ModelError
        The model is missing, breaks its contract, or its result is not finite.
    PictureError
        The cut-out is empty.
    """
    model = load(settings.model)
    square = square_crop(cutout.rgba, model.contract.crop_ratio)
    outputs = model.session.run({"image": network_input(square, model.contract)})
    for name, array in outputs.items():
        if not np.isfinite(array).all():
            fix = "Try the default model, and tell the model's author."
            raise ModelError(f"output {name!r} has values that are not finite", where=str(model.path), fix=fix)
    camera, warnings = _camera(outputs["camera"][0])
    return Prediction(
        logits=_half(outputs["occupancy"][0], _LOGIT_LIMIT),
        color=_half(outputs["color"][0], 1.0),
        depth=_half(outputs["depth"][0], 1.0),
        normal=_half(outputs["normal"][0], 1.0),
        albedo=_half(outputs["albedo"][0], 1.0),
        view=View(square, camera),
        depth_range=model.contract.depth_range,
        model=_provenance(model),
        warnings=(*model.session.warnings, *warnings),
    )


def square_crop(rgba: U8, crop_ratio: float) -> U8:
    """Return the object centred in a transparent square whose side it fills to `crop_ratio` with its longer side.

    The picture's own pixels are kept, unless the square would be larger than `MAX_VIEW`. The object is where alpha
    reaches half, so that a faint shadow or halo does not shrink it.
    """
    rows, columns = (np.flatnonzero((rgba[..., 3] > 127).any(axis)) for axis in (1, 0))
    if not len(rows):
        fix = "Check the picture's alpha, or set matte.method."
        raise PictureError("the cut-out shows no object: its mask is empty", fix=fix)
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    side = max(bottom - top, right - left) / crop_ratio
    size = max(16, round(side))
    y, x = round((top + bottom - size) / 2), round((left + right - size) / 2)
    square = np.zeros((size, size, 4), np.uint8)
    h, w = rgba.shape[:2]
    y0, y1, x0, x1 = max(y, 0), min(y + size, h), max(x, 0), min(x + size, w)
    square[y0 - y : y1 - y, x0 - x : x1 - x] = rgba[y0:y1, x0:x1]
    if size > MAX_VIEW:
        premultiplied = _resize(_premultiply(square), MAX_VIEW)
        square = np.round(_straight(premultiplied) * 255).astype(np.uint8)
    return square


def network_input(square: U8, contract: Contract) -> F32:
    """Return the picture as the contract wants it: (1, 4, s, s), composited on the background, alpha last, all 0..1."""
    small = np.clip(_resize(_premultiply(square), contract.input_size), 0, 1)
    alpha = small[..., 3:]
    rgb = small[..., :3] + (1 - alpha) * np.float32(contract.background)
    return np.ascontiguousarray(np.concatenate([rgb, alpha], axis=2).transpose(2, 0, 1)[None], np.float32)


def _resize(image: F32, size: int) -> F32:
    """Antialiased: area average when shrinking, linear when growing."""
    shrink = size < image.shape[0]
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR)  # type: ignore[return-value]


def _premultiply(rgba: U8) -> F32:
    result = rgba.astype(np.float32) / np.float32(255)
    result[..., :3] *= result[..., 3:]
    return result


def _straight(premultiplied: F32) -> F32:
    result = np.clip(premultiplied, 0, 1)
    result[..., :3] = np.clip(result[..., :3] / np.maximum(result[..., 3:], 1 / 255), 0, 1)
    return result


def _camera(values: NDArray[np.float32]) -> tuple[Camera, tuple[str, ...]]:
    elevation, tan_half_fov = (float(v) for v in values)
    inside = abs(elevation) <= _ELEVATION_LIMIT and _TAN_LIMITS[0] <= tan_half_fov <= _TAN_LIMITS[1]
    warnings = () if inside else ("The network's guess of the camera is implausible and was limited.",)
    elevation = float(np.clip(elevation, -_ELEVATION_LIMIT, _ELEVATION_LIMIT))
    return orbit_camera(elevation, float(np.clip(tan_half_fov, *_TAN_LIMITS))), warnings


def _half(array: NDArray[np.float32], limit: float) -> F16:
    return np.clip(array, -limit, limit).astype(np.float16)


def _provenance(model: Model) -> dict[str, str]:
    contract = model.contract
    return {
        "name": contract.name,
        "version": str(contract.version),
        "license": contract.license,
        "sha256": model.sha256,
        "provider": model.session.provider,
    }
