"""Signs of damage that Pillow passes over: bytes missing at the end, broken JPEG codes that decode to grey."""

from __future__ import annotations

import os
import re
import tempfile

from importer.errors import PictureError

_AGAIN = "Save or copy the picture again."


def check_length(data: bytes, form: str, where: str) -> None:
    """Refuse a file shorter than its own header says."""
    if form == "WEBP":
        claimed = int.from_bytes(data[4:8], "little") + 8
    elif form == "BMP":
        claimed = int.from_bytes(data[10:14], "little") + 1  # the file size field is often 0: pixels must begin inside
    elif form == "PNG":
        claimed = len(data) if b"IEND" in data[-64:] or b"IEND" in data else len(data) + 1
    else:
        return
    if len(data) >= claimed:
        return
    if form == "PNG":
        raise PictureError(f"the PNG ends after {len(data)} bytes, before its end mark (IEND)", where=where, fix=_AGAIN)
    name = "WebP" if form == "WEBP" else form
    raise PictureError(f"the {name} has {len(data)} bytes of at least {claimed}", where=where, fix=_AGAIN)


def check_jpeg(data: bytes, where: str) -> None:
    """Refuse a JPEG in whose data libjpeg finds broken codes; it would go on with grey blocks.

    libjpeg reports this on the standard error output only, which Pillow silences and OpenCV does not. Bytes too many
    before a marker do no harm and are common.
    """
    import cv2
    import numpy as np

    said = _stderr_of(lambda: cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8))
    for line in said.splitlines():
        found = re.search(r"Corrupt JPEG data: (.*)", line)
        if found and "extraneous" not in found[1]:
            raise PictureError(f"the JPEG's pixel data is damaged ({found[1].strip()})", where=where, fix=_AGAIN)


def _stderr_of(action) -> str:
    """Return what native code prints to file descriptor 2 during ``action()``."""
    kept = os.dup(2)
    try:
        with tempfile.TemporaryFile() as file:
            os.dup2(file.fileno(), 2)
            try:
                action()
            finally:
                os.dup2(kept, 2)
            file.seek(0)
            return file.read().decode("utf-8", "replace")
    finally:
        os.close(kept)
