"""Take the photograph: procedural materials in the preview renderer."""

from __future__ import annotations

import numpy as np
from shapes import Part

from importer.preview import shade
from importer.preview.camera import FOV, orbit
from importer.preview.ground import hemisphere, lay
from importer.preview.rays import Hits, Scene
from importer.preview.render import Model, layer, render
from importer.records import Camera

SIZE, SAMPLES = 640, 4
SKY = hemisphere(48)


def model(parts: list[Part]) -> Model:
    """Return the parts as one model for the renderer."""
    starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
    vertices = np.concatenate([part.vertices for part in parts]).astype(np.float32)
    normals = np.concatenate([part.normals for part in parts]).astype(np.float32)
    faces = np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=False)]).astype(np.int32)
    owner = np.repeat(np.arange(len(parts)), [len(part.faces) for part in parts])
    vertices[:, 1] -= vertices[:, 1].min()
    drop = float(np.concatenate([part.vertices for part in parts])[:, 1].min())
    scene = Scene(vertices, faces)

    def surface(hits: Hits) -> shade.Surface:
        corners = faces[hits.face]
        n = shade.unit(np.einsum("kc,kcd->kd", hits.bary, normals[corners]))
        k = len(hits.face)
        base, bent = np.zeros((k, 3), np.float32), n.copy()
        roughness, metallic = np.zeros(k, np.float32), np.zeros(k, np.float32)
        points = hits.point.astype(np.float64) + np.array([0, drop, 0])
        for i, part in enumerate(parts):
            own = np.flatnonzero(owner[hits.face] == i)
            if len(own):
                color, rough, metal, height = part.material(points[own])
                base[own], roughness[own], metallic[own] = shade.decode(color), rough, metal
                bent[own] = bumped(part, points[own], n[own], height)
        occlusion = open_sky(scene, hits.point + n * np.float32(0.003 * scene.diagonal), n)
        return shade.Surface(base, bent, roughness, metallic, occlusion)

    return Model(scene, surface)


def bumped(part: Part, p: np.ndarray, n: np.ndarray, height: np.ndarray, step: float = 0.003) -> np.ndarray:
    """Return normals bent by the slope of the material's height (Blinn 1978)."""
    slope = np.stack([(part.material(p + step * np.eye(3)[i])[3] - height) / step for i in range(3)], axis=1)
    slope -= np.einsum("ij,ij->i", slope, n)[:, None] * n
    return shade.unit((n - 0.8 * slope.clip(-1.2, 1.2)).astype(np.float32))


def open_sky(scene: Scene, start: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return how much of the hemisphere above each point is free of the model; the floor gives some light back."""
    helper = np.where(np.abs(n[:, :1]) < 0.9, [[1.0, 0, 0]], [[0, 1.0, 0]]).astype(np.float32)
    side = shade.unit(np.cross(n, helper))
    other = np.cross(n, side)
    free = np.zeros(len(n), np.float32)
    for x, y, z in SKY:
        d = x * side + y * n + z * other
        free += np.where(scene.blocked(start, d), 0, np.where(d[:, 1] < 0, 0.6, 1.0))
    return free / len(SKY)


def camera(m: Model, yaw: float, pitch: float, fill: float = 0.86) -> Camera:
    """Return the camera at `yaw` and `pitch` degrees whose view the model fills, centred in it."""
    points = m.scene.vertices.astype(np.float64)
    center = m.scene.bounds.mean(0).astype(np.float64)
    distance = m.scene.diagonal / np.sin(FOV / 2)
    view = orbit(center, np.radians(yaw), np.radians(pitch), distance)
    for _ in range(12):
        uv, _ = view.project(points)
        low, high = uv.min(0), uv.max(0)
        shift = (low + high) / 2 - 0.5
        center = center + view.rotation.T @ np.array([shift[0], -shift[1], 0]) * view.side
        distance *= float((high - low).max()) / fill
        view = orbit(center, np.radians(yaw), np.radians(pitch), distance)
    return view


def cut_out(parts: list[Part], yaw: float, pitch: float) -> np.ndarray:
    """Return (SIZE, SIZE, 4) straight alpha."""
    m = model(parts)
    light, alpha = layer(m, camera(m, yaw, pitch), SIZE, SAMPLES)
    color = shade.encode(light / np.maximum(alpha, 1e-6)[..., None])
    return np.dstack([color * (alpha > 0)[..., None], np.round(alpha * 255).astype(np.uint8)])


def on_backdrop(parts: list[Part], yaw: float, pitch: float) -> np.ndarray:
    """Return (SIZE, SIZE, 3) on the light grey studio backdrop with a soft shadow."""
    m = model(parts)
    return render(m, camera(m, yaw, pitch, fill=0.74), SIZE, lay(m.scene), SAMPLES)
