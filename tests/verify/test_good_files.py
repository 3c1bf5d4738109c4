"""Good files, made by several writers, have no findings at all: the checks do not cry wolf."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import trimesh
from PIL import Image

from importer.export.gltf import meshopt
from importer.export.gltf.document import write_gltf
from importer.export.gltf.scene import Material, Node, Scene
from importer.export.rig import Skin
from importer.texture.packing import encode_png
from importer.verify.images import measure_all, remembered
from importer.verify.inspect import inspect
from tests.support.manifests.figure import NAMES, ROWS, figure_mesh
from tests.support.models import TARGETS, asset, ball, cart, maps
from tests.support.published import exported
from tests.verify.broken.model import bumps

MEASURE = remembered(measure_all)
MAPS = {"base_color": maps(64).base_color, "normal": bumps(), "orm": maps(64).orm}


def codes(file: str, data: bytes) -> list[tuple[str, str, str]]:
    return [(f.code, f.where, f.what) for f in inspect(file, {file: data}, MEASURE)]


def lathe() -> trimesh.Trimesh:
    profile = np.array([[0, 0], [0.3, 0], [0.35, 0.1], [0.1, 0.3], [0.1, 0.6], [0.25, 0.8], [0, 0.82]])
    return trimesh.creation.revolve(profile)


def bowl() -> trimesh.Trimesh:
    ball = trimesh.creation.icosphere(3)
    ball.update_faces(ball.triangles_center[:, 1] < 0)
    return ball


PRIMITIVES: dict[str, Callable[[], trimesh.Trimesh]] = {
    "box": trimesh.creation.box,
    "flat box": lambda: trimesh.creation.box((2, 0.02, 1)),
    "icosphere": lambda: trimesh.creation.icosphere(3),
    "uv sphere": trimesh.creation.uv_sphere,
    "capsule": lambda: trimesh.creation.capsule(1, 0.3),
    "cylinder": lambda: trimesh.creation.cylinder(0.4, 1),
    "cone": lambda: trimesh.creation.cone(0.4, 1),
    "annulus": lambda: trimesh.creation.annulus(0.3, 0.5, 0.2),
    "torus": lambda: trimesh.creation.torus(0.5, 0.2),
    "lathe": lathe,
    "icosahedron": trimesh.creation.icosahedron,
    "tall box": lambda: trimesh.creation.box((0.1, 30, 0.1)),
    "two boxes that touch": lambda: trimesh.util.concatenate(
        [trimesh.creation.box(), trimesh.creation.box((0.2, 0.2, 0.2)).apply_translation([0, 0.6, 0])]
    ),
    "open bowl": bowl,
}


@pytest.mark.parametrize("name", PRIMITIVES)
def test_shapes_of_trimesh(name: str) -> None:
    mesh = PRIMITIVES[name]()
    mesh.apply_translation(-mesh.bounds.mean(0))
    assert codes("a.glb", mesh.export(file_type="glb")) == []


def image(slot: str, kind: str) -> bytes:
    if kind == "png":
        return encode_png(MAPS[slot])
    out = io.BytesIO()
    Image.fromarray(MAPS[slot]).save(out, kind.upper(), quality=92)
    return out.getvalue()


def material(kind: str) -> Material:
    return Material("paint", *(image(slot, kind) for slot in ("base_color", "normal", "orm")))


def levels() -> Scene:
    full = cart()
    coarse = replace(full, faces=np.concatenate([full.faces[:-24], full.faces[-12:]]))
    nodes = (Node("cart", full, levels=(1,), screen_sizes=(0.4,)), Node("cart_far", coarse))
    return Scene("cart", nodes, (material("png"),))


def figure() -> Scene:
    heads = {row[0]: np.array(row[4], float) for row in ROWS}
    bones = tuple(
        Node(
            row[0],
            parent=NAMES.index(row[1]) if row[1] else None,
            translation=tuple((heads[row[0]] - (heads[row[1]] if row[1] else 0)).tolist()),
        )
        for row in ROWS
    )
    indices = np.repeat(np.arange(len(ROWS)), 24)[:, None].astype(np.int32)
    skin = Skin(tuple(range(len(ROWS))), indices, np.ones((len(indices), 1), np.float32))
    return Scene("figure", (*bones, Node("figure", figure_mesh(), skin=skin)), (material("png"),))


SCENES: dict[str, Callable[[], Scene]] = {
    "levels": levels,
    "figure": figure,
    "coarse ball": lambda: Scene("ball", (Node("ball", ball(4)),), (material("jpeg"),)),
    "fine ball": lambda: Scene("ball", (Node("ball", ball(20)),), (material("webp"),)),
}


@pytest.mark.parametrize("geometry", ["plain", "quantized", "meshopt"])
@pytest.mark.parametrize("name", SCENES)
def test_scenes_in_every_storage(name: str, geometry: str) -> None:
    if geometry == "meshopt" and not meshopt.available():
        pytest.skip("meshoptimizer is not installed")
    assert codes("a.glb", write_gltf(SCENES[name](), geometry)) == []  # type: ignore[arg-type]


def test_every_file_of_every_target() -> None:
    made = asset(size=64, export={"targets": list(TARGETS)})
    files = {path: data for path, data in exported(made).files.items() if path.endswith(".glb")}
    assert len(files) >= 10
    for path, data in files.items():
        assert codes(path, data) == [], path


def test_there_are_thirty() -> None:
    assert len(PRIMITIVES) + 3 * len(SCENES) + 10 >= 30
