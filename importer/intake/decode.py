"""The bytes of a picture file to a Picture. Decoding, where native code meets foreign bytes, runs in a child."""

from __future__ import annotations

import hashlib

import numpy as np

from importer.errors import PictureError, StageError
from importer.intake.formats import ACCEPTED, describe, sniff
from importer.intake.pixels import Pixels, read_pixels
from importer.records import U8, Picture
from importer.system.child import run_in_child

MAX_BYTES = 512 * 2**20
_TIMEOUT_S = 90.0
_MEMORY_MB = 3072
_OPAQUE = 250  # alpha from here on counts as opaque
_CLEAR_PART = 0.0005  # of the pixels: with fewer that are not opaque, alpha says nothing


def intake(data: bytes, name: str) -> Picture:
    """Return the picture upright, in 8-bit sRGB, at most 4096 px on its longer side.

    Parameters
    ----------
    data : bytes
        The whole file: PNG, JPEG, WebP, BMP or TIFF by content, whatever its suffix.
    name : str
        The file's name, for messages only.

    Raises
    ------
    PictureError
        Empty, damaged, not a picture, too small, too large, or fully transparent.
    """
    form = _format(data, name)
    kind = ACCEPTED[form]
    try:
        pixels: Pixels = run_in_child(
            read_pixels, data, form, name, timeout_s=_TIMEOUT_S, memory_mb=_MEMORY_MB, what=f"reading the {kind}"
        )
    except StageError as error:
        raise PictureError(error.what, where=name, fix="Save it again as PNG, 4096 px or less.") from error
    rgba, has_alpha = _judge_alpha(pixels.rgba, name)
    return Picture(rgba, has_alpha, hashlib.sha256(data).hexdigest(), tuple(pixels.warnings))


def _format(data: bytes, name: str) -> str:
    wanted = "Use PNG, JPEG, WebP, BMP or TIFF."
    if not data:
        raise PictureError("the file is empty", where=name, fix="Copy or save the picture again.")
    form = sniff(data)
    if form is None:
        raise PictureError(f"this is {describe(data)}", where=name, fix=wanted)
    if len(data) > MAX_BYTES:
        raise PictureError(
            f"the file has {len(data) / 2**20:.0f} MiB, and the limit is {MAX_BYTES // 2**20}", where=name, fix=wanted
        )
    return form


def _judge_alpha(rgba: U8, name: str) -> tuple[U8, bool]:
    """Return the pixels, with alpha 255 throughout where it says nothing, and whether it says something."""
    alpha = rgba[..., 3]
    if alpha.max() < 8:
        raise PictureError(
            "nothing is visible: the picture is fully transparent",
            where=name,
            fix="Save it with the object's layer visible.",
        )
    if np.count_nonzero(alpha < _OPAQUE) > _CLEAR_PART * alpha.size:
        return rgba, True
    if alpha.min() < 255:
        rgba = rgba.copy()
        rgba[..., 3] = 255
    return rgba, False
