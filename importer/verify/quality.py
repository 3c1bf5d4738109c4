"""The figures of the quality report; docs/manifest.md says what each means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from importer.raster import rasterize
from importer.records import F32, F64, Camera, Lods, Maps, Solid, TexturedMesh, Unwrapped, View
from importer.verify.topology import topology

_VIEW = 256  # pixels a side for comparing with the picture
Figures = dict[str, float | int | str | bool]


def figures(view: View, solid: Solid, unwrapped: Unwrapped, lods: Lods, maps: Maps) -> Figures:
    """Return plain numbers for the manifest."""
    found: Figures = {}
    for level, (mesh, error) in enumerate(zip(lods.meshes, lods.errors, strict=True)):
        found[f"lod{level}_triangles"] = len(mesh.faces)
        found[f"lod{level}_error_m"] = float(error)
    found["chart_count"] = int(unwrapped.charts)
    found["atlas_coverage"] = float(unwrapped.coverage)
    found["texture_size"] = int(maps.base_color.shape[0])
    found |= _topology(lods.meshes[0])
    found |= _texels(lods.meshes[0], maps)
    found |= _against_picture(lods.meshes[0], maps, solid, view)
    found["scale_is_guess"] = solid.scale_is_guess
    found |= {f"solid_{key}": float(value) for key, value in sorted(solid.report.items())}
    return {key: value for key, value in found.items() if not isinstance(value, float) or np.isfinite(value)}


def _topology(mesh: TexturedMesh) -> Figures:
    net = topology(mesh.vertices, mesh.faces)
    return {"watertight": net.closed, "components": net.components}


def _texels(mesh: TexturedMesh, maps: Maps) -> Figures:
    """Texels per metre and how even they are, and the part of the surface that the picture shows."""
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    uv = mesh.uv[mesh.faces].astype(np.float64)
    d1, d2 = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    texels = np.abs(d1[:, 0] * d2[:, 1] - d2[:, 0] * d1[:, 1]) / 2 * maps.base_color.shape[0] ** 2
    real = area > 0
    density = np.sqrt(texels[real] / area[real])
    low, middle, high = _quantiles(density, area[real], (0.1, 0.5, 0.9))
    seen = _at(maps.seen[..., None], uv.mean(1))[:, 0] > 127
    return {
        "texel_density_per_m": middle,
        "texel_density_spread": high / max(low, 1e-9),
        "surface_seen": float(area[seen].sum() / max(area.sum(), 1e-30)),
    }


def _against_picture(mesh: TexturedMesh, maps: Maps, solid: Solid, view: View) -> Figures:
    """Overlap of the silhouettes and difference in colour, seen through the picture's camera."""
    uv, depth = solid.camera.project(mesh.vertices)
    raster = rasterize((uv * _VIEW)[mesh.faces], (_VIEW, _VIEW), depth[mesh.faces], perspective=True)
    steps = (np.arange(_VIEW) + 0.5) / _VIEW
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    picture = _at(view.rgba, grid).reshape(_VIEW, _VIEW, 4).astype(np.float64)
    mask = picture[..., 3] > 127
    both = mask & raster.covered
    found: Figures = {
        "mask_iou": float(both.sum() / max((mask | raster.covered).sum(), 1)),
        "surface_in_view": _in_view(mesh, solid.camera, raster.depth),
    }
    if both.any():
        colors = np.zeros((_VIEW, _VIEW, 3))
        colors[raster.covered] = _at(maps.base_color, raster.interpolate(mesh.faces, mesh.uv))
        # Base colour has no light in it, the picture has: a measure of likeness, not of a fault.
        found["picture_color_difference"] = float(np.abs(colors - picture[..., :3])[both].mean() / 255)
    return found


def _in_view(mesh: TexturedMesh, camera: Camera, depth: F32) -> float:
    """Part of the surface, by area, that faces the camera with nothing in front; `depth` (s, s) is LOD0's."""
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area, middle = np.linalg.norm(normal, axis=1), corners.mean(1)
    uv, away = camera.project(middle)
    facing = np.einsum("ij,ij->i", normal, camera.position - middle) > 0
    row, column = (np.clip(uv[:, i] * len(depth), 0, len(depth) - 1).astype(int) for i in (1, 0))
    inside = ((uv >= 0) & (uv < 1)).all(1)
    free = away <= depth[row, column] + 0.02 * camera.side
    return float(area[facing & inside & free].sum() / max(area.sum(), 1e-30))


def _at(image: NDArray[np.uint8], uv: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return the nearest texels (n, c) at uv (n, 2), origin top left."""
    height, width = image.shape[:2]
    column = np.clip(uv[:, 0] * width, 0, width - 1).astype(int)
    row = np.clip(uv[:, 1] * height, 0, height - 1).astype(int)
    return image[row, column]


def _quantiles(values: F64, weights: F64, parts: tuple[float, ...]) -> list[float]:
    """Return weighted quantiles; 0 where there are no values."""
    if not len(values):
        return [0.0 for _ in parts]
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    places = np.minimum(np.searchsorted(share, parts), len(values) - 1)
    return [float(value) for value in values[order][places]]
