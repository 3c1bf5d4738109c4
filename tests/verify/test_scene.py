"""Our own GLB reader: it reads what others write, and nothing in a file can make it raise."""

from __future__ import annotations

import copy
import json
import random
import struct
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import pytest
import trimesh

from importer.export.glb import Material, Part, pack_glb, write_glb
from importer.export.gltf import meshopt
from importer.export.gltf.document import write_gltf
from importer.export.gltf.scene import Material as GltfMaterial
from importer.export.gltf.scene import Node
from importer.export.gltf.scene import Scene as GltfScene
from importer.texture.packing import encode_png
from importer.verify.images import measure_all
from importer.verify.inspect import inspect
from importer.verify.scene import Scene, read_scene
from tests.support.glb_edit import edited, split
from tests.support.models import ball, box_hull, cart, maps
from tests.verify.broken import glb as plain
from tests.verify.broken.model import good_figure


def good() -> bytes:
    image = encode_png(maps(16).base_color)
    parts = [Part("cart", cart()), Part("UCX_cart_00", box_hull(cart()))]
    return write_glb("cart", parts, Material("cart", image, image, image))


def read(data: bytes) -> Scene:
    scene, findings = read_scene(data, "a.glb")
    assert findings == []
    assert scene is not None
    return scene


def document(**more: Any) -> dict[str, Any]:
    """Return a triangle at (0, 0, 0), (1, 0, 0), (0, 1, 0)."""
    return {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}],
        "buffers": [{"byteLength": 36}],
        **more,
    }


TRIANGLE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], "<f4")


def test_reads_back_what_was_written() -> None:
    mesh, scene = cart(), read(good())
    shape, hull = scene.shapes
    for found, written in ((shape.positions, mesh.vertices), (shape.tangents, mesh.tangents), (shape.uv, mesh.uv)):
        np.testing.assert_array_equal(found, written)
    np.testing.assert_array_equal(shape.faces, mesh.faces)
    assert shape.surface is not None
    assert sorted(shape.surface.images) == ["base_color", "metallic_roughness", "normal", "occlusion"]
    assert not shape.surface.repeats
    assert (hull.node, hull.surface, hull.normals) == ("UCX_cart_00", None, None)


def test_agrees_with_trimesh_on_its_own_files() -> None:
    scene = trimesh.Scene()
    turn = trimesh.transformations.rotation_matrix(0.7, [1, 2, 3], [0.1, 0.2, 0.3])
    scene.add_geometry(trimesh.creation.icosphere(2), node_name="ball", transform=turn @ np.diag([2, 3, 0.5, 1]))
    scene.add_geometry(trimesh.creation.box(), node_name="box", parent_node_name="ball", transform=turn)
    shapes = read(scene.export(file_type="glb")).shapes
    back = trimesh.load(trimesh.util.wrap_as_stream(scene.export(file_type="glb")), file_type="glb", process=False)
    points = np.concatenate([shape.positions for shape in shapes])
    np.testing.assert_allclose([points.min(0), points.max(0)], back.bounds, atol=1e-5)
    assert sum(len(shape.faces) for shape in shapes) == sum(len(g.faces) for g in back.geometry.values())


def test_a_mirroring_node_keeps_the_surface_outward() -> None:
    def mirrored(document: dict[str, Any]) -> None:
        document["nodes"][0]["scale"] = [-1, 1, 1]

    shape = read(edited(good(), mirrored)).shapes[0]
    a, b, c = (shape.positions[shape.faces[:, i]] for i in range(3))
    assert shape.normals is not None
    assert (np.einsum("ij,ij->i", np.cross(b - a, c - a), shape.normals[shape.faces[:, 0]]) > 0).all()


