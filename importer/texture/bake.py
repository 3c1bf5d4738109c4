"""Textures of LOD0 from the dense surface, the picture and the network's colours."""

from __future__ import annotations

import cv2
import numpy as np

from importer.errors import StageError
from importer.profile.schema import Textures
from importer.records import F32, U8, Maps, Prediction, Solid, Unwrapped
from importer.texture.dense import Dense, Hits, find_surface, open_dense, shading_normals
from importer.texture.gutter import flatten_far, spread
from importer.texture.hidden import guess_colors
from importer.texture.occlusion import bake_occlusion
from importer.texture.picture import open_picture, sample
from importer.texture.sight import open_sight, weigh
from importer.texture.tangent import encode_normals
from importer.texture.texels import Texels, map_texels

ROUGHNESS, METALLIC = 0.8, 0.0
_PADDING = 1 / 64  # of the map: width of the gutter that keeps the chart's normals


def bake(solid: Solid, unwrapped: Unwrapped, prediction: Prediction, textures: Textures) -> Maps:
    """Bake base colour, normal map and occlusion, roughness, metallic.

    Parameters
    ----------
    solid : Solid
        The dense surface and the camera that sees it as the picture does.
    unwrapped : Unwrapped
        LOD0; its normals and tangents are the basis that the normal map is written for.
    prediction : Prediction
        The picture (`view.rgba`) and the network's colours.
    textures : Textures
        The maps' size, and whether the back may mirror the front.

    Returns
    -------
    Maps

    Raises
    ------
    StageError
        The atlas covers no texel, or the dense surface is empty.
    """
    if not len(solid.mesh.faces):
        raise StageError("the dense surface is empty", where="bake", fix="Try a clearer picture of a single object.")
    texels = map_texels(unwrapped.mesh, textures.size)
    if not len(texels.pixel):
        raise StageError("the UV atlas covers no texel", where="bake", fix="Set a larger textures.size.")
    dense = open_dense(solid.mesh)
    outward = texels.unit_normal()
    hits = find_surface(dense, texels.position, outward)
    normals = shading_normals(dense, hits, outward)
    color, seen = _base_color(solid, unwrapped, prediction, texels, dense, hits, normals, mirror=textures.mirror)
    orm = np.empty((len(texels.pixel), 3), np.float32)
    orm[:, 0] = hits.take(bake_occlusion(dense)[:, None])[:, 0]
    orm[:, 1:] = ROUGHNESS, METALLIC
    normal = spread(texels.pixel, encode_normals(texels, normals), texels.size)
    return Maps(
        base_color=spread(texels.pixel, _to_bytes(color), texels.size),
        normal=flatten_far(normal, texels.pixel, max(2, round(_PADDING * texels.size))),
        orm=spread(texels.pixel, _to_bytes(orm), texels.size),
        seen=spread(texels.pixel, np.where(seen[:, None] > 0.5, np.uint8(255), np.uint8(0)), texels.size)[..., 0],
        warnings=_warnings(seen),
    )


def _base_color(
    solid: Solid,
    unwrapped: Unwrapped,
    prediction: Prediction,
    texels: Texels,
    dense: Dense,
    hits: Hits,
    normals: F32,
    *,
    mirror: bool,
) -> tuple[F32, F32]:
    """Return colours (k, 3), sRGB 0..1, and the picture's weight (k,) of the texels."""
    camera, mesh = solid.camera, unwrapped.mesh
    sight = open_sight(prediction.view, camera, (mesh.vertices, mesh.faces), (solid.mesh.vertices, solid.mesh.faces))
    weight = weigh(sight, texels.position, normals)
    texel = _texel_size(unwrapped, texels.size)
    source = open_picture(prediction.view, texel / camera.side * prediction.view.rgba.shape[0])
    uv, _ = camera.project(texels.position)
    picture = sample(source.sharp, uv, cv2.INTER_CUBIC)
    on_dense = weigh(sight, dense.mesh.vertices, dense.normals)
    broad, alike = guess_colors(dense, on_dense, source, prediction, camera, mirror=mirror)
    detail = picture - sample(source.broad, uv)
    guess = hits.take(broad) + hits.take(alike[:, None]) * detail
    return np.asarray(guess + weight[:, None] * (picture - guess), np.float32), weight


def _texel_size(unwrapped: Unwrapped, size: int) -> float:
    """Side of a texel on the surface, metres: the root of area over texels."""
    mesh = unwrapped.mesh
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2
    p, q, r = (mesh.uv[mesh.faces[:, i]].astype(np.float64) for i in range(3))
    charts = np.abs((q - p)[:, 0] * (r - p)[:, 1] - (r - p)[:, 0] * (q - p)[:, 1]).sum() / 2
    return float(np.sqrt(area / max(charts * size * size, 1e-12)))


def _to_bytes(values: F32) -> U8:
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)


def _warnings(seen: F32) -> tuple[str, ...]:
    guessed = 100 * float((seen <= 0.5).mean())
    return (
        f"{guessed:.0f} % of the base colour is a guess: the picture does not show it",
        f"roughness {ROUGHNESS:g} and metallic {METALLIC:g} are a guess, the same everywhere",
    )
