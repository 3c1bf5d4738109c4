"""Any of Pillow's modes to 8-bit sRGB with straight alpha, through the embedded ICC profile where there is one."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from importer.errors import PictureError
from importer.records import U8

_SPACES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK", "LAB": "LAB"}


def to_rgba(image: Image.Image, profile: bytes | None, notes: list[str], where: str) -> U8:
    """Return (h, w, 4) uint8; append to ``notes`` what had to be guessed."""
    image = _eight_bit(image)
    alpha = None
    if image.mode in ("P", "PA", "La", "LA", "RGBa", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA") if image.mode != "LA" else image
        alpha = np.asarray(image.getchannel("A"))
        image = image.convert("L" if image.mode == "LA" else "RGB")
    if image.mode == "HSV" or image.mode not in ("L", "RGB", "CMYK", "LAB"):
        image = image.convert("RGB")
    rgb = np.asarray(_to_srgb(image, profile, notes, where).convert("RGB"))
    if alpha is None:
        alpha = np.full(rgb.shape[:2], 255, np.uint8)
    return np.ascontiguousarray(np.dstack([rgb, alpha]))


def _eight_bit(image: Image.Image) -> Image.Image:
    """Scale 16-bit grey to 8 bits; Pillow would clip it. Pillow reads 16-bit RGB as 8 bits by itself."""
    if not (image.mode.startswith("I") or image.mode == "F"):
        return image
    values = np.asarray(image).astype(np.float32)
    grey = Image.fromarray(np.clip(values / 257 + 0.5, 0, 255).astype(np.uint8), "L")
    key = image.info.get("transparency")
    if isinstance(key, int):  # tRNS of a 16-bit grey PNG: this value is clear
        grey.putalpha(Image.fromarray(np.where(values == key, 0, 255).astype(np.uint8), "L"))
    return grey


def _to_srgb(image: Image.Image, profile: bytes | None, notes: list[str], where: str) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            core: Any = source.profile
            space = core.xcolor_space.strip()
            if "sRGB" in (core.profile_description or "") and image.mode == "RGB":
                return image
            if _SPACES.get(space) == image.mode:
                return _through(image, source)
            notes.append(f"the embedded colour profile is for {space}, not {image.mode}; it was ignored")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError) as error:
            notes.append(f"the embedded colour profile is damaged ({error}); it was ignored")
    if image.mode == "LAB":
        return _through(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    if image.mode == "CMYK":
        notes.append("the picture is CMYK without a usable colour profile; its colours are approximate")
    if image.mode not in ("L", "RGB", "CMYK"):
        raise PictureError(f"pixels of kind {image.mode} cannot be read", where=where, fix="Save it as RGB.")
    return image


def _through(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image,
        source,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None  # only None when inPlace
    return converted