def test_strips_and_fans_become_triangles() -> None:
    square = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]], "<f4")
    for mode, order in ((5, [0, 1, 2, 3]), (6, [0, 1, 3, 2])):
        made = document(
            meshes=[{"primitives": [{"attributes": {"POSITION": 0}, "mode": mode}]}],
            accessors=[{"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"}],
            bufferViews=[{"buffer": 0, "byteLength": 48}],
            buffers=[{"byteLength": 48}],
        )
        shape = read(pack_glb(json.dumps(made), square[order].tobytes())).shapes[0]
        a, b, c = (shape.positions[shape.faces[:, i]] for i in range(3))
        assert np.cross(b - a, c - a)[:, 2].tolist() == [1, 1]


def test_interleaved_sparse_and_normalised_accessors() -> None:
    rows = np.zeros(3, [("position", "<f4", 3), ("uv", "<u2", 2)])
    rows["position"], rows["uv"] = TRIANGLE, [[0, 0], [65535, 0], [0, 65535]]
    sparse = struct.pack("<H", 1) + b"\0\0" + np.array([5, 6, 7], "<f4").tobytes()
    made = document(
        meshes=[{"primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1}}]}],
        accessors=[
            {
                "bufferView": 0,
                "componentType": 5126,
                "count": 3,
                "type": "VEC3",
                "sparse": {
                    "count": 1,
                    "indices": {"bufferView": 1, "componentType": 5123},
                    "values": {"bufferView": 1, "byteOffset": 4},
                },
            },
            {"bufferView": 0, "byteOffset": 12, "componentType": 5123, "normalized": True, "count": 3, "type": "VEC2"},
        ],
        bufferViews=[
            {"buffer": 0, "byteLength": 48, "byteStride": 16},
            {"buffer": 0, "byteOffset": 48, "byteLength": 16},
        ],
        buffers=[{"byteLength": 64}],
    )
    shape = read(pack_glb(json.dumps(made), rows.tobytes() + sparse)).shapes[0]
    assert shape.positions.tolist() == [[0, 0, 0], [5, 6, 7], [0, 1, 0]]
    assert shape.uv is not None
    assert shape.uv.tolist() == [[0, 0], [1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"asset": {"version": "1.0"}}, "GLTF_VERSION"),
        ({"asset": 3}, "GLTF_STRUCTURE"),
        ({"nodes": [{"mesh": 0, "children": [0]}]}, "NODE_TREE"),
        ({"nodes": [{"mesh": 7}]}, "GLTF_REFERENCE"),
        ({"nodes": [{"mesh": 0, "scale": [1, 10**400, 1]}]}, "GLTF_STRUCTURE"),
        ({"nodes": [{"mesh": 0, "rotation": [0, 0, 0, 0]}]}, "GLTF_STRUCTURE"),
        ({"scenes": [{"nodes": [-1]}]}, "GLTF_STRUCTURE"),
        ({"bufferViews": [{"buffer": 0, "byteLength": 2**52}]}, "BUFFER_RANGE"),
        ({"bufferViews": [{"buffer": 0, "byteOffset": -4, "byteLength": 36}]}, "GLTF_STRUCTURE"),
        ({"buffers": [{"byteLength": 36, "uri": "../../etc/passwd"}]}, "EXTERNAL_FILE"),
        ({"buffers": [{"byteLength": 99}]}, "BUFFER_RANGE"),
    ],
)
def test_broken_structure_is_named(change: dict[str, Any], code: str) -> None:
    _, findings = read_scene(pack_glb(json.dumps(document(**change)), TRIANGLE.tobytes()), "a.glb")
    assert [finding.code for finding in findings] == [code]


@pytest.mark.parametrize(
    ("accessor", "code"),
    [
        ({"count": 4}, "ACCESSOR_RANGE"),
        ({"count": 10**12}, "ACCESSOR_RANGE"),
        ({"count": 1.5}, "GLTF_STRUCTURE"),
        ({"count": True}, "GLTF_STRUCTURE"),
        ({"byteOffset": 4}, "ACCESSOR_RANGE"),
        ({"componentType": 5124}, "GLTF_STRUCTURE"),
        ({"type": "VEC2"}, "ATTRIBUTE_COUNT"),
        ({"type": ["VEC3"]}, "GLTF_STRUCTURE"),
        ({"bufferView": 9}, "GLTF_REFERENCE"),
    ],
)
def test_broken_accessors_are_named(accessor: dict[str, Any], code: str) -> None:
    made = document()
    made["accessors"][0].update(accessor)
    scene, findings = read_scene(pack_glb(json.dumps(made), TRIANGLE.tobytes()), "a.glb")
    assert [finding.code for finding in findings] == [code]
    assert scene is not None  # the rest of the file is still checked
    assert scene.shapes == ()


