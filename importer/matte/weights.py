"""Where the weights of background networks lie on this machine."""

from __future__ import annotations

import os
from pathlib import Path


def weights_path(model: str) -> Path | None:
    """Return the weights file on this machine, or None; the folders are rembg's own, in its order."""
    places = [weights_home() / "models" / model / f"{model}.onnx"]
    legacy = os.environ.get("U2NET_HOME") or os.path.join(os.environ.get("XDG_DATA_HOME", "~"), ".u2net")
    places.append(Path(legacy).expanduser() / f"{model}.onnx")
    return next((place for place in places if place.exists()), None)


def weights_home() -> Path:
    """Return the folder where rembg keeps models."""
    if os.environ.get("U2NET_HOME"):
        return Path(os.environ["U2NET_HOME"]).expanduser()
    shared = os.environ.get("XDG_DATA_HOME")
    return Path(os.environ.get("REMBG_HOME", os.path.join(shared, "rembg") if shared else "~/.rembg")).expanduser()
