"""Analytic models with exact UVs, normals and tangents, and all the records of an asset made from one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from importer.profile.schema import Profile
from importer.reconstruct.frustum import orbit_camera
from importer.records import (
    Collision,
    Cutout,
    Lods,
    Maps,
    Mesh,
    Picture,
    Prediction,
    Solid,
    TexturedMesh,
    Unwrapped,
    View,
)


def polygons_mesh(polygons: list[np.ndarray]) -> TexturedMesh:
    """Return flat polygons (k, 3), counter-clockwise from outside, each in its own cell of the atlas at one scale."""
    cells = int(np.ceil(np.sqrt(len(polygons))))
    longest = max(np.ptp(p, axis=0).max() for p in polygons) * 1.5
    rows: dict[str, list[np.ndarray]] = {"vertices": [], "normals": [], "tangents": [], "uv": [], "faces": []}
    count = 0
    for number, p in enumerate(polygons):
        p = np.asarray(p, np.float64)
        normal = np.cross(p[1] - p[0], p[2] - p[0])
        normal /= np.linalg.norm(normal)
        right = (p[1] - p[0]) / np.linalg.norm(p[1] - p[0])
        up = np.cross(normal, right)
        flat = np.column_stack([(p - p[0]) @ right, -((p - p[0]) @ up)])
        flat = (flat - flat.min(0)) / longest * 0.9 + 0.05
        rows["vertices"].append(p)
        rows["normals"].append(np.tile(normal, (len(p), 1)))
        rows["tangents"].append(np.tile([*right, 1.0], (len(p), 1)))
        rows["uv"].append((flat + np.array([number % cells, number // cells])) / cells)
        rows["faces"].append(np.array([[0, i, i + 1] for i in range(1, len(p) - 1)]) + count)
        count += len(p)
    joined = {key: np.concatenate(value) for key, value in rows.items()}
    faces = joined.pop("faces").astype(np.int32)
    return TexturedMesh(**{key: value.astype(np.float32) for key, value in joined.items()}, faces=faces)


def box(low: tuple[float, ...], high: tuple[float, ...]) -> list[np.ndarray]:
    """Return the six faces of a box."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    corners = np.array([[x, y, z] for x in (x0, x1) for y in (y0, y1) for z in (z0, z1)])
    order = [(1, 5, 7, 3), (4, 0, 2, 6), (5, 4, 6, 7), (0, 1, 3, 2), (3, 7, 6, 2), (0, 4, 5, 1)]
    return [corners[list(face)] for face in order]


CART_SIZE = np.array([1.0, 1.2, 2.0])  # metres
NOSE = np.array([0.0, 0.3, 1.0])  # the front, +Z
LEFT_LAMP = np.array([0.4, 0.8, 0.0])  # the cart's own left, +X in glTF: the right-hand side has none
FLAG_TOP = np.array([0.0, 1.2, -0.5])


def cart() -> TexturedMesh:
    """Return a cart: 2 m long with its nose at +Z, a lamp on its left (+X) only, a flag on top at the back."""
    tip = NOSE
    a, b, c, d = np.array([[-0.4, 0, 0.6], [0.4, 0, 0.6], [0.4, 0.6, 0.6], [-0.4, 0.6, 0.6]])
    nose = [np.array([a, d, c, b])] + [np.array([p, q, tip]) for p, q in ((a, b), (b, c), (c, d), (d, a))]
    body = box((-0.5, 0.0, -1.0), (0.5, 0.6, 0.59))
    lamp = box((0.3, 0.61, -0.1), (0.5, 0.8, 0.1))
    flag = box((-0.05, 0.61, -0.7), (0.05, 1.2, -0.3))
    return polygons_mesh([*body, *nose, *lamp, *flag])