def test_an_index_past_the_vertices_is_named() -> None:
    made = document(
        meshes=[{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        accessors=[
            {"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": 3, "type": "SCALAR"},
        ],
        bufferViews=[{"buffer": 0, "byteLength": 36}, {"buffer": 0, "byteOffset": 36, "byteLength": 6}],
        buffers=[{"byteLength": 42}],
    )
    _, findings = read_scene(pack_glb(json.dumps(made), TRIANGLE.tobytes() + struct.pack("<3H", 0, 1, 3)), "a.glb")
    assert [finding.code for finding in findings] == ["INDEX_RANGE"]


def test_draco_is_a_warning_not_a_fault() -> None:
    primitive = {"attributes": {"POSITION": 0}, "extensions": {"KHR_draco_mesh_compression": {"bufferView": 0}}}
    made = document(meshes=[{"primitives": [primitive]}])
    _, findings = read_scene(pack_glb(json.dumps(made), TRIANGLE.tobytes()), "a.glb")
    assert [(finding.severity, finding.code) for finding in findings] == [("warning", "COMPRESSED")]


def test_every_truncation_is_a_finding() -> None:
    data = good()
    for length in [*range(40), *range(40, len(data), 61)]:
        scene, findings = read_scene(data[:length], "a.glb")
        assert scene is None
        assert findings[0].code in ("GLB_NOT_GLB", "GLB_TRUNCATED")


def mutations(value: Any, rng: random.Random) -> Any:
    """Return a copy of a JSON value with one leaf or branch replaced by something hostile."""
    hostile = [
        None,
        True,
        -1,
        0,
        7,
        900,
        1.5,
        2**63,
        10**400,
        -1e308,
        "",
        "x",
        [],
        {},
        [[]],
        {"a": 1},
        [None],
        5126,
        "VEC9",
    ]
    value = copy.deepcopy(value)
    at = value
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = rng.choice(keys)
        if isinstance(at[key], dict | list) and at[key] and rng.random() < 0.85:
            at = at[key]
            continue
        if isinstance(at, dict) and rng.random() < 0.2:
            del at[key]
        else:
            at[key] = rng.choice(hostile)
        return value


def packed() -> bytes:
    """Return a ball whose buffers are compressed, where that can be done here."""
    scene = GltfScene("ball", (Node("ball", ball(4)),), (GltfMaterial("paint", encode_png(maps(16).base_color)),))
    return write_gltf(scene, "meshopt" if meshopt.available() else "quantized")


def hostile_files(data: bytes, count: int) -> Iterator[bytes]:
    rng = random.Random(5)
    made, binary = split(data)
    for _ in range(count):
        yield pack_glb(json.dumps(mutations(made, rng)), binary)
        flipped = bytearray(data)
        for _ in range(rng.randint(1, 4)):
            flipped[rng.randrange(len(flipped))] = rng.randrange(256)
        yield bytes(flipped)


def test_hostile_files_never_raise() -> None:
    found = set()
    skinned = plain.write(good_figure())
    for data in chain(hostile_files(good(), 90), hostile_files(skinned, 60), hostile_files(packed(), 40)):
        findings = inspect("a.glb", {"a.glb": data}, measure_all)
        found |= {finding.code for finding in findings}
    # The mutations reached the depths they were meant for.
    assert {"GLTF_STRUCTURE", "GLTF_REFERENCE", "GLB_JSON", "BUFFER_RANGE", "INDEX_RANGE"} <= found
