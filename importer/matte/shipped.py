"""The object by the small network that ships with the package, for busy backgrounds without rembg's weights.

Trained on renders over procedural backgrounds (training/matting/), so it needs no download and has no foreign licence.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort

from importer.errors import ModelError
from importer.records import F32, U8

PATH = Path(__file__).parent / "models" / "matting.onnx"
KEY = "importer.matting"  # of the metadata
LICENSE = "CC0-1.0"


def shipped_alpha(rgb: U8) -> F32:
    """Return alpha (h, w) in 0..1 as the shipped network sees it.

    Raises
    ------
    ModelError
        The file is missing or damaged: the installation is incomplete.
    """
    session = _session()
    side = session.get_inputs()[0].shape[2]
    height, width = rgb.shape[:2]
    shrink = side < min(height, width)
    small = cv2.resize(rgb, (side, side), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR)
    image = np.ascontiguousarray(small.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
    (alpha,) = session.run(None, {"image": image})
    return np.clip(cv2.resize(np.asarray(alpha)[0, 0], (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def facts() -> dict[str, Any]:
    """Return what the file says of itself: name, licence, provenance."""
    return json.loads(_session().get_modelmeta().custom_metadata_map[KEY])


@functools.lru_cache(maxsize=1)
def _session() -> ort.InferenceSession:
    """Open the file on one core of the CPU, so that a picture gives the same bytes on every machine."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return ort.InferenceSession(str(PATH), options, ["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions share no public base class
        what = "the shipped background network cannot be loaded"
        raise ModelError(what, where=str(PATH), fix="Install the package again.") from error
