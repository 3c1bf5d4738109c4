"""Maps as image files: PNG for engines, WebP or KTX2 for the web.

Base colour is compressed as a photograph. Normals and occlusion/roughness/metallic are numbers: WebP would halve the
resolution of two of their three channels, so they stay lossless.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from importer.export.ktx2 import Meaning, encode_ktx2
from importer.records import U8, Maps
from importer.texture import packing

EMBEDDED = ("base_color", "normal:opengl", "orm")
_MEANINGS: dict[str, Meaning] = {"base_color": "color", "normal:opengl": "normal"}
_QUALITY = 90  # of 100, for colours
_EFFORT = 1  # of 0..6 without loss: more takes three times as long for a hundredth of the size


def encode_maps(maps: Maps, kinds: Sequence[str]) -> dict[str, bytes]:
    """Return the file of each distinct kind, e.g. ``"normal:directx"`` (PNG) or ``"orm.webp"``.

    The encoders do not hold the GIL.
    """
    distinct = sorted(set(kinds))
    with ThreadPoolExecutor() as pool:
        return dict(zip(distinct, pool.map(lambda kind: _encode(maps, kind), distinct), strict=True))


def _encode(maps: Maps, kind: str) -> bytes:
    what, _, format = kind.partition(".")
    if format == "webp":
        return encode_webp(_pixels(maps, what), lossless=what != "base_color")
    if format == "ktx2":
        return encode_ktx2(_pixels(maps, what), _MEANINGS.get(what, "data"))
    return packing.encode_png(_pixels(maps, what))


def encode_webp(image: U8, *, lossless: bool) -> bytes:
    """Encode RGB (h, w, 3), 8 bit, as WebP; the same pixels give the same bytes."""
    out = io.BytesIO()
    if lossless:
        Image.fromarray(image).save(out, "WEBP", lossless=True, quality=50, method=_EFFORT)
    else:
        Image.fromarray(image).save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


def _pixels(maps: Maps, kind: str) -> U8:
    match kind:
        case "base_color":
            return maps.base_color
        case "normal:opengl":
            return maps.normal
        case "normal:directx":
            return packing.flip_green(maps.normal)
        case "mask":
            return packing.mask_map(maps.orm)
        case _:
            return maps.orm
