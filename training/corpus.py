"""Reading the training corpus: zips of npz records, one small 3D model each (format: training/README.md)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TEXTURE_SIZE = 256
DOUBLE_SIDED, ALPHA_MASK, ALPHA_BLEND = 1, 2, 4


@dataclass(frozen=True)
class Shape:
    """One object, Y up, centred on the origin, longest side 1.

    ``vertices``, ``normals`` (n, 3) float32; ``faces`` (m, 3) int32, counter-clockwise from outside; ``uv`` (n, 2)
    float32, v down the image, repeating; ``rgba`` (n, 4) uint8: base colour in sRGB, multiplies the texture;
    ``layer`` (n,)
    int16: layer of ``textures`` or -1; ``flags`` (n,) uint8: bits of the vertex's material; ``roughness`` (n,)
    float32;
    ``textures`` (k, 256, 256, 4) uint8.
    """

    vertices: NDArray[np.float32]
    normals: NDArray[np.float32]
    faces: NDArray[np.int32]
    uv: NDArray[np.float32]
    rgba: NDArray[np.uint8]
    layer: NDArray[np.int16]
    flags: NDArray[np.uint8]
    roughness: NDArray[np.float32]
    textures: NDArray[np.uint8]


@dataclass(frozen=True)
class Source:
    """Where one record lies: a member of a zip, or a file that `training.generate` wrote into a folder."""

    archive: Path
    name: str


def list_records(paths: list[Path]) -> list[Source]:
    """Return the records of the zips `paths`, in the archives' own order."""
    found = []
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            found += [Source(path, name) for name in archive.namelist() if name.endswith(".npz")]
    return found


def read_shapes(sources: list[Source]) -> Iterator[Shape]:
    """Read the records one by one; each zip is opened once for a run of its members."""
    archive, path = None, None
    for source in sources:
        if source.archive.is_dir():
            yield load(source.archive / source.name)
            continue
        if source.archive != path:
            archive, path = zipfile.ZipFile(source.archive), source.archive
        assert archive is not None
        yield decode(archive.read(source.name))


def save(shape: Shape, path: Path) -> None:
    """Write a shape as it is; `load` reads it."""
    np.savez(path, **{field.name: getattr(shape, field.name) for field in fields(shape)})


def load(path: Path) -> Shape:
    """Read a shape that `save` wrote."""
    with np.load(path) as arrays:
        return Shape(**arrays)


def decode(data: bytes) -> Shape:
    """Decode one npz record."""
    record = np.load(io.BytesIO(data))
    vertices = record["v"].astype(np.float32) / 65534
    count = len(vertices)
    material = np.zeros(count, np.int64)
    material[record["f"].ravel()] = np.repeat(record["fm"], 3)  # vertices are split at material seams
    layers = record["mat_tex"].astype(np.int16)
    # A textured material's colour is the texture's mean: the factor is already baked into the texture.
    colours = np.where((layers >= 0)[:, None], np.uint8(255), record["mat_rgba"])
    rgba = colours[material].astype(np.float32)
    if "vc" in record:
        rgba = rgba * (record["vc"].astype(np.float32) / 255)
    rough = np.where(record["mat_mr_known"], record["mat_mr"][:, 1] / np.float32(255), np.float32(0.8))
    names = sorted((k for k in record.files if k.startswith("tex")), key=lambda k: int(k[3:]))
    textures = np.stack([decode_texture(record[k].tobytes()) for k in names]) if names else None
    layers = np.where(layers < len(names), layers, -1).astype(np.int16)
    return Shape(
        vertices=vertices,
        normals=record["nrm"].astype(np.float32) / 127,
        faces=record["f"].astype(np.int32),
        uv=texture_coordinates(record, count),
        rgba=np.rint(rgba).astype(np.uint8),
        layer=layers[material],
        flags=record["mat_flags"][material],
        roughness=rough.astype(np.float32)[material],
        textures=np.zeros((0, TEXTURE_SIZE, TEXTURE_SIZE, 4), np.uint8) if textures is None else textures,
    )


def texture_coordinates(record: np.lib.npyio.NpzFile, count: int) -> NDArray[np.float32]:
    """Return the record's texture coordinates (n, 2), zeros where it has none."""
    if "uv" not in record:
        return np.zeros((count, 2), np.float32)
    box = record["uv_box"].astype(np.float32)
    return (box[:2] + record["uv"] / np.float32(65535) * box[2:]).astype(np.float32)


def decode_texture(data: bytes) -> NDArray[np.uint8]:
    """Decode a WebP texture to (256, 256, 4), stretched to the size of an array layer."""
    image = Image.open(io.BytesIO(data)).convert("RGBA")
    if image.size != (TEXTURE_SIZE, TEXTURE_SIZE):
        image = image.resize((TEXTURE_SIZE, TEXTURE_SIZE), Image.Resampling.BILINEAR)
    return np.asarray(image)
