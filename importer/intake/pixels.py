"""A picture file to upright 8-bit sRGB pixels, with Pillow. Runs in a limited child process: see decode.py."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from importer.errors import PictureError
from importer.intake.color import to_rgba
from importer.intake.damage import check_jpeg, check_length
from importer.intake.formats import ACCEPTED
from importer.records import U8

MAX_PIXELS = 128_000_000
"""Most pixels that are decoded; larger JPEGs are read at a half, a quarter or an eighth of their size."""
MAX_SIDE = 4096
"""Larger pictures are reduced to this longer side."""
MIN_SIDE = 16
"""Smallest side of a picture, and of what is left of it after reduction."""
_RAW_TAGS = (50706, 33421)  # DNGVersion, CFARepeatPatternDim (TIFF/EP): a camera's raw file holds a thumbnail in front


@dataclass
class Pixels:
    """What the child sends back: ``rgba`` (h, w, 4) uint8, straight alpha."""

    rgba: U8
    warnings: list[str] = field(default_factory=list)


def read_pixels(data: bytes, form: str, where: str) -> Pixels:
    """Decode the first frame of ``data``, of Pillow's format ``form``.

    Raises
    ------
    PictureError
        Damaged, too large, too small, or a variant of the format that holds no plain picture.
    """
    Image.MAX_IMAGE_PIXELS = None  # the limit is ours: _check_size
    notes: list[str] = []
    check_length(data, form, where)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata; what matters raises
        try:
            image = _open(data, form, where)
            size = image.size
            _check_kind(image, where)
            _check_size(image, where)
            if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
                notes.append(f"the file has {getattr(image, 'n_frames', 2)} frames or pages; the first was taken")
            image.load()
            if form == "JPEG":
                check_jpeg(data, where)
            upright = _upright(image, notes)
            rgba = to_rgba(_smaller(upright), image.info.get("icc_profile"), notes, where)
        except (PictureError, MemoryError):
            raise
        except Exception as error:  # on damaged files Pillow raises about anything: TypeError, struct.error, ...
            raise _damaged(form, where, error) from error
    if max(size) > MAX_SIDE:
        notes.append(
            f"the picture is {size[0]} x {size[1]} px; it was reduced to {MAX_SIDE} px on its longer side to work on"
        )
    return Pixels(rgba, notes)


def _open(data: bytes, form: str, where: str) -> Image.Image:
    if form == "PNG":
        # Decoding alone skips the checksums of the pixel data and does not miss the end of the file.
        Image.open(io.BytesIO(data), formats=[form]).verify()
    return Image.open(io.BytesIO(data), formats=[form])


def _check_kind(image: Image.Image, where: str) -> None:
    tags: Any = getattr(image, "tag_v2", {})
    if any(tag in tags for tag in _RAW_TAGS):
        raise PictureError(
            "this is a camera's raw photograph", where=where, fix="Develop it and save it as PNG or JPEG."
        )
    if image.mode in ("F", "I") and image.format == "TIFF":
        raise PictureError(
            "the TIFF holds 32-bit values, whose black and white are unknown",
            where=where,
            fix="Save it with 8 or 16 bits per channel.",
        )


def _check_size(image: Image.Image, where: str) -> None:
    """Refuse what is too small or too large, by the header alone; ask a large JPEG for a reduced size."""
    width, height = image.size
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"the picture is {width} x {height} px, and its smaller side needs at least {MIN_SIDE} px",
            where=where,
            fix="Use a larger picture; 512 px or more on the object's longer side work best.",
        )
    if max(width, height) > MAX_SIDE and min(width, height) * MAX_SIDE / max(width, height) < MIN_SIDE:
        raise PictureError(
            f"the picture is a strip of {width} x {height} px, in which no object can be made out",
            where=where,
            fix="Crop it to the object.",
        )
    if image.format in ("JPEG", "MPO") and max(width, height) > 2 * MAX_SIDE:
        longer = max(width, height)
        image.draft(None, (width * MAX_SIDE // longer, height * MAX_SIDE // longer))
    # A progressive JPEG is held in memory whole before it is reduced.
    held = (width, height) if image.info.get("progressive") else image.size
    if held[0] * held[1] > MAX_PIXELS:
        raise PictureError(
            f"the picture claims {width} x {height} px, {width * height / 1e6:.0f} megapixels, and the limit is "
            f"{MAX_PIXELS / 1e6:.0f}",
            where=where,
            fix=f"Reduce it to {MAX_SIDE} px on its longer side; more is never used.",
        )


def _upright(image: Image.Image, notes: list[str]) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image) or image
    except Exception as error:  # broken metadata raises about anything
        notes.append(f"the EXIF data is damaged ({error}); the picture was taken as it lies")
        return image


def _smaller(image: Image.Image) -> Image.Image:
    """Return the picture with its longer side at most MAX_SIDE; a mode that cannot be averaged is changed before."""
    if max(image.size) <= MAX_SIDE:
        return image
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode in ("P", "PA"):
        image = image.convert("RGBA")
    elif image.mode.startswith("I"):
        image = Image.fromarray(np.asarray(image).astype(np.float32), "F")
    factor = MAX_SIDE / max(image.size)
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX if factor < 0.25 else Image.Resampling.LANCZOS)


def _damaged(form: str, where: str, error: Exception) -> PictureError:
    reason = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, UnidentifiedImageError):  # Pillow's text has an address in memory
        reason = "its header cannot be read"
    what = f"the {ACCEPTED[form]} is damaged or incomplete"
    return PictureError(f"{what} ({reason})", where=where, fix="Save or copy the picture again.")
