"""Changing a GLB file's JSON and binary chunk, to break it on purpose."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

from importer.export.glb import pack_glb


def split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the JSON document and the binary chunk."""
    size = struct.unpack_from("<I", data, 12)[0]
    return json.loads(data[20 : 20 + size]), data[28 + size :]


def edited(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return the file after `change` altered its document in place."""
    document, binary = split(data)
    change(document)
    return pack_glb(json.dumps(document), binary)
