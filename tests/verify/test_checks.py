"""Every fault the checks know, made from a good asset, is caught by its code; good assets raise no errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from importer.records import Collision, Files, Finding, Mesh, Solid, TexturedMesh
from importer.texture.packing import encode_png, flip_green, mask_map
from tests.support.glb_edit import edited
from tests.support.models import Asset, asset, ball, box_hull, cart
from tests.support.published import checked, exported

FACING_AWAY = np.diag([-1.0, 1.0, -1.0])
Z_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def codes(findings: tuple[Finding, ...], severity: str = "error") -> set[str]:
    return {finding.code for finding in findings if finding.severity == severity}


def with_meshes(made: Asset, change: Callable[[TexturedMesh], TexturedMesh], levels: tuple[int, ...] = (0, 1)) -> Asset:
    meshes = tuple(change(mesh) if i in levels else mesh for i, mesh in enumerate(made.lods.meshes))
    return replace(made, lods=replace(made.lods, meshes=meshes))


def turned(mesh: TexturedMesh, matrix: np.ndarray) -> TexturedMesh:
    faces = mesh.faces if np.linalg.det(matrix) > 0 else mesh.faces[:, ::-1]
    tangents = np.column_stack([mesh.tangents[:, :3] @ matrix.T, mesh.tangents[:, 3] * np.sign(np.linalg.det(matrix))])
    turn = {"vertices": mesh.vertices @ matrix.T, "normals": mesh.normals @ matrix.T, "tangents": tangents}
    return replace(mesh, **{key: rows.astype(np.float32) for key, rows in turn.items()}, faces=faces)


def moved(mesh: TexturedMesh, scale: float = 1.0, offset: tuple[float, ...] = (0, 0, 0)) -> TexturedMesh:
    return replace(mesh, vertices=(mesh.vertices * scale + offset).astype(np.float32))


def rows(mesh: TexturedMesh, name: str, factor: Any) -> TexturedMesh:
    return replace(mesh, **{name: (getattr(mesh, name) * factor).astype(np.float32)})


def leaning_tangents(mesh: TexturedMesh) -> TexturedMesh:
    lean = mesh.tangents[:, :3] + mesh.normals
    lean /= np.linalg.norm(lean, axis=1, keepdims=True)
    return replace(mesh, tangents=np.column_stack([lean, mesh.tangents[:, 3]]).astype(np.float32))


def with_debris(mesh: TexturedMesh) -> TexturedMesh:
    crumb = moved(ball(1), 0.01, (0.3, 0.62, 0.3))
    joined = {
        key: np.concatenate([getattr(mesh, key), getattr(crumb, key)])
        for key in ("vertices", "normals", "tangents", "uv")
    }
    return TexturedMesh(**joined, faces=np.concatenate([mesh.faces, crumb.faces + np.int32(len(mesh.vertices))]))


def with_fin(mesh: TexturedMesh) -> TexturedMesh:
    # A third face on the edge of an existing one.
    return replace(
        mesh, faces=np.concatenate([mesh.faces, [[mesh.faces[0, 0], mesh.faces[0, 1], 70]]]).astype(np.int32)
    )


def collapsed_faces(mesh: TexturedMesh) -> TexturedMesh:
    return replace(mesh, faces=np.concatenate([mesh.faces, np.tile(mesh.faces[:1, [0, 1, 1]], (4, 1))]))


MESH_FAULTS = {
    "scale x100": (lambda m: moved(m, 100), "SCALE_WRONG"),
    "scale x0.01": (lambda m: moved(m, 0.01), "SCALE_WRONG"),
    "inches": (lambda m: moved(m, 39.37), "SCALE_WRONG"),
    "Z up": (lambda m: turned(m, Z_UP), "AXES_WRONG"),
    "turned away": (lambda m: turned(m, FACING_AWAY), "AXES_WRONG"),
    "mirrored": (lambda m: turned(m, np.diag([-1.0, 1.0, 1.0])), "MIRRORED"),
    "another shape": (lambda m: replace(m, vertices=m.vertices * np.float32([1, 1, 0.6])), "SHAPE_DIFFERS"),
    "above the ground": (lambda m: moved(m, offset=(0, 0.2, 0)), "PIVOT_OFF_BASE"),
    "beside the pivot": (lambda m: moved(m, offset=(0, 0, 0.5)), "PIVOT_OFF_BASE"),
    "inside out": (lambda m: replace(m, faces=m.faces[:, ::-1]), "WINDING_INWARD"),
    "normals turned": (lambda m: rows(m, "normals", -1), "NORMALS_FLIPPED"),
    "normals too long": (lambda m: rows(m, "normals", 1.5), "NORMALS_NOT_UNIT"),
    "tangents too short": (lambda m: rows(m, "tangents", [0.5, 0.5, 0.5, 1]), "TANGENTS_NOT_UNIT"),
    "tangent w of 0.5": (lambda m: rows(m, "tangents", [1, 1, 1, 0.5]), "TANGENTS_NOT_UNIT"),
    "tangents leaning": (leaning_tangents, "TANGENTS_NOT_ORTHOGONAL"),
    "tangents turned": (lambda m: rows(m, "tangents", [-1, -1, -1, -1]), "TANGENT_DIRECTION"),
    "handedness flipped": (lambda m: rows(m, "tangents", [1, 1, 1, -1]), "TANGENT_HANDEDNESS"),
    "UVs in one point": (lambda m: rows(m, "uv", 0), "UV_COLLAPSED"),
    "UVs outside": (lambda m: rows(m, "uv", 2), "UV_OUT_OF_RANGE"),
    "UVs stacked": (lambda m: replace(m, uv=(m.uv * 8 % 1).astype(np.float32)), "UV_OVERLAP"),
    "empty triangles": (collapsed_faces, "DEGENERATE_TRIANGLES"),
}


@pytest.mark.parametrize("fault", MESH_FAULTS)
def test_broken_meshes_are_caught(fault: str) -> None:
    change, code = MESH_FAULTS[fault]
    good = asset(export={"targets": ["gltf"]})
    with np.errstate(invalid="ignore"):
        files = exported(with_meshes(good, change))
    assert code in codes(checked(good, files).findings)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (with_debris, "DEBRIS"),
        (with_fin, "NON_MANIFOLD"),
        (lambda m: replace(m, faces=m.faces[1:]), "OPEN_EDGES"),
    ],
)
def test_untidy_meshes_are_warned_of(change: Callable[[TexturedMesh], TexturedMesh], code: str) -> None:
    good = asset(export={"targets": ["gltf"]})
    assert code in codes(checked(good, exported(with_meshes(good, change, (0,)))).findings, "warning")


@pytest.mark.parametrize("target", ["unity-urp", "unreal", "gltf"])
def test_swapped_levels_are_caught(target: str) -> None:
    good = asset(export={"targets": [target]})
    swapped = replace(good, lods=replace(good.lods, meshes=good.lods.meshes[::-1]))
    assert {"LOD_ORDER", "LOD_TRIANGLES"} <= codes(checked(good, exported(swapped)).findings)


def test_a_shrunken_level_is_caught() -> None:
    good = asset()
    shrunk = with_meshes(good, lambda m: moved(m, 0.8), (1,))
    assert "LOD_BOUNDS" in codes(checked(good, exported(shrunk)).findings)


@pytest.mark.parametrize(("cuts", "severity"), [(3, "warning"), (1, "error")])
def test_retopology_that_shrinks_the_object_is_told_apart_from_a_wrong_scale(cuts: int, severity: str) -> None:
    dense = ball(24)
    coarse = asset("ball", (ball(cuts),))  # too few faces for a sphere
    made = replace(coarse, solid=replace(coarse.solid, mesh=Mesh(dense.vertices, dense.faces)))
    findings = checked(made, exported(made)).findings
    assert [f.severity for f in findings if f.code == "RETOPO_BOUNDS"] == [severity]
    assert "SCALE_WRONG" not in codes(findings)


def test_a_scale_fault_names_the_unit() -> None:
    good = asset(export={"targets": ["gltf"]})
    findings = checked(good, exported(with_meshes(good, lambda m: moved(m, 100)))).findings
    (text,) = (finding.what for finding in findings if finding.code == "SCALE_WRONG")
    assert "centimetres" in text


def test_an_axes_fault_says_where_each_axis_went() -> None:
    good = asset(export={"targets": ["gltf"]})
    findings = checked(good, exported(with_meshes(good, lambda m: turned(m, Z_UP)))).findings
    (text,) = (finding.what for finding in findings if finding.code == "AXES_WRONG")
    assert "+Y is now +Z" in text


def hollow(hull: Mesh) -> Mesh:
    return replace(hull, faces=hull.faces[:-1])


def dented(hull: Mesh) -> Mesh:
    made = cart()
    _, first, inverse = np.unique(made.vertices, axis=0, return_index=True, return_inverse=True)
    one = made.faces[:12]  # the body's box, with a corner pushed in
    vertices = made.vertices[first].copy()
    faces = inverse.reshape(-1)[one].astype(np.int32)
    vertices[faces[0, 0]] *= 0.2
    return Mesh(vertices, faces)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda hull: replace(hull, vertices=hull.vertices * np.float32(0.6)), "COLLISION_TOO_SMALL"),
        (hollow, "COLLISION_OPEN"),
        (dented, "COLLISION_NOT_CONVEX"),
    ],
)
@pytest.mark.parametrize("target", ["unity-urp", "unreal", "godot", "gltf"])
def test_broken_hulls_are_caught(change: Callable[[Mesh], Mesh], code: str, target: str) -> None:
    good = asset(export={"targets": [target]})
    broken = replace(good, collision=Collision("hull", tuple(change(hull) for hull in good.collision.hulls)))
    assert code in codes(checked(good, exported(broken)).findings)


def swapped_slots(document: dict) -> None:
    material = document["materials"][0]
    base, normal = material["pbrMetallicRoughness"]["baseColorTexture"], material["normalTexture"]
    base["index"], normal["index"] = normal["index"], base["index"]


def same_image(document: dict) -> None:
    material = document["materials"][0]
    material["pbrMetallicRoughness"]["metallicRoughnessTexture"]["index"] = 0


def no_normal_map(document: dict) -> None:
    del document["materials"][0]["normalTexture"]


def node_scale(document: dict) -> None:
    document["nodes"][0]["scale"] = [1.2, 1.2, 1.2]


def node_rotation(document: dict) -> None:
    document["nodes"][0]["rotation"] = [0, np.sqrt(0.5), 0, np.sqrt(0.5)]


def node_offset(document: dict) -> None:
    document["nodes"][0]["translation"] = [0, 0, 0.2]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (swapped_slots, "TEXTURES_SWAPPED"),
        (same_image, "COLOR_SPACE_CONFLICT"),
        (no_normal_map, "TEXTURE_MISSING"),
        (node_scale, "NODE_SCALE"),
        (node_rotation, "NODE_ROTATION"),
        (node_offset, "NODE_OFFSET"),
    ],
)
def test_broken_documents_are_caught(change: Callable[[dict], None], code: str) -> None:
    good = asset(export={"targets": ["godot"]})
    file = "godot/cart.glb"
    files = Files({file: edited(exported(good).files[file], change)})
    assert code in codes(checked(good, files).findings)


def srgb(linear: np.ndarray) -> np.ndarray:
    return np.round((linear / 255.0) ** (1 / 2.2) * 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"normal": lambda maps: srgb(maps.normal)}, "NORMAL_MAP_SRGB"),
        ({"normal": lambda maps: maps.orm}, "NORMAL_MAP_IMPLAUSIBLE"),
        ({"base_color": lambda maps: maps.normal, "normal": lambda maps: maps.base_color}, "TEXTURES_SWAPPED"),
        ({"base_color": lambda maps: maps.base_color[:60]}, "TEXTURE_NOT_POWER_OF_TWO"),
    ],
)
def test_wrong_maps_are_caught(change: dict[str, Callable], code: str) -> None:
    good = asset()
    broken = replace(good, maps=replace(good.maps, **{key: make(good.maps) for key, make in change.items()}))
    assert code in codes(checked(good, exported(broken)).findings)


@pytest.mark.parametrize(
    ("file", "image", "code"),
    [
        ("unreal/T_cart_N.png", lambda maps: maps.normal, "NORMAL_MAP_GREEN"),
        ("unity-urp/cart_Normal.png", lambda maps: flip_green(maps.normal), "NORMAL_MAP_GREEN"),
        ("unity-urp/cart_MaskMap.png", lambda maps: mask_map(maps.orm)[..., [1, 0, 2, 3]], "PACKING"),
        ("unreal/T_cart_ORM.png", lambda maps: maps.orm[..., ::-1], "PACKING"),
        ("unreal/T_cart_BC.png", lambda maps: maps.base_color[:32, :32], "TEXTURE_DIFFERS"),
    ],
)
def test_wrong_separate_textures_are_caught(file: str, image: Callable, code: str) -> None:
    good = asset()
    files = Files({**exported(good).files, file: encode_png(np.ascontiguousarray(image(good.maps)))})
    assert code in codes(checked(good, files).findings)


def test_a_missing_file_is_caught() -> None:
    good = asset()
    files = exported(good)
    for lost in ("unreal/T_cart_N.png", "gltf/cart_LOD1.glb"):
        left = Files({name: data for name, data in files.files.items() if name != lost})
        found = checked(good, left).findings
        assert [(finding.code, finding.where) for finding in found if finding.severity == "error"] == [
            ("FILE_MISSING", lost)
        ]


@pytest.mark.parametrize("name", ["cart", "ball", "flat normals"])
def test_good_assets_have_no_findings(name: str) -> None:
    made = asset("ball", (ball(16), ball(8), ball(4))) if name == "ball" else asset()
    if name == "flat normals":
        flat = np.full_like(made.maps.normal, (128, 128, 255))
        made = replace(made, maps=replace(made.maps, normal=flat))
    assert checked(made, exported(made)).findings == ()


def test_a_centred_pivot_is_right_where_asked_for() -> None:
    def centred(mesh: TexturedMesh) -> TexturedMesh:
        return moved(mesh, offset=(0, -0.6, 0))

    made = asset(pivot="center")
    assert "PIVOT_OFF_CENTER" in codes(checked(made, exported(made)).findings)
    made = with_meshes(made, centred)
    lowered = Mesh(made.lods.meshes[0].vertices, made.lods.meshes[0].faces)
    made = replace(
        made,
        solid=Solid(lowered, made.solid.camera, False),
        collision=Collision("box", (box_hull(made.lods.meshes[0]),)),
    )
    assert checked(made, exported(made)).findings == ()


def test_a_renamed_node_is_caught() -> None:
    good = asset(export={"targets": ["godot"]})

    def rename(document: dict) -> None:
        document["nodes"][0]["name"] = "Cube.001"

    files = Files({"godot/cart.glb": edited(exported(good).files["godot/cart.glb"], rename)})
    assert "NODE_MISSING" in codes(checked(good, files).findings)


@pytest.mark.parametrize("name", ["car_LOD1", "my_collision", "UCX_box", "steel-col"])
def test_an_asset_s_own_name_is_not_taken_for_a_role(name: str) -> None:
    made = asset(name)
    assert checked(made, exported(made)).findings == ()
