"""The object by a rembg network: the models allowed, where their weights lie, and what to say when they are missing."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np
from PIL import Image

from importer.errors import ModelError
from importer.matte.weights import weights_home, weights_path
from importer.records import F32, U8


@dataclass(frozen=True)
class Weights:
    """One model that may be used: its licence, where it comes from, and the address and size of its weights."""

    license: str
    source: str
    url: str
    megabytes: int


_RELEASE = "https://github.com/danielgatis/rembg/releases/download/v0.0.0/"
ALLOWED = {
    "u2net": Weights("Apache-2.0", "https://github.com/xuebinqin/U-2-Net", _RELEASE + "u2net.onnx", 176),
    "u2netp": Weights("Apache-2.0", "https://github.com/xuebinqin/U-2-Net", _RELEASE + "u2netp.onnx", 5),
    "isnet-general-use": Weights(
        "Apache-2.0", "https://github.com/xuebinqin/DIS", _RELEASE + "isnet-general-use.onnx", 179
    ),
    "birefnet-general": Weights(
        "MIT", "https://github.com/ZhengPeng7/BiRefNet", _RELEASE + "BiRefNet-general-epoch_244.onnx", 973
    ),
    "birefnet-general-lite": Weights(
        "MIT",
        "https://github.com/ZhengPeng7/BiRefNet",
        _RELEASE + "BiRefNet-general-bb_swin_v1_tiny-epoch_232.onnx",
        224,
    ),
}
"""The models that may be used commercially. rembg's own default may not, so a model is always named."""

_CONNECT_S = 5.0
_unreachable: dict[str, str] = {}  # model to reason, so that one process asks the network once
_sessions: dict[str, Session] = {}


class Session(Protocol):
    """What is used of a rembg session."""

    def predict(self, img: Image.Image) -> list[Image.Image]:
        """Return the masks of ``img``, mode L."""
        ...


def network_alpha(rgb: U8, model: str, session: Session | None = None) -> F32:
    """Return alpha (h, w) in 0..1 as ``model`` sees it.

    Raises
    ------
    ModelError
        The model is not on the allow-list, or its weights are neither here nor to be had.
    """
    if model not in ALLOWED:
        raise ModelError(f"the background model {model!r} is not on the list of allowed ones", fix=_choices())
    session = session or _session(model)
    picture = Image.fromarray(rgb, "RGB")
    mask = np.asarray(session.predict(picture)[0].convert("L")).astype(np.float32) / np.float32(255)
    if mask.shape != rgb.shape[:2]:
        mask = cv2.resize(mask, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return mask.astype(np.float32)


def _choices() -> str:
    return (
        "Set matte.model to one of " + ", ".join(f"{name} ({entry.license})" for name, entry in ALLOWED.items()) + "."
    )


def _session(model: str) -> Session:
    if model in _sessions:
        return _sessions[model]
    path = weights_path(model)
    if path is None:
        reason = _unreachable.get(model) or _probe(ALLOWED[model].url)
        if reason:
            _unreachable[model] = reason
            raise _missing(model, reason)
    try:
        _sessions[model] = _load(model)
    except Exception as error:  # rembg passes on whatever its download and onnxruntime raise
        if path is None:
            _unreachable[model] = str(error)
            raise _missing(model, str(error)) from error
        raise ModelError(
            f"the background model's weights cannot be loaded ({error})", where=str(path), fix="Delete the file."
        ) from error
    return _sessions[model]


def _load(model: str) -> Any:
    """Open a rembg session, downloading the weights with rembg's own progress bar where they are missing.

    On the CPU, so that one picture gives the same bytes on every machine.
    """
    import pooch
    import rembg  # late: numba makes its import slow

    pooch.get_logger().setLevel("WARNING")
    return rembg.new_session(model, providers=["CPUExecutionProvider"])


def _probe(url: str) -> str:
    """Return why ``url`` cannot be fetched, or "" if it can; pooch alone would retry for minutes."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=_CONNECT_S):
            return ""
    except urllib.error.HTTPError as error:
        return f"the server answered {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))


def _missing(model: str, reason: str) -> ModelError:
    entry = ALLOWED[model]
    place = weights_home() / "models" / model / f"{model}.onnx"
    return ModelError(
        f"the weights of the background model {model} ({entry.license}, {entry.megabytes} MB) are not on this machine "
        f"and could not be fetched from {entry.url} ({reason})",
        fix=f"Cut the object out and save the picture with transparency, or put the weights at {place}, "
        "or show the object before a plain background.",
    )
