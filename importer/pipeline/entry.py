"""One entry of the stage cache on disk: a folder with ``record.json``, a .npy file per array and a .bin file per bytes.

``record.json`` lists every file's SHA-256 and carries its own, so that no damage goes unseen.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from importer.pipeline.codec import Blob, DecodeError, decode, encode

RECORD = "record.json"
_FORMAT = 1


def write_entry(folder: Path, stage: str, record: Any) -> int:
    """Write ``record`` into the empty ``folder``; return the size in bytes. ``record.json`` comes last."""
    document, blobs = encode(record)
    sums: dict[str, str] = {}
    size = 0
    for name, blob in blobs.items():
        data = blob if isinstance(blob, bytes) else _npy(blob)
        (folder / name).write_bytes(data)
        sums[name] = hashlib.sha256(data).hexdigest()
        size += len(data)
    body = canonical({"format": _FORMAT, "stage": stage, "record": document, "files": sums})
    text = f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}\n".encode()
    (folder / RECORD).write_bytes(text)
    return size + len(text)


def read_entry(folder: Path) -> Any:
    """Return the record in ``folder``.

    Raises
    ------
    FileNotFoundError
        There is no entry, or another process is removing it.
    DecodeError
        It is damaged, or was written by another version of this program.
    """
    try:
        total, _, body = (folder / RECORD).read_text("utf-8").rstrip("\n").partition("\n")
        if hashlib.sha256(body.encode()).hexdigest() != total:
            raise DecodeError(f"{RECORD} is damaged")
        entry = json.loads(body)
        if entry["format"] != _FORMAT:
            raise DecodeError(f"its format is {entry['format']}, not {_FORMAT}")
        blobs = {name: _blob(folder / name, digest) for name, digest in entry["files"].items()}
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DecodeError(f"{RECORD} is damaged ({error})") from error
    return decode(entry["record"], blobs)


def canonical(value: Any) -> str:
    """Return JSON that depends on the value alone; the order of dict keys counts as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _blob(path: Path, digest: str) -> Blob:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise DecodeError(f"{path.name} is damaged")
    return np.load(io.BytesIO(data), allow_pickle=False) if path.suffix == ".npy" else data
