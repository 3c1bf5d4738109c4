"""KTX2 files as the transcoder of Basis Universal reads them; three.js and Babylon.js use the same one."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.support.node import run_script


@dataclass(frozen=True)
class Transcoded:
    """``levels`` are (h, w, 3)."""

    srgb: bool
    alpha: bool
    levels: list[np.ndarray]


def transcoded(paths: Iterable[Path]) -> dict[Path, Transcoded]:
    """Return what it makes of each file."""
    paths = list(paths)
    read = run_script("read_ktx2.mjs", paths)
    return {path: _of(read[str(path)]) for path in paths}


def _of(found: dict) -> Transcoded:
    levels = []
    for level in found["levels"]:
        pixels = np.frombuffer(base64.b64decode(level["rgba"]), np.uint8)
        levels.append(pixels.reshape(level["height"], level["width"], 4)[..., :3])
    return Transcoded(found["srgb"], found["alpha"], levels)
