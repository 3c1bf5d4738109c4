"""What the texture checks need of an image: its size and an even sample of its pixels."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from importer.errors import StageError
from importer.export.ktx2 import decode_ktx2
from importer.records import F64, U8
from importer.system.child import run_in_child
from importer.verify import ktx
from importer.verify.green import upward

_LARGEST = 16_384
_SAMPLE = 128


@dataclass(frozen=True)
class ImageFacts:
    """``sample`` (h, w, 4): every n-th pixel of every n-th row, the same ones for images of the same size.

    ``upward``: see `importer.verify.green`. ``srgb`` is what the file itself says of its values, None if nothing.
    ``fault`` says why there is nothing else, empty if all is well; ``sealed`` why there are no pixels.
    """

    width: int = 0
    height: int = 0
    channels: int = 0
    sample: U8 | None = None
    upward: tuple[float, float] = (0.0, 0.0)
    srgb: bool | None = None
    fault: str = ""
    sealed: str = ""

    @property
    def rgb(self) -> F64:
        """(n, 3) sampled colours, 0..255."""
        assert self.sample is not None
        return self.sample[..., :3].reshape(-1, 3).astype(np.float64)


def measure(data: bytes) -> ImageFacts:
    """Decode one PNG, JPEG or WebP file; a KTX2 file only as this program writes it, else its header alone."""
    if data.startswith(ktx.MAGIC):
        return _sealed(data)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
            width, height = image.size
            if max(width, height) > _LARGEST:
                return ImageFacts(width, height, fault=f"{width} x {height} pixels; at most {_LARGEST} a side are read")
            channels = len(image.getbands())
            gamma = image.info.get("gamma")
            linear = isinstance(gamma, float) and abs(gamma - 1) < 0.05 and "srgb" not in image.info
            pixels = np.asarray(image.convert("RGBA"))
    except Exception as error:  # Pillow raises of every kind on damaged files
        return ImageFacts(fault=f"the image cannot be decoded ({str(error)[:80] or type(error).__name__})")
    step = max(1, -(-max(width, height) // _SAMPLE))
    sample = np.ascontiguousarray(pixels[::step, ::step])
    return ImageFacts(width, height, channels, sample, upward(pixels), False if linear else None)


def _sealed(data: bytes) -> ImageFacts:
    try:
        header = ktx.read_header(data)
        pixels = decode_ktx2(data)
    except ValueError as error:
        return ImageFacts(fault=str(error))
    if pixels is not None:
        step = max(1, -(-max(header.width, header.height) // _SAMPLE))
        opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
        sample = np.ascontiguousarray(opaque[::step, ::step])
        return ImageFacts(header.width, header.height, 3, sample, upward(opaque), header.srgb)
    sealed = "KTX2 textures of other programs are not decoded"
    return ImageFacts(header.width, header.height, srgb=header.srgb, sealed=sealed)


def measure_all(files: list[bytes]) -> list[ImageFacts]:
    """Decode several files."""
    return [measure(data) for data in files]


def measure_untrusted(files: list[bytes]) -> list[ImageFacts]:
    """Decode files from elsewhere in a child process; one that crashes or hangs the decoder is at fault."""
    if not files:
        return []
    try:
        return run_in_child(measure_all, files, timeout_s=120, memory_mb=4096, what="decoding the textures")
    except StageError as error:
        if len(files) == 1:
            return [ImageFacts(fault=error.what)]
        return [facts for data in files for facts in measure_untrusted([data])]


def remembered(measure: Callable[[list[bytes]], list[ImageFacts]]) -> Callable[[list[bytes]], list[ImageFacts]]:
    """Return `measure` that decodes each distinct file once: the targets of an asset share most of theirs."""
    known: dict[bytes, ImageFacts] = {}

    def recall(files: list[bytes]) -> list[ImageFacts]:
        new = [data for data in dict.fromkeys(files) if data not in known]
        known.update(zip(new, measure(new), strict=True))
        return [known[data] for data in files]

    return recall


def looks_like_normals(facts: ImageFacts) -> bool:
    """Tell whether the colours are unit vectors that point mostly out of the surface, mean near (128, 128, 255)."""
    return _bluish(facts.rgb, 128) and _unit_part(facts.rgb / 127.5 - 1) > 0.8


def looks_like_encoded_normals(facts: ImageFacts) -> bool:
    """Tell whether it is a normal map that went through the sRGB curve: mean near (188, 188, 255)."""
    rgb = facts.rgb / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return _bluish(facts.rgb, 188) and _unit_part(linear * 2 - 1) > 0.8


def _bluish(rgb: F64, middle: float) -> bool:
    red, green, blue = rgb.mean(0)
    return abs(red - middle) < 30 and abs(green - middle) < 30 and blue > 190


def _unit_part(vectors: F64) -> float:
    return float((np.abs(np.linalg.norm(vectors, axis=1) - 1) < 0.12).mean())
