"""The GLB container: 20 bytes of headers and two chunks (glTF 2.0, "GLB File Format Specification")."""

from __future__ import annotations

import struct

MAGIC, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942


def pack_glb(text: str, *binary: bytes) -> bytes:
    """Return the container around a JSON text and the binary chunk, whose pieces are joined (may be empty)."""
    head = text.encode("utf-8")
    head += b" " * (-len(head) % 4)
    size = sum(map(len, binary))
    padding = b"\0" * (-size % 4)
    chunks = [struct.pack("<II", len(head), JSON_CHUNK), head]
    if size:
        chunks += [struct.pack("<II", size + len(padding), BINARY_CHUNK), *binary, padding]
    return b"".join([struct.pack("<III", MAGIC, 2, 12 + sum(map(len, chunks))), *chunks])
