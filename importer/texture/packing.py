"""Maps as each engine wants them, and their PNG files.

Sources: Unity manual, "Mask map" (HDRP) and "Metallic map" (URP): R metallic, G occlusion, B detail mask, A smoothness.
Unreal: ORM with sRGB off and normal maps in DirectX convention. glTF 2.0 and Godot: ORM and OpenGL normal maps.
"""

from __future__ import annotations

import cv2
import numpy as np

from importer.errors import StageError
from importer.records import U8

_COMPRESSION = [cv2.IMWRITE_PNG_COMPRESSION, 6, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_DEFAULT]


def mask_map(orm: U8) -> U8:
    """Pack `orm` (h, w, 3) as Unity's mask map (h, w, 4): metallic, occlusion, no detail, smoothness."""
    occlusion, roughness, metallic = orm[..., 0], orm[..., 1], orm[..., 2]
    return np.stack([metallic, occlusion, np.zeros_like(metallic), 255 - roughness], axis=-1)


def flip_green(normal: U8) -> U8:
    """Turn an OpenGL normal map (h, w, 3) into DirectX convention: green flipped about 128, so that flat stays flat."""
    flipped = normal.copy()
    flipped[..., 1] = np.minimum(256 - normal[..., 1].astype(np.int32), 255)
    return flipped


def encode_png(image: U8) -> bytes:
    """Encode grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4), 8 bit, as PNG; the same pixels give the same bytes.

    Raises
    ------
    StageError
        OpenCV refuses the array.
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (3, 4)):
        raise StageError(
            f"a PNG needs 8-bit grey, RGB or RGBA pixels, not {image.dtype} of shape {image.shape}", where="texture"
        )
    order = {2: None, 3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}[2 if image.ndim == 2 else image.shape[2]]
    pixels = image if order is None else cv2.cvtColor(np.ascontiguousarray(image), order)
    done, data = cv2.imencode(".png", pixels, _COMPRESSION)
    if not done:
        raise StageError("OpenCV could not encode a PNG", where="texture")
    return data.tobytes()
