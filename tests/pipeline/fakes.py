"""Small stages on the real records, which log that they ran; the log's path comes from the environment."""

import os
from pathlib import Path

import numpy as np

from importer.errors import PictureError
from importer.pipeline.stages import Stage
from importer.records import Files, Finding, Mesh, Picture, Quality


def _ran(stage):
    with Path(os.environ["FAKE_LOG"]).open("a") as log:
        log.write(f"{stage}\n")


def read(data, file):
    _ran("read")
    if data == b"bad":
        raise PictureError("this is no picture")
    file.encode()  # a manifest could not hold it otherwise
    pixels = np.frombuffer(data, np.uint8)
    return Picture(np.stack([pixels] * 4, axis=1)[:, None, :], True, "0" * 64, ("a warning of read",))


def shape(picture, settings):
    _ran("shape")
    vertices = picture.rgba[:, 0, :3].astype(np.float32) * settings.height_m
    return Mesh(vertices, np.zeros((1, 3), np.int32))


def thin(mesh, lods):
    _ran("thin")
    return Mesh(mesh.vertices[:: lods.count], mesh.faces)


def write(name, picture, mesh):
    _ran("write")
    return Files({f"gltf/{name}.glb": mesh.vertices.tobytes(), "preview/input.png": picture.rgba.tobytes()})


def check(files):
    _ran("check")
    findings = (Finding("warning", "SMALL", "gltf", "it is small"),)
    return Quality(findings, {"bytes": len(files.files["preview/input.png"])})


FAKES = (
    Stage("read", 1, "tests.pipeline.fakes:read", "data ~file"),
    Stage("shape", 1, "tests.pipeline.fakes:shape", "read profile.scale"),
    Stage("thin", 1, "tests.pipeline.fakes:thin", "shape profile.lods"),
    Stage("write", 1, "tests.pipeline.fakes:write", "name read thin", is_product=True),
    Stage("check", 1, "tests.pipeline.fakes:check", "write", is_product=True),
)