def ball(cuts: int, radius: float = 0.5) -> TexturedMesh:
    """Return a sphere on the ground as an inflated cube: 12 * cuts**2 triangles, six charts, smooth normals."""
    steps = np.linspace(-1, 1, cuts + 1)
    s, t = np.meshgrid(np.tan(steps * np.pi / 4), -np.tan(steps * np.pi / 4))  # t runs up while v runs down
    grid = (np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) + 1) / 2
    i, j = np.meshgrid(np.arange(cuts), np.arange(cuts))
    p = (j * (cuts + 1) + i).reshape(-1)
    quad = np.column_stack([p, p + cuts + 1, p + cuts + 2, p, p + cuts + 2, p + 1])
    rows, faces = [], []
    axes = np.eye(3)
    sides = [(axes[k] * sign, axes[(k + 1) % 3] * sign, axes[(k + 2) % 3]) for k in range(3) for sign in (1, -1)]
    for number, (out, right, up) in enumerate(sides):
        normal = out + s.reshape(-1, 1) * right + t.reshape(-1, 1) * up
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        tangent = right - normal * (normal @ right)[:, None]
        tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
        uv = (grid * 0.9 + 0.05 + [number % 3, number // 3]) / 3
        rows.append(np.column_stack([normal * radius + [0, radius, 0], normal, tangent, np.ones(len(uv)), uv]))
        faces.append(quad.reshape(-1, 3) + number * len(uv))
    table = np.concatenate(rows).astype(np.float32)
    return TexturedMesh(
        table[:, :3], table[:, 3:6], table[:, 6:10], table[:, 10:], np.concatenate(faces).astype(np.int32)
    )


def maps(size: int = 64) -> Maps:
    """Return a checkered base colour, a gently bumpy normal map, and differing ORM channels."""
    y, x = np.mgrid[:size, :size]
    checks = ((x // 8 + y // 8) % 2).astype(np.uint8)
    base = np.stack([200 - 80 * checks, 90 + 30 * checks, 60 + 40 * checks], axis=-1).astype(np.uint8)
    slope = np.stack([0.2 * np.sin(x / 5), 0.3 * np.cos(y / 4), np.ones((size, size))], axis=-1)
    normal = slope / np.linalg.norm(slope, axis=-1, keepdims=True)
    orm = np.stack([250 - 30 * checks, 120 + 60 * checks, 20 * checks], axis=-1).astype(np.uint8)
    seen = np.where(x < size // 2, 255, 0).astype(np.uint8)
    return Maps(base, np.round(normal * 127.5 + 127.5).astype(np.uint8), orm, seen)


def box_hull(mesh: TexturedMesh) -> Mesh:
    """Return the bounding box as a hull."""
    sides = box(tuple(mesh.vertices.min(0)), tuple(mesh.vertices.max(0)))
    corners, index = np.unique(np.concatenate(sides), axis=0, return_inverse=True)
    quads = index.reshape(-1, 4)
    return Mesh(corners.astype(np.float32), quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3).astype(np.int32))


@dataclass(frozen=True)
class Asset:
    """The records of one asset."""

    name: str
    picture: Picture
    cutout: Cutout
    prediction: Prediction
    solid: Solid
    unwrapped: Unwrapped
    lods: Lods
    maps: Maps
    collision: Collision
    profile: Profile


def asset(
    name: str = "cart", meshes: tuple[TexturedMesh, ...] | None = None, size: int = 64, **profile: object
) -> Asset:
    """Return all records; without `meshes` the cart and a second level without its lamp."""
    if meshes is None:
        full = cart()
        # The lamp's 12 triangles stand before the flag's.
        coarse = np.concatenate([full.faces[:-24], full.faces[-12:]])
        meshes = (full, TexturedMesh(full.vertices, full.normals, full.tangents, full.uv, coarse))
    rgba = np.full((32, 32, 4), 255, np.uint8)
    low, high = meshes[0].vertices.min(0), meshes[0].vertices.max(0)
    camera = orbit_camera(0.2, 0.3).moved(2.0 * float((high - low).max()), np.eye(3), (low + high) / 2.0)
    view = View(rgba, camera)
    zero = np.zeros((2, 4, 4), np.float16)
    prediction = Prediction(
        np.zeros((4, 4, 4), np.float16), np.zeros((3, 2, 2, 2), np.float16), zero, np.zeros((6, 4, 4), np.float16),
        np.zeros((3, 4, 4), np.float16), view, 0.7,
        {"name": "default", "version": "1", "license": "CC0-1.0", "sha256": "b" * 64},
    )  # fmt: skip
    return Asset(
        name=name,
        picture=Picture(rgba, True, "a" * 64),
        cutout=Cutout(rgba, "alpha"),
        prediction=prediction,
        solid=Solid(Mesh(meshes[0].vertices, meshes[0].faces), camera, True, {"holes": 1.0}),
        unwrapped=Unwrapped(meshes[0], 6, 0.5),
        lods=Lods(meshes, tuple(0.01 * i for i in range(len(meshes))), tuple(0.5**i for i in range(len(meshes)))),
        maps=maps(size),
        collision=Collision("box", (box_hull(meshes[0]),)),
        profile=Profile.model_validate({"export": {"targets": TARGETS}, **profile}),
    )


TARGETS = ("unity-urp", "unity-hdrp", "unreal", "godot", "gltf", "web")
